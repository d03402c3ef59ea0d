/// A greeting, a command or a message.
struct ZMTPMessage: Sendable {
  enum Part: UInt8, Sendable {
    case request, response, alone
  }

  var part = Part.alone
  var isGreeting = false
  var version: (major: UInt8, minor: UInt8)?
  /// Of a greeting: NULL, PLAIN, CURVE, GSSAPI.
  var mechanism: Range<Int>?
  /// Of a command.
  var name: Range<Int>?
  var socketType: Range<Int>?
  var subscription: Range<Int>?
  var error: Range<Int>?
}
