import Wire

/// What a segment is.
struct WebSphereMQType: RawRepresentable, Hashable, Sendable {
  var rawValue: UInt8

  static let initialData = WebSphereMQType(rawValue: 0x01)
  static let messageData = WebSphereMQType(rawValue: 0x04)
  static let status = WebSphereMQType(rawValue: 0x05)
  static let ping = WebSphereMQType(rawValue: 0x07)
  static let heartbeat = WebSphereMQType(rawValue: 0x09)
  static let asynchronousMessage = WebSphereMQType(rawValue: 0x0d)
  static let requestMessages = WebSphereMQType(rawValue: 0x0e)
  static let notification = WebSphereMQType(rawValue: 0x0f)
  static let connect = WebSphereMQType(rawValue: 0x81)
  static let open = WebSphereMQType(rawValue: 0x83)
  static let close = WebSphereMQType(rawValue: 0x84)
  static let get = WebSphereMQType(rawValue: 0x85)
  static let put1 = WebSphereMQType(rawValue: 0x87)
  static let systemCall = WebSphereMQType(rawValue: 0x8c)
  static let openReply = WebSphereMQType(rawValue: 0x93)

  /// Calls of programs, and those of transaction managers. Their replies have the same numbers with one more bit.
  var isCall: Bool { (0x81...0x8f).contains(rawValue) || (0xa1...0xaa).contains(rawValue) }
  var isReply: Bool { (0x91...0x9f).contains(rawValue) || (0xb1...0xba).contains(rawValue) }
  /// Begins with the lengths, codes and the handle of a call.
  var hasCallHeader: Bool { (0x81...0x9f).contains(rawValue) }

  /// Who sends it; `nil` when both do.
  var sender: MessageSender? {
    if isCall || self == .requestMessages { return .client }
    return isReply || self == .asynchronousMessage || self == .notification ? .server : nil
  }

  var name: StaticString? {
    switch rawValue {
    case 0x01: "INITIAL_DATA"
    case 0x02: "RESYNC_DATA"
    case 0x03: "RESET_DATA"
    case 0x04: "MESSAGE_DATA"
    case 0x05: "STATUS_DATA"
    case 0x06: "SECURITY_DATA"
    case 0x07: "PING_DATA"
    case 0x08: "USERID_DATA"
    case 0x09: "HEARTBEAT"
    case 0x0a: "CONAUTH_INFO"
    case 0x0b: "RENEGOTIATE_DATA"
    case 0x0c: "SOCKET_ACTION"
    case 0x0d: "ASYNC_MESSAGE"
    case 0x0e: "REQUEST_MSGS"
    case 0x0f: "NOTIFICATION"
    case 0x91...0x9f, 0xb1...0xba: WebSphereMQType(rawValue: rawValue - 0x10).name
    default: callName
    }
  }

  private var callName: StaticString? {
    switch rawValue {
    case 0x81: "MQCONN"
    case 0x82: "MQDISC"
    case 0x83: "MQOPEN"
    case 0x84: "MQCLOSE"
    case 0x85: "MQGET"
    case 0x86: "MQPUT"
    case 0x87: "MQPUT1"
    case 0x88: "MQSET"
    case 0x89: "MQINQ"
    case 0x8a: "MQCMIT"
    case 0x8b: "MQBACK"
    case 0x8c: "SPI"
    case 0x8d: "MQSTAT"
    case 0x8e: "MQSUB"
    case 0x8f: "MQSUBRQ"
    case 0xa1: "XA_START"
    case 0xa2: "XA_END"
    case 0xa3: "XA_OPEN"
    case 0xa4: "XA_CLOSE"
    case 0xa5: "XA_PREPARE"
    case 0xa6: "XA_COMMIT"
    case 0xa7: "XA_ROLLBACK"
    case 0xa8: "XA_FORGET"
    case 0xa9: "XA_RECOVER"
    case 0xaa: "XA_COMPLETE"
    default: nil
    }
  }
}

/// A call, a reply, or what stands alone, as far as the request log shows it.
struct WebSphereMQMessage: Sendable {
  enum Part: Sendable {
    case request(UInt64)
    case response(UInt64)
    case alone
  }

  var part = Part.alone
  var type: WebSphereMQType
  var conversation: UInt32?
  var request: UInt32?
  /// The level of the protocol that the ends settled on.
  var level: UInt8?
  var channel: [UInt8]?
  var queueManager: [UInt8]?
  /// A queue, most often.
  var object: [UInt8]?
  var application: [UInt8]?
  /// Of a reply: 0 for success, 1 for a warning, 2 for a failure.
  var completion: UInt32?
  var reason: UInt32?
  /// Of a status: why.
  var status: UInt32?
  /// The call waits until there is a message.
  var waits = false
}

/// Fixed-width names: filled with blanks or zeros, in ASCII or EBCDIC.
enum WebSphereMQText {
  /// The characters that names are made of, of EBCDIC's code pages the same in all. Source: IBM MQ, "Rules for naming IBM MQ objects".
  private static let characters: [UInt8] = {
    var table = [UInt8](repeating: UInt8(ascii: "?"), count: 256)
    for (first, letters) in [
      (0x81, "abcdefghi"), (0x91, "jklmnopqr"), (0xa2, "stuvwxyz"), (0xc1, "ABCDEFGHI"), (0xd1, "JKLMNOPQR"), (0xe2, "STUVWXYZ"),
      (0xf0, "0123456789"), (0x40, " "), (0x4b, "."), (0x60, "-/"), (0x6c, "%_"), (0x7a, ":"), (0xe0, "\\"),
    ] {
      for (index, letter) in letters.utf8.enumerated() { table[first + index] = letter }
    }
    return table
  }()

  /// The name in a field of this width; `nil` when it is empty, or not there.
  static func read(_ offset: Int, _ byteCount: Int, isEBCDIC: Bool, _ bytes: RawSpan) -> [UInt8]? {
    guard offset >= 0, offset + byteCount <= bytes.byteCount, let first = bytes.uint8(at: offset) else { return nil }
    var name = bytes.copy(offset..<offset + byteCount)
    if let zero = name.firstIndex(of: 0) { name.removeSubrange(zero...) }
    // Letters and digits of EBCDIC have the highest bit.
    if isEBCDIC || first >= 0x81 { name = name.map { characters[Int($0)] } }
    while name.last == UInt8(ascii: " ") { name.removeLast() }
    return name.isEmpty ? nil : name
  }
}
