import Wire

/// Reads who logs in, to which database, by which program; passwords are stepped over.
enum TDSLoginReader {
  /// What a server's answer to PRELOGIN says of encryption: 0 is the login alone, 1 everything, 2 nothing. Source: [MS-TDS] §2.2.6.5.
  static func encryption(_ content: Range<Int>, _ bytes: RawSpan) -> UInt8? {
    var offset = content.lowerBound
    // The version stands first, and its data behind the options.
    guard bytes.uint8(at: offset) == 0, bytes.bigEndian16(at: offset + 3) == 6 else { return nil }
    while let token = bytes.uint8(at: offset), token != 0xff, offset + 5 <= content.upperBound {
      guard let position = bytes.bigEndian16(at: offset + 1) else { return nil }
      if token == 1 { return bytes.uint8(at: content.lowerBound + Int(position)) }
      offset += 5
    }
    return nil
  }

  /// LOGIN7: numbers, then offsets and lengths of texts. Source: [MS-TDS] §2.2.6.4.
  static func login(_ content: Range<Int>, _ bytes: RawSpan, _ request: inout TDSRequest, _ conversation: inout TDSConversation) {
    let start = content.lowerBound
    guard let version = bytes.littleEndian32(at: start + 4) else { return }
    conversation.hasLongCounts = version >= 0x7209_0002 || version & 0xff00_0000 >= 0x7200_0000
    request.version = name(version)
    func text(_ table: Int) -> [UInt8] {
      guard let offset = bytes.littleEndian16(at: start + table), let length = bytes.littleEndian16(at: start + table + 2), length <= 128,
        start + Int(offset) + 2 * Int(length) <= content.upperBound
      else { return [] }
      return TDSText.utf8(start + Int(offset)..<start + Int(offset) + 2 * Int(length), bytes)
    }
    fill(user: text(40), program: text(48), database: text(68), &request, &conversation)
  }

  /// Before TDS 7: fields of thirty bytes, each with its length behind it. Source: "TDS 5.0 Functional Specification", login record.
  static func oldLogin(_ content: Range<Int>, _ bytes: RawSpan, _ request: inout TDSRequest, _ conversation: inout TDSConversation) {
    let start = content.lowerBound
    conversation.hasLongCounts = false
    func text(_ field: Int) -> [UInt8] {
      guard let length = bytes.uint8(at: start + field + 30), length <= 30, start + field + 30 <= content.upperBound else { return [] }
      return bytes.copy(start + field..<start + field + Int(length))
    }
    fill(user: text(31), program: text(140), database: [], &request, &conversation)
  }

  private static func fill(
    user: [UInt8], program: [UInt8], database: [UInt8], _ request: inout TDSRequest, _ conversation: inout TDSConversation
  ) {
    request.text = SQLSummary.bytes(of: "Login username: ") + user
    if !database.isEmpty { request.text += SQLSummary.bytes(of: " db: ") + database }
    request.program = program
    request.database = database
    conversation.database = database
  }

  private static func name(_ version: UInt32) -> StaticString? {
    switch version >> 24 {
    case 0x70: "7.0"
    case 0x71: "7.1"
    case 0x72: "7.2"
    case 0x73: "7.3"
    case 0x74: "7.4"
    case 0x08: "8.0"
    default: nil
    }
  }
}
