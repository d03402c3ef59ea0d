import Wire

/// A run of handshake records, from one at whose beginning a handshake message begins to the first at whose end one ends. Messages
/// may be split over records, and a record may hold several. Source: RFC 8446 §5.1.
enum TLSHandshakeRun {
  /// The longest handshake message that is read; chains of certificates have less than 16 KiB.
  static let longestMessage = 65_536
  /// Records of one run. Clients that hide from middleboxes cut a ClientHello into a few.
  static let recordLimit = 64
  static let messageHeaderByteCount = 4

  enum Outcome: Equatable {
    case whole(byteCount: Int)
    case incomplete
    /// A record of another kind, or one that is no record, comes before the message ends.
    case interrupted
    case tooLong
    /// The record does not begin with a handshake message.
    case unreadable
  }

  static func outcome(_ bytes: RawSpan) -> Outcome {
    var offset = 0
    var body = 0  // Bytes of the message under way that are still to come, once its header is known.
    var length = 0
    var headerCount = 0
    var hasMessage = false
    for _ in 0..<recordLimit {
      let header: TLSRecordHeader
      switch TLSRecordHeader.read(bytes, at: offset) {
      case .whole(let read): header = read
      case .short: return .incomplete
      case .malformed: return .interrupted
      }
      guard header.type == .handshake else { return .interrupted }
      guard header.contentByteCount > 0 else { return .unreadable }
      var position = offset + TLSRecordHeader.byteCount
      let end = position + header.contentByteCount
      guard end <= bytes.byteCount else { return .incomplete }
      while position < end {
        if body > 0 {
          let count = min(body, end - position)
          body -= count
          position += count
          continue
        }
        let byte = bytes.load8(at: position)
        position += 1
        if headerCount == 0 {
          // What is read before stands; the rest of its record means nothing.
          guard TLSHandshakeType(rawValue: byte) != nil else { return hasMessage ? .whole(byteCount: end) : .unreadable }
        } else {
          length = length << 8 | Int(byte)
        }
        headerCount += 1
        if headerCount == messageHeaderByteCount {
          guard length <= longestMessage else { return .tooLong }
          (body, length, headerCount) = (length, 0, 0)
          hasMessage = true
        }
      }
      offset = end
      if body == 0, headerCount == 0 { return .whole(byteCount: offset) }
    }
    return .tooLong
  }

  /// Calls `body` with the content of the records in the first `byteCount` bytes: in place when it is one record, else joined. A last
  /// record that was cut counts as far as it goes.
  static func withContent<Result>(_ bytes: RawSpan, _ byteCount: Int, _ body: (RawSpan) -> Result) -> Result {
    let end = min(byteCount, bytes.byteCount)
    let start = min(TLSRecordHeader.byteCount, end)
    let firstEnd = start + Int(bytes.bigEndian16(at: 3) ?? 0)
    guard firstEnd < end else { return body(bytes.extracting(start..<end)) }
    var joined: [UInt8] = []
    joined.reserveCapacity(end)
    var offset = 0
    while offset + TLSRecordHeader.byteCount <= end {
      let contentStart = offset + TLSRecordHeader.byteCount
      let contentEnd = min(end, contentStart + Int(bytes.loadBigEndian16(at: offset + 3)))
      bytes.extracting(contentStart..<contentEnd).withUnsafeBytes { joined.append(contentsOf: $0) }
      offset = max(contentEnd, contentStart)
    }
    return body(joined.span.bytes)
  }
}

/// One handshake message in the content of a run.
struct TLSHandshakeMessage {
  var type: TLSHandshakeType
  /// Its body, as far as it is there.
  var body: Range<Int>
}

/// Walks the handshake messages of a run's content.
struct TLSHandshakeCursor {
  private var offset = 0

  mutating func next(_ content: RawSpan) -> TLSHandshakeMessage? {
    guard let typeByte = content.uint8(at: offset), let type = TLSHandshakeType(rawValue: typeByte),
      let length = content.bigEndian24(at: offset + 1)
    else { return nil }
    let start = offset + TLSHandshakeRun.messageHeaderByteCount
    let end = min(content.byteCount, start + Int(length))
    offset = end
    return TLSHandshakeMessage(type: type, body: start..<end)
  }
}
