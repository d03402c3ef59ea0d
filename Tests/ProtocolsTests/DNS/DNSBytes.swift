/// Builds messages byte by byte.
enum DNSBytes {
  static func header(_ identifier: UInt16, _ flags: UInt16, _ counts: [UInt16]) -> [UInt8] {
    ([identifier, flags] + counts).flatMap { [UInt8($0 >> 8), UInt8($0 & 255)] }
  }

  static func name(_ text: String) -> [UInt8] {
    text.split(separator: ".").flatMap { [UInt8($0.utf8.count)] + Array($0.utf8) } + [0]
  }

  static func question(_ text: String, _ type: UInt16) -> [UInt8] {
    name(text) + [UInt8(type >> 8), UInt8(type & 255), 0, 1]
  }

  static func record(_ name: [UInt8], _ type: UInt16, _ data: [UInt8], timeToLive: [UInt8] = [0, 0, 0, 60]) -> [UInt8] {
    name + [UInt8(type >> 8), UInt8(type & 255), 0, 1] + timeToLive + [UInt8(data.count >> 8), UInt8(data.count & 255)] + data
  }

  static func query(_ identifier: UInt16, _ text: String, _ type: UInt16 = 1) -> [UInt8] {
    header(identifier, 0x0100, [1, 0, 0, 0]) + question(text, type)
  }

  static func onStream(_ message: [UInt8]) -> [UInt8] {
    [UInt8(message.count >> 8), UInt8(message.count & 255)] + message
  }
}
