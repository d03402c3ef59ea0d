import Wire

/// Reads which procedure is called, and the statement among its parameters when it is one of those that execute statements.
///
/// Source: [MS-TDS] §2.2.6.6 "RPC Request", §2.2.5.4 "Data Type Definitions".
enum TDSCallReader {
  private enum Parameter {
    case text([UInt8])
    case number(UInt32)
    case other
  }

  /// Source: [MS-TDS] §2.2.6.6, "ProcID".
  private static let procedures: [StaticString] = [
    "", "sp_cursor", "sp_cursoropen", "sp_cursorprepare", "sp_cursorexecute", "sp_cursorprepexec", "sp_cursorunprepare", "sp_cursorfetch",
    "sp_cursoroption", "sp_cursorclose", "sp_executesql", "sp_prepare", "sp_execute", "sp_prepexec", "sp_prepexecrpc", "sp_unprepare",
  ]

  static func read(_ content: Range<Int>, _ bytes: RawSpan, _ request: inout TDSRequest, _ conversation: inout TDSConversation) {
    guard let length = bytes.littleEndian16(at: content.lowerBound) else { return }
    var offset = content.lowerBound + 2
    if length == 0xffff {
      let number = Int(bytes.littleEndian16(at: offset) ?? 0)
      request.procedure = number < procedures.count ? SQLSummary.bytes(of: procedures[number]) : Array(String(number).utf8)
      offset += 2
    } else {
      guard length <= 1046, offset + 2 * Int(length) <= content.upperBound else { return }
      request.procedure = TDSText.utf8(offset..<offset + 2 * Int(length), bytes)
      offset += 2 * Int(length)
    }
    request.text = request.procedure
    offset += 2
    // The statement is the first parameter of sp_executesql, and the third of those that prepare.
    let place: Int
    switch String(decoding: request.procedure, as: UTF8.self).lowercased() {
    case "sp_executesql": place = 0
    case "sp_prepare", "sp_prepexec": place = 2
    case "sp_cursoropen": place = 1
    case "sp_execute", "sp_unprepare": place = -1
    default: return
    }
    for index in 0...max(0, place) {
      guard let parameter = parameter(&offset, content.upperBound, bytes) else { return }
      switch parameter {
      case .number(let handle) where place < 0:
        request.handle = handle
        guard let statement = conversation.statement(handle) else { return }
        request.text = statement.text
        request.digest = statement.digest
      case .text(let text) where index == place:
        let digest = SQLScanner.digest(0..<text.count, text.span.bytes, .transactSQL)
        request.digest = digest
        request.text = digest.hasCredentials ? digest.shape : Array(text.prefix(TDSParser.shownByteCount))
        if place == 2 { conversation.preparing = TDSConversation.Statement(text: request.text, digest: digest) }
      default: break
      }
    }
  }

  /// A name, a status, a type, a value. `nil` for types that are not read, and for a value that is cut.
  private static func parameter(_ offset: inout Int, _ end: Int, _ bytes: RawSpan) -> Parameter? {
    guard let nameLength = bytes.uint8(at: offset) else { return nil }
    offset += 1 + 2 * Int(nameLength) + 1
    guard let type = bytes.uint8(at: offset) else { return nil }
    offset += 1
    switch type {
    case 0x26:
      guard let length = bytes.uint8(at: offset + 1) else { return nil }
      defer { offset += 2 + Int(length) }
      return length == 4 ? bytes.littleEndian32(at: offset + 2).map { .number($0) } : .other
    case 0xe7, 0xef: return nationalText(&offset, end, bytes)
    case 0x63:
      guard let length = bytes.littleEndian32(at: offset + 9) else { return nil }
      let start = offset + 13
      guard length != .max else {
        offset = start
        return .other
      }
      let stop = min(end, start + Int(length))
      offset = start + Int(length)
      return start <= stop ? .text(TDSText.utf8(start..<stop, bytes)) : nil
    default: return nil
    }
  }

  /// NVARCHAR: a longest length, a collation, a length, the text; or, when it may be longer than that, chunks.
  private static func nationalText(_ offset: inout Int, _ end: Int, _ bytes: RawSpan) -> Parameter? {
    guard let longest = bytes.littleEndian16(at: offset) else { return nil }
    offset += 7
    guard longest == 0xffff else {
      guard let length = bytes.littleEndian16(at: offset) else { return nil }
      offset += 2
      guard length != 0xffff else { return .other }
      let start = offset
      offset += Int(length)
      guard start <= end else { return nil }
      return .text(TDSText.utf8(start..<min(end, start + Int(length)), bytes))
    }
    guard let all = bytes.littleEndian64(at: offset) else { return nil }
    offset += 8
    guard all != .max else { return .other }
    var units: [UInt8] = []
    while let length = bytes.littleEndian32(at: offset), offset + 4 <= end {
      offset += 4
      guard length > 0 else { break }
      let stop = min(end, offset + Int(length))
      units += TDSText.utf8(offset..<max(offset, stop), bytes)
      offset += Int(length)
      if offset >= end { break }
    }
    return .text(units)
  }
}
