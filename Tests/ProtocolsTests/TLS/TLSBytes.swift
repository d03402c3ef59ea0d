/// Builds records and handshake messages byte by byte.
enum TLSBytes {
  static func number16(_ value: Int) -> [UInt8] { [UInt8(value >> 8 & 255), UInt8(value & 255)] }
  static func number24(_ value: Int) -> [UInt8] { [UInt8(value >> 16 & 255)] + number16(value) }
  static func vector8(_ content: [UInt8]) -> [UInt8] { [UInt8(content.count)] + content }
  static func vector16(_ content: [UInt8]) -> [UInt8] { number16(content.count) + content }
  static func vector24(_ content: [UInt8]) -> [UInt8] { number24(content.count) + content }
  static func numbers(_ list: [Int]) -> [UInt8] { list.flatMap(number16) }

  static func record(_ type: UInt8, _ content: [UInt8], version: Int = 0x0303) -> [UInt8] { [type] + number16(version) + vector16(content) }
  static func handshake(_ type: UInt8, _ body: [UInt8]) -> [UInt8] { [type] + vector24(body) }
  static func alert(_ level: UInt8, _ description: UInt8) -> [UInt8] { record(21, [level, description]) }
  static func applicationData(_ byteCount: Int) -> [UInt8] { record(23, [UInt8](repeating: 0x5a, count: byteCount)) }
  static let changeCipherSpec = record(20, [1])
  static let finished = record(22, [UInt8](repeating: 0x5a, count: 40))

  static func serverName(_ name: String) -> [UInt8] { fieldExtension(0, vector16([0] + vector16(Array(name.utf8)))) }
  static func protocols(_ names: [String]) -> [UInt8] { fieldExtension(16, vector16(names.flatMap { vector8(Array($0.utf8)) })) }
  static func fieldExtension(_ type: Int, _ data: [UInt8]) -> [UInt8] { number16(type) + vector16(data) }

  static func clientHello(
    version: Int = 0x0303, suites: [Int] = [0x1301, 0xc02f], extensions: [UInt8]? = serverName("www.example.test")
  ) -> [UInt8] {
    let head = number16(version) + [UInt8](repeating: 7, count: 32) + vector8([]) + vector16(numbers(suites)) + vector8([0])
    return handshake(1, head + (extensions.map(vector16) ?? []))
  }

  static func serverHello(
    version: Int = 0x0303, suite: Int = 0xc02f, extensions: [UInt8]? = nil, random: [UInt8] = [UInt8](repeating: 9, count: 32)
  ) -> [UInt8] {
    handshake(2, number16(version) + random + vector8([]) + number16(suite) + [0] + (extensions.map(vector16) ?? []))
  }

  /// The extension by which a ServerHello chooses TLS 1.3.
  static let choosesVersion13 = fieldExtension(43, [3, 4])

  static func certificate(_ certificates: [[UInt8]]) -> [UInt8] { handshake(11, vector24(certificates.flatMap(vector24))) }
}
