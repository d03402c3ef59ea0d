/// Messages of PostgreSQL for hand-written conversations.
enum PostgreSQLBytes {
  static func bigEndian(_ value: UInt32) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - 8 * $0)) } }

  static func message(_ type: Character, _ content: [UInt8] = []) -> [UInt8] {
    let head: [UInt8] = [type.asciiValue ?? 0]
    return head + bigEndian(UInt32(content.count + 4)) + content
  }

  static func text(_ texts: String...) -> [UInt8] {
    var bytes: [UInt8] = []
    for text in texts {
      bytes += Array(text.utf8)
      bytes.append(0)
    }
    return bytes
  }

  static func startup(_ parameters: String...) -> [UInt8] {
    var content: [UInt8] = bigEndian(196_608)
    for parameter in parameters { content += text(parameter) }
    content += [0]
    return bigEndian(UInt32(content.count + 4)) + content
  }

  static func opening(_ code: UInt32, _ rest: [UInt8] = []) -> [UInt8] { bigEndian(UInt32(8 + rest.count)) + bigEndian(code) + rest }

  static func query(_ statement: String) -> [UInt8] { message("Q", text(statement)) }
  static func parse(_ name: String, _ statement: String, _ types: [UInt32] = []) -> [UInt8] {
    var content: [UInt8] = text(name, statement)
    content += [0, UInt8(types.count)]
    for type in types { content += bigEndian(type) }
    return message("P", content)
  }

  /// Parameters as text.
  static func bind(_ portal: String, _ name: String, _ values: [String] = []) -> [UInt8] {
    var content: [UInt8] = text(portal, name)
    content += [0, 0, 0, UInt8(values.count)]
    for value in values {
      content += bigEndian(UInt32(value.utf8.count))
      content += Array(value.utf8)
    }
    content += [0, 0]
    return message("B", content)
  }

  static let describePortal = message("D", [0x50, 0])
  static func execute(_ portal: String = "") -> [UInt8] { message("E", text(portal) + [0, 0, 0, 0]) }
  static let sync = message("S")
  static let flush = message("H")

  static let parsed = message("1")
  static let bound = message("2")
  static let closed = message("3")
  static func complete(_ tag: String) -> [UInt8] { message("C", text(tag)) }
  static func ready(_ state: Character = "I") -> [UInt8] { message("Z", [state.asciiValue ?? 0]) }
  static let row = message("D", [0, 1, 0, 0, 0, 1, 0x41])
  static let columns = message("T", bytes("0001 6100") + [UInt8](repeating: 0, count: 18))

  static func error(_ state: String, _ text: String, severity: String = "ERROR") -> [UInt8] {
    message("E", self.text("S\(severity)", "V\(severity)", "C\(state)", "M\(text)", ""))
  }

  static func authentication(_ code: UInt32) -> [UInt8] { message("R", bigEndian(code)) }
}
