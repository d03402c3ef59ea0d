/// The header of a message. Source: PRS_SOMEIP_00030.
struct SOMEIPMessage: Sendable {
  /// Source: PRS_SOMEIP_00055; the same with 0x20 for segments of SOME/IP-TP.
  enum Kind: Sendable {
    case request, requestNoReturn, notification, response, error, acknowledgement

    init?(code: UInt8) {
      switch code {
      case 0x00: self = .request
      case 0x01: self = .requestNoReturn
      case 0x02: self = .notification
      case 0x40, 0x41, 0x42, 0xc0, 0xc1: self = .acknowledgement
      case 0x80: self = .response
      case 0x81: self = .error
      default: return nil
      }
    }

    var name: StaticString {
      switch self {
      case .request: "REQUEST"
      case .requestNoReturn: "REQUEST_NO_RETURN"
      case .notification: "NOTIFICATION"
      case .response: "RESPONSE"
      case .error: "ERROR"
      case .acknowledgement: "ACK"
      }
    }

    /// Events come from the server, acknowledgements from anyone.
    var sender: MessageSender? {
      switch self {
      case .request, .requestNoReturn: .client
      case .notification, .response, .error: .server
      case .acknowledgement: nil
      }
    }
  }

  /// The service whose messages are service discovery, and its one method.
  static let discovery: (service: UInt16, method: UInt16) = (0xffff, 0x8100)

  var kind: Kind
  var service: UInt16
  var method: UInt16
  var client: UInt16
  var session: UInt16
  var interfaceVersion: UInt8
  var returnCode: UInt8
  /// Of a segment of SOME/IP-TP: where its payload belongs.
  var segmentOffset: UInt32?
  var payload: Range<Int>

  var isDiscovery: Bool { service == SOMEIPMessage.discovery.service && method == SOMEIPMessage.discovery.method }
  var isSegmentAfterFirst: Bool { segmentOffset ?? 0 > 0 }

  /// Client and session number a call; the service and its method are in it because clients without sessions send 0 for every call.
  var key: UInt64 { UInt64(service) << 48 | UInt64(method) << 32 | UInt64(client) << 16 | UInt64(session) }
}

/// Source: PRS_SOMEIP_00191.
enum SOMEIPReturnCode {
  static func name(_ code: UInt8) -> StaticString {
    switch code {
    case 0x00: "E_OK"
    case 0x01: "E_NOT_OK"
    case 0x02: "E_UNKNOWN_SERVICE"
    case 0x03: "E_UNKNOWN_METHOD"
    case 0x04: "E_NOT_READY"
    case 0x05: "E_NOT_REACHABLE"
    case 0x06: "E_TIMEOUT"
    case 0x07: "E_WRONG_PROTOCOL_VERSION"
    case 0x08: "E_WRONG_INTERFACE_VERSION"
    case 0x09: "E_MALFORMED_MESSAGE"
    case 0x0a: "E_WRONG_MESSAGE_TYPE"
    case 0x0b: "E_E2E_REPEATED"
    case 0x0c: "E_E2E_WRONG_SEQUENCE"
    case 0x0d: "E_E2E"
    case 0x0e: "E_E2E_NOT_AVAILABLE"
    case 0x0f: "E_E2E_NO_NEW_DATA"
    default: "E_RESERVED"
    }
  }

  /// What was asked is not there, or was asked wrongly (DeepFlow's set).
  static func isClients(_ code: UInt8) -> Bool { [0x02, 0x03, 0x07, 0x08, 0x0a].contains(code) }
}
