/// Packets of MySQL for hand-written conversations.
enum MySQLBytes {
  static func packet(_ sequence: UInt8, _ content: [UInt8]) -> [UInt8] {
    let length = littleEndian(UInt32(content.count))
    return length[0..<3] + [sequence] + content
  }

  static func command(_ code: UInt8, _ text: String = "") -> [UInt8] { packet(0, [code] + Array(text.utf8)) }

  static func query(_ text: String) -> [UInt8] { command(3, text) }

  static func ok(_ sequence: UInt8 = 1, affected: UInt8 = 0, status: UInt8 = 2) -> [UInt8] {
    packet(sequence, [0, affected, 0, status, 0, 0, 0])
  }

  static func eof(_ sequence: UInt8, status: UInt8 = 2) -> [UInt8] { packet(sequence, [0xfe, 0, 0, status, 0]) }

  static func error(_ sequence: UInt8, _ code: UInt16, _ text: String) -> [UInt8] {
    let head: [UInt8] = [0xff, UInt8(code & 0xff), UInt8(code >> 8)]
    return packet(sequence, head + Array("#42S02\(text)".utf8))
  }

  static func column(_ sequence: UInt8) -> [UInt8] {
    let catalog: [UInt8] = [3, 0x64, 0x65, 0x66]
    return packet(sequence, catalog + [UInt8](repeating: 0, count: 18))
  }

  /// One column and so many rows, with EOFs.
  static func result(rows: Int, status: UInt8 = 2) -> [UInt8] {
    var bytes = packet(1, [1]) + column(2) + eof(3)
    for row in 0..<rows { bytes += packet(UInt8(truncatingIfNeeded: 4 + row), [1, 0x41]) }
    return bytes + eof(UInt8(truncatingIfNeeded: 4 + rows), status: status)
  }

  static let capabilities: UInt32 = 0x000a_a209

  static func littleEndian(_ value: UInt32) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) } }

  static func greeting(_ capabilities: UInt32 = 0xffff_ffff) -> [UInt8] {
    let flags: [UInt8] = littleEndian(capabilities)
    var content: [UInt8] = [10]
    content += Array("8.0.36\0".utf8)
    content += [1, 0, 0, 0]
    content += Array("scramble\0".utf8)
    content += flags[0..<2]
    content += [45, 2, 0]
    content += flags[2..<4]
    content += [21]
    content += [UInt8](repeating: 0, count: 10)
    content += Array("morescramble\0".utf8)
    return packet(0, content)
  }

  /// A login with a proof of four bytes, and to a database when the capabilities say so.
  static func login(_ capabilities: UInt32 = capabilities, database: String = "shop") -> [UInt8] {
    var content: [UInt8] = fixed(capabilities)
    content += Array("bob\0".utf8)
    content += [4]
    content += Array("PWD!".utf8)
    if capabilities & 8 != 0 { content += Array("\(database)\0".utf8) }
    content += Array("mysql_native_password\0".utf8)
    return packet(1, content)
  }

  static func wishForTLS() -> [UInt8] { packet(1, fixed(capabilities | 0x800)) }

  /// Capabilities, longest packet, character set, zeros.
  private static func fixed(_ capabilities: UInt32) -> [UInt8] {
    var content: [UInt8] = littleEndian(capabilities)
    content += [0, 0, 0, 1, 45]
    content += [UInt8](repeating: 0, count: 23)
    return content
  }

  /// A packet of the compressed protocol that is not compressed.
  static func stored(_ sequence: UInt8, _ content: [UInt8]) -> [UInt8] {
    compressed(sequence, content, unpacked: 0)
  }

  static func compressed(_ sequence: UInt8, _ content: [UInt8], unpacked: Int) -> [UInt8] {
    let head = Array(packet(sequence, content)[0..<4])
    return head + Array(littleEndian(UInt32(unpacked))[0..<3]) + content
  }
}
