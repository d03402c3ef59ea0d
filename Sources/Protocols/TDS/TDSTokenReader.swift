import Wire

/// Reads the tokens a response begins with, and the one it ends with; columns and rows between them are stepped over with their packets.
///
/// Source: [MS-TDS] §2.2.7 "Packet Data Token Stream Definition"; EED of TDS 5.0.
enum TDSTokenReader {
  private static let longestText = 512

  static func read(_ content: Range<Int>, _ bytes: RawSpan, into result: inout TDSResult, _ conversation: inout TDSConversation) {
    var offset = content.lowerBound
    while offset < content.upperBound {
      switch bytes.load8(at: offset) {
      case 0xaa, 0xab, 0xe3, 0xad, 0xa9, 0xe5, 0xe2:
        guard offset + 3 <= content.upperBound, let length = bytes.littleEndian16(at: offset + 1) else { return }
        let body = offset + 3..<min(content.upperBound, offset + 3 + Int(length))
        token(bytes.load8(at: offset), body, bytes, into: &result, &conversation)
        offset += 3 + Int(length)
      case 0x79: offset += 5
      case 0xfd, 0xfe, 0xff:
        let length = doneByteCount(content, bytes, conversation)
        guard offset + length < content.upperBound else { return }
        done(offset, length, bytes, into: &result)
        offset += length
      default: return
      }
    }
  }

  /// The DONE that a response ends with, and the handle of a statement before it.
  static func readEnd(_ content: Range<Int>, _ bytes: RawSpan, into result: inout TDSResult, _ conversation: inout TDSConversation) {
    let length = doneByteCount(content, bytes, conversation)
    let start = content.upperBound - length
    guard start >= content.lowerBound, isDone(bytes.load8(at: start)) else { return }
    done(start, length, bytes, into: &result)
    // RETURNVALUE of an integer without a name: the handle of sp_prepare and sp_prepexec.
    let value = start - 18
    if value >= content.lowerBound, bytes.load8(at: value) == 0xac, bytes.load8(at: value + 3) == 0, bytes.load8(at: value + 13) == 4 {
      result.handle = bytes.littleEndian32(at: value + 14)
    }
  }

  private static func isDone(_ token: UInt8) -> Bool { token >= 0xfd }

  private static func doneByteCount(_ content: Range<Int>, _ bytes: RawSpan, _ conversation: TDSConversation) -> Int {
    if let hasLongCounts = conversation.hasLongCounts { return hasLongCounts ? 13 : 9 }
    let long = content.upperBound - 13
    return long >= content.lowerBound && isDone(bytes.load8(at: long)) && bytes.uint8(at: long + 2) ?? 0xff <= 1 ? 13 : 9
  }

  private static func done(_ start: Int, _ length: Int, _ bytes: RawSpan, into result: inout TDSResult) {
    guard let status = bytes.littleEndian16(at: start + 1), let command = bytes.littleEndian16(at: start + 3) else { return }
    if status & 0x0002 != 0 { result.isFailure = true }
    guard status & 0x0010 != 0 else { return }
    let count = length == 13 ? bytes.littleEndian64(at: start + 5) ?? 0 : UInt64(bytes.littleEndian32(at: start + 5) ?? 0)
    if command == 0xc1 {
      result.rowCount = (result.rowCount ?? 0) &+ count
    } else {
      result.affectedRowCount = (result.affectedRowCount ?? 0) &+ count
    }
  }

  private static func token(
    _ token: UInt8, _ body: Range<Int>, _ bytes: RawSpan, into result: inout TDSResult, _ conversation: inout TDSConversation
  ) {
    let start = body.lowerBound
    switch token {
    case 0xaa:
      guard result.failure == nil, let number = bytes.littleEndian32(at: start), let severity = bytes.uint8(at: start + 5),
        let length = bytes.littleEndian16(at: start + 6)
      else { return }
      let isWide = conversation.hasLongCounts ?? true
      let end = min(body.upperBound, start + 8 + (isWide ? 2 : 1) * Int(length))
      guard start + 8 <= end else { return }
      let text = isWide ? TDSText.utf8(start + 8..<end, bytes) : bytes.copy(start + 8..<end)
      result.failure = TDSResult.Failure(
        number: Int32(bitPattern: number), severity: severity, message: Array(text.prefix(longestText)))
    case 0xe5:
      guard result.failure == nil, let number = bytes.littleEndian32(at: start), let severity = bytes.uint8(at: start + 5), severity > 10,
        let stateLength = bytes.uint8(at: start + 6), let length = bytes.littleEndian16(at: start + 10 + Int(stateLength))
      else { return }
      let text = start + 12 + Int(stateLength)
      guard text + Int(length) <= body.upperBound else { return }
      result.failure = TDSResult.Failure(
        number: Int32(bitPattern: number), severity: severity, message: bytes.copy((text..<text + Int(length)).prefix(longestText)))
    case 0xe3:
      // The database in use changed.
      guard bytes.uint8(at: start) == 1, let length = bytes.uint8(at: start + 1), start + 2 + 2 * Int(length) <= body.upperBound else {
        return
      }
      conversation.database = TDSText.utf8(start + 2..<start + 2 + 2 * Int(length), bytes)
    case 0xad:
      guard let length = bytes.uint8(at: start + 5), start + 6 + 2 * Int(length) <= body.upperBound else { return }
      let name =
        conversation.hasLongCounts == false
        ? bytes.copy(start + 6..<start + 6 + Int(length)) : TDSText.utf8(start + 6..<start + 6 + 2 * Int(length), bytes)
      result.server = name.filter { $0 >= 0x20 }
    default: break
    }
  }
}
