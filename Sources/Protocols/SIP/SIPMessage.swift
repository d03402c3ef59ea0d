import Wire

/// A request or response: its start line, and where its header fields are.
struct SIPMessage: Sendable {
  enum StartLine: Sendable {
    case request(SIPMethod, target: Range<Int>)
    case response(code: Int, reason: Range<Int>)
  }

  var startLine: StartLine
  /// The method, or of a response the one its CSeq names.
  var method: Range<Int>
  var fieldSection: Range<Int>
  /// What a transaction's messages have in common: a hash of the topmost Via's branch and of the method. Source: RFC 3261 §17.1.3.
  var transaction: UInt64
}

/// Methods. Source: IANA SIP Parameters, Methods.
enum SIPMethod: UInt8, Sendable, CaseIterable {
  case ack, bye, cancel, info, invite, message, notify, options, prack, publish, refer, register, subscribe, update

  var name: StaticString {
    switch self {
    case .ack: "ACK"
    case .bye: "BYE"
    case .cancel: "CANCEL"
    case .info: "INFO"
    case .invite: "INVITE"
    case .message: "MESSAGE"
    case .notify: "NOTIFY"
    case .options: "OPTIONS"
    case .prack: "PRACK"
    case .publish: "PUBLISH"
    case .refer: "REFER"
    case .register: "REGISTER"
    case .subscribe: "SUBSCRIBE"
    case .update: "UPDATE"
    }
  }

  /// The method at the beginning of the bytes, with the blank behind it.
  init?(_ bytes: RawSpan) {
    for method in SIPMethod.allCases
    where bytes.hasBytes(method.name, at: 0) && bytes.uint8(at: method.name.utf8CodeUnitCount) == 0x20 {
      self = method
      return
    }
    return nil
  }
}
