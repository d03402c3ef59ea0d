/// What the metadata of a message says. Source: baidu_rpc_meta.proto, RpcMeta.
struct BRPCMessage: Sendable {
  enum Kind: UInt8, Sendable {
    case request, response
    /// Part of a stream: data, feedback, its end.
    case stream
  }

  var kind: Kind
  var metadata: Range<Int>
  var correlation: UInt64 = 0
  var service: Range<Int>?
  var method: Range<Int>?
  var logIdentifier: Int64?
  var requestIdentifier: Range<Int>?
  var trace: UInt64?
  var span: UInt64?
  var parentSpan: UInt64?
  var errorCode: Int32?
  var errorText: Range<Int>?

  /// bRPC's own clients keep the call's slot in the high half of the correlation identifier, which DeepFlow shows; others count in the low.
  var identifier: UInt64 { correlation >> 32 != 0 ? correlation >> 32 : correlation }
}

/// Source: src/brpc/errno.proto.
enum BRPCError {
  static func name(_ code: Int32) -> StaticString? {
    switch code {
    case 1001: "ENOSERVICE"
    case 1002: "ENOMETHOD"
    case 1003: "EREQUEST"
    case 1004: "ERPCAUTH"
    case 1005: "ETOOMANYFAILS"
    case 1007: "EBACKUPREQUEST"
    case 1008: "ERPCTIMEDOUT"
    case 1009: "EFAILEDSOCKET"
    case 1010: "EHTTP"
    case 1011: "EOVERCROWDED"
    case 1014: "EEOF"
    case 1016: "ESSL"
    case 2001: "EINTERNAL"
    case 2002: "ERESPONSE"
    case 2003: "ELOGOFF"
    case 2004: "ELIMIT"
    case 2005: "ECLOSE"
    default: nil
    }
  }
}
