import Wire

extension HTTPBodyFraming {
  /// How long the body of `message` is. Source: RFC 9112 §6.3; the numbers in the comments are that section's rules.
  init(of message: HTTPMessage, _ bytes: RawSpan, answering method: HTTPMethodKind) {
    if case .response(let line) = message.startLine {
      // 1: these never have a body, whatever the fields say.
      if method == .head || line.status < 200 || line.status == 204 || line.status == 304 {
        self = .none
        return
      }
      // 2: a tunnel opens behind the empty line.
      if method == .connect, (200..<300).contains(line.status) {
        self = .none
        return
      }
    }
    var length: Int?
    var coding: TransferCoding?
    var isMalformed = false
    var fields = HTTPFieldCursor(message.fieldSection)
    while let field = fields.next(bytes) {
      switch field.name.count {
      case 14 where bytes.equalsIgnoringCase("content-length", in: field.name):
        guard let value = HTTPBodyFraming.contentLength(field.value, bytes), length == nil || length == value else {
          isMalformed = true
          continue
        }
        length = value
      case 17 where bytes.equalsIgnoringCase("transfer-encoding", in: field.name):
        coding = TransferCoding(last: field.value, bytes) ?? coding
      default: break
      }
    }
    switch (coding, message.startLine) {
    // 3 and 4: Transfer-Encoding overrides Content-Length.
    case (.chunked, _): self = .chunked
    case (.other, .response): self = .untilClose
    // 4 and 5: a length that nobody can know. A client gives such a response up; a server refuses such a request and closes, so
    // whatever follows is looked at as if it were a message. The request itself was made, and is shown.
    case (.other, .request): self = .none
    case (nil, .request) where isMalformed: self = .none
    case (nil, .response) where isMalformed: self = .untilClose
    case (nil, .request): self = .init(length: length ?? 0)  // 6 and 7
    case (nil, .response): self = length.map { .init(length: $0) } ?? .untilClose  // 6 and 8
    }
  }

  private init(length: Int) { self = length == 0 ? .none : .length(length) }

  /// A decimal number; or, from senders that joined repeated fields, a list of equal ones. Source: RFC 9110 §8.6.
  private static func contentLength(_ value: Range<Int>, _ bytes: RawSpan) -> Int? {
    var length: Int?
    var start = value.lowerBound
    while start <= value.upperBound {
      let comma = bytes.firstIndex(of: 0x2c, from: start, to: value.upperBound) ?? value.upperBound
      guard let element = bytes.decimal(in: bytes.trimmingBlanks(start..<comma)), element <= HTTPParser.largestBody,
        length == nil || length == element
      else { return nil }
      length = element
      start = comma + 1
    }
    return length
  }

  /// The transfer coding applied last, which alone delimits a body.
  private enum TransferCoding {
    case chunked, other

    /// `nil` for `identity`, which meant "none" until RFC 7230 and still comes from old servers.
    init?(last value: Range<Int>, _ bytes: RawSpan) {
      var found: TransferCoding?
      var start = value.lowerBound
      while start < value.upperBound {
        let comma = bytes.firstIndex(of: 0x2c, from: start, to: value.upperBound) ?? value.upperBound
        let semicolon = bytes.firstIndex(of: 0x3b, from: start, to: comma) ?? comma
        let name = bytes.trimmingBlanks(start..<semicolon)
        if bytes.equalsIgnoringCase("chunked", in: name) {
          found = .chunked
        } else if !bytes.equalsIgnoringCase("identity", in: name), !name.isEmpty {
          found = .other
        }
        start = comma + 1
      }
      guard let found else { return nil }
      self = found
    }
  }
}
