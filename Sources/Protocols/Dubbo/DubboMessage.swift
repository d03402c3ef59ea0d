/// The header of a message, and where its body is:
///
///     da bb  flags (1)  status (1)  identifier (8)  body length (4)  body
///
/// Flags: request (0x80), expects a response (0x40), event (0x20), serialization (0x1f).
/// Source: Dubbo2 protocol specification.
struct DubboMessage: Sendable {
  static let headerByteCount = 16

  var flags: UInt8
  var status: UInt8
  var identifier: UInt64
  /// The beginning of the body, as far as it is read.
  var body: Range<Int>
  /// Nothing of the body is missing in `body`.
  var isWhole: Bool

  var isRequest: Bool { flags & 0x80 != 0 }
  var expectsResponse: Bool { flags & 0x40 != 0 }
  var isEvent: Bool { flags & 0x20 != 0 }
  var serialization: DubboSerialization { DubboSerialization(rawValue: flags & 0x1f) ?? .other }
}

/// Serializations whose envelope is read. Source: org.apache.dubbo.common.serialize.Constants.
enum DubboSerialization: UInt8, Sendable {
  case other = 0
  case hessian2 = 2
  case fastjson = 6
  case kryo = 8

  /// Numbers that have a serialization; 0 and 1 have none.
  static let known: ClosedRange<UInt8> = 2...27
}

/// Source: org.apache.dubbo.remoting.exchange.Response.
enum DubboStatus {
  static let ok: UInt8 = 20

  static func name(_ code: UInt8) -> StaticString? {
    switch code {
    case 20: "OK"
    case 25: "SERIALIZATION_ERROR"
    case 30: "CLIENT_TIMEOUT"
    case 31: "SERVER_TIMEOUT"
    case 35: "CHANNEL_INACTIVE"
    case 40: "BAD_REQUEST"
    case 50: "BAD_RESPONSE"
    case 60: "SERVICE_NOT_FOUND"
    case 70: "SERVICE_ERROR"
    case 80: "SERVER_ERROR"
    case 90: "CLIENT_ERROR"
    case 100: "SERVER_THREADPOOL_EXHAUSTED"
    default: nil
    }
  }

  /// Whether the caller is the reason (DeepFlow: 30, 40 and 90).
  static func isClients(_ code: UInt8) -> Bool { code == 30 || code == 40 || code == 90 }
}
