import Wire

/// Source: §"Frames and Headers".
enum STOMPCommand: UInt8, Sendable, CaseIterable {
  case connect, stomp, send, subscribe, unsubscribe, acknowledge, refuse, begin, commit, abort, disconnect
  case connected, message, receipt, error

  var word: StaticString {
    switch self {
    case .connect: "CONNECT"
    case .stomp: "STOMP"
    case .send: "SEND"
    case .subscribe: "SUBSCRIBE"
    case .unsubscribe: "UNSUBSCRIBE"
    case .acknowledge: "ACK"
    case .refuse: "NACK"
    case .begin: "BEGIN"
    case .commit: "COMMIT"
    case .abort: "ABORT"
    case .disconnect: "DISCONNECT"
    case .connected: "CONNECTED"
    case .message: "MESSAGE"
    case .receipt: "RECEIPT"
    case .error: "ERROR"
    }
  }

  var sender: MessageSender {
    switch self {
    case .connected, .message, .receipt, .error: .server
    default: .client
    }
  }
}

/// A command and its headers.
struct STOMPMessage: Sendable {
  enum Part: Sendable {
    case request(UInt64)
    case response(UInt64)
    case alone
  }

  var part: Part
  var command: STOMPCommand
  /// Lines of a name, a colon and a value.
  var headers: Range<Int>
}

/// Walks header lines.
struct STOMPHeaders {
  private var offset: Int
  private let end: Int

  init(_ range: Range<Int>) {
    offset = range.lowerBound
    end = range.upperBound
  }

  mutating func next(_ bytes: RawSpan) -> (name: Range<Int>, value: Range<Int>)? {
    while offset < end {
      let lineEnd = bytes.firstIndex(of: 0x0a, from: offset, to: end) ?? end
      let line = offset..<(lineEnd > offset && bytes.load8(at: lineEnd - 1) == 0x0d ? lineEnd - 1 : lineEnd)
      offset = lineEnd + 1
      if let colon = bytes.firstIndex(of: UInt8(ascii: ":"), from: line.lowerBound, to: line.upperBound) {
        return (line.lowerBound..<colon, colon + 1..<line.upperBound)
      }
    }
    return nil
  }

  /// The first header of the name: of repeated ones the first counts.
  static func value(_ name: StaticString, _ range: Range<Int>, _ bytes: RawSpan) -> Range<Int>? {
    var headers = STOMPHeaders(range)
    while let header = headers.next(bytes) {
      if bytes.equals(name, in: header.name) { return header.value }
    }
    return nil
  }
}
