/// Source: MQTT 5.0 §2.1.2; names as DeepFlow shows them.
enum MQTTPacketKind: UInt8, Sendable {
  case connect = 1
  case connectAcknowledgement = 2
  case publish = 3
  case publishAcknowledgement = 4
  case publishReceived = 5
  case publishRelease = 6
  case publishComplete = 7
  case subscribe = 8
  case subscribeAcknowledgement = 9
  case unsubscribe = 10
  case unsubscribeAcknowledgement = 11
  case pingRequest = 12
  case pingResponse = 13
  case disconnect = 14
  case authentication = 15

  var name: StaticString {
    switch self {
    case .connect: "Connect"
    case .connectAcknowledgement: "Connack"
    case .publish: "Publish"
    case .publishAcknowledgement: "Puback"
    case .publishReceived: "Pubrec"
    case .publishRelease: "Pubrel"
    case .publishComplete: "Pubcomp"
    case .subscribe: "Subscribe"
    case .subscribeAcknowledgement: "Suback"
    case .unsubscribe: "Unsubscribe"
    case .unsubscribeAcknowledgement: "Unsuback"
    case .pingRequest: "Pingreq"
    case .pingResponse: "Pingresp"
    case .disconnect: "Disconnect"
    case .authentication: "Auth"
    }
  }

  /// Whether the low bits of the first byte are those of the kind: §2.1.3. Version 3.1 marks repetitions of what asks for an answer.
  func allows(flags: UInt8) -> Bool {
    switch self {
    case .publish: flags & 6 != 6
    case .publishRelease, .subscribe, .unsubscribe: flags & 7 == 2
    default: flags == 0
    }
  }

  /// The fewest bytes behind the fixed header.
  var shortestRest: Int {
    switch self {
    case .connect: 10
    case .connectAcknowledgement, .publish, .publishAcknowledgement, .publishReceived, .publishRelease, .publishComplete: 2
    case .unsubscribeAcknowledgement: 2
    case .subscribe: 5
    case .subscribeAcknowledgement: 3
    case .unsubscribe: 4
    case .pingRequest, .pingResponse, .disconnect, .authentication: 0
    }
  }
}

/// A control packet, as far as it is read.
struct MQTTMessage: Sendable {
  var kind: MQTTPacketKind
  /// 3 for version 3.1, 4 for 3.1.1, 5; of any packet but the first, what that one said.
  var version: UInt8?
  var qualityOfService: UInt8 = 0
  var identifier: UInt16?
  /// A topic, or the first filter.
  var topic: Range<Int>?
  /// From the first filter on, of a subscription with more.
  var filters: Range<Int>?
  var client: Range<Int>?
  var user: Range<Int>?
  /// The reason, or the first that is an error.
  var reason: UInt8?
  /// Version 5.
  var properties: Range<Int>?
}

/// Reasons, and the codes of earlier versions. Source: MQTT 5.0 §2.4, MQTT 3.1.1 §3.2.2.3.
enum MQTTReason {
  static func name(_ code: UInt8, isVersion5: Bool) -> StaticString? {
    isVersion5 || code >= 0x80 ? reasons[code] ?? nil : legacy(code)
  }

  private static func legacy(_ code: UInt8) -> StaticString? {
    switch code {
    case 1: "unacceptable protocol version"
    case 2: "identifier rejected"
    case 3: "server unavailable"
    case 4: "bad user name or password"
    case 5: "not authorized"
    default: nil
    }
  }

  /// Whether the server, not what it was asked, is the reason; nil for success.
  static func isServers(_ code: UInt8, isVersion5: Bool) -> Bool {
    isVersion5 || code >= 0x80
      ? [0x80, 0x83, 0x88, 0x89, 0x8b, 0x97, 0x98, 0x9c, 0x9d, 0x9f, 0xa0].contains(code) : code == 3
  }

  private static let reasons: [UInt8: StaticString] = [
    0x80: "unspecified error", 0x81: "malformed packet", 0x82: "protocol error", 0x83: "implementation specific error",
    0x84: "unsupported protocol version", 0x85: "client identifier not valid", 0x86: "bad user name or password", 0x87: "not authorized",
    0x88: "server unavailable", 0x89: "server busy", 0x8a: "banned", 0x8b: "server shutting down", 0x8c: "bad authentication method",
    0x8d: "keep alive timeout", 0x8e: "session taken over", 0x8f: "topic filter invalid", 0x90: "topic name invalid",
    0x91: "packet identifier in use", 0x92: "packet identifier not found", 0x93: "receive maximum exceeded", 0x94: "topic alias invalid",
    0x95: "packet too large", 0x96: "message rate too high", 0x97: "quota exceeded", 0x98: "administrative action",
    0x99: "payload format invalid", 0x9a: "retain not supported", 0x9b: "QoS not supported", 0x9c: "use another server",
    0x9d: "server moved", 0x9e: "shared subscriptions not supported", 0x9f: "connection rate exceeded", 0xa0: "maximum connect time",
    0xa1: "subscription identifiers not supported", 0xa2: "wildcard subscriptions not supported",
  ]
}
