import Wire

/// A message's type and where its elements are.
struct ISO8583Message: Sendable {
  var format: ISO8583Format
  /// Version, class, function and origin, four bits each.
  var type: UInt16
  /// From the bitmap to the message's end.
  var elements: Range<Int>
  /// The system trace audit number, element 11.
  var trace: UInt64

  /// Functions come in pairs: request and its response, advice and its response, notification and its acknowledgement, instruction and its.
  var isResponse: Bool { type >> 4 & 1 == 1 }

  /// A message and its answer share class and audit number.
  var key: UInt64 { UInt64(type >> 8 & 15) << 48 | UInt64(type >> 5 & 7) << 40 | trace }
}

/// Source: ISO 8583:1987, §4.4.39; names as networks show them.
enum ISO8583Response {
  static func name(_ code: [UInt8]) -> StaticString? {
    switch code {
    case Array("00".utf8): "approved"
    case Array("01".utf8), Array("02".utf8): "refer to card issuer"
    case Array("03".utf8): "invalid merchant"
    case Array("04".utf8), Array("07".utf8): "pick up card"
    case Array("05".utf8): "do not honour"
    case Array("08".utf8): "honour with identification"
    case Array("12".utf8): "invalid transaction"
    case Array("13".utf8): "invalid amount"
    case Array("14".utf8): "invalid card number"
    case Array("15".utf8): "no such issuer"
    case Array("25".utf8): "no record found"
    case Array("30".utf8): "format error"
    case Array("41".utf8): "lost card"
    case Array("43".utf8): "stolen card"
    case Array("51".utf8): "not sufficient funds"
    case Array("54".utf8): "expired card"
    case Array("55".utf8): "incorrect PIN"
    case Array("57".utf8), Array("58".utf8): "transaction not permitted"
    case Array("61".utf8): "exceeds amount limit"
    case Array("68".utf8): "response received too late"
    case Array("75".utf8): "PIN tries exceeded"
    case Array("90".utf8): "cutoff in process"
    case Array("91".utf8): "issuer or switch inoperative"
    case Array("92".utf8): "no route"
    case Array("94".utf8): "duplicate transmission"
    case Array("96".utf8): "system malfunction"
    default: nil
    }
  }

  /// What DeepFlow holds against the caller; all others, refusals too, are answers.
  static func isError(_ code: [UInt8]) -> Bool {
    code == Array("96".utf8) || code == Array("A0".utf8) || code == Array("30".utf8)
  }
}
