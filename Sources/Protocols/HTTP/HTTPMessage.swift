/// The head of an HTTP/1 message: ranges into the bytes it was parsed from.
struct HTTPMessage: Sendable {
  enum StartLine: Sendable {
    case request(HTTPRequestLine)
    case response(HTTPStatusLine)
  }

  var startLine: StartLine
  /// The field lines, from the end of the start line to the end of the empty line.
  var fieldSection: Range<Int>
  /// Of a 101 response: what answers the request instead, on the same connection.
  var successor: L7Protocol?
}

/// `method SP request-target SP HTTP-version`. Source: RFC 9112 §3.
struct HTTPRequestLine: Sendable {
  var method: Range<Int>
  var target: Range<Int>
  var minorVersion: UInt8
}

/// `HTTP-version SP status-code SP [reason-phrase]`. Source: RFC 9112 §4.
struct HTTPStatusLine: Sendable {
  var status: Int
  /// Empty when the server sent none.
  var reason: Range<Int>
  var minorVersion: UInt8

  /// 1xx other than 101: the final response is still to come. Source: RFC 9110 §15.2.
  var isInterim: Bool { status < 200 && status != 101 }
}

/// The request methods that change how the response is framed. Source: RFC 9112 §6.3, rules 1 and 2.
enum HTTPMethodKind: UInt8, Sendable {
  case ordinary, head, connect
}

/// Where a message's body ends. Source: RFC 9112 §6.3.
enum HTTPBodyFraming: Hashable, Sendable {
  case none
  case length(Int)
  case chunked
  /// Until the connection closes.
  case untilClose
}
