/// Source: part 2, §2.7; part 5, §5.3.3.
enum AMQP1Performative: UInt8, Sendable {
  case open = 0x10
  case begin = 0x11
  case attach = 0x12
  case flow = 0x13
  case transfer = 0x14
  case disposition = 0x15
  case detach = 0x16
  case end = 0x17
  case close = 0x18
  case saslMechanisms = 0x40
  case saslInit = 0x41
  case saslChallenge = 0x42
  case saslResponse = 0x43
  case saslOutcome = 0x44

  var name: StaticString {
    switch self {
    case .open: "Open"
    case .begin: "Begin"
    case .attach: "Attach"
    case .flow: "Flow"
    case .transfer: "Transfer"
    case .disposition: "Disposition"
    case .detach: "Detach"
    case .end: "End"
    case .close: "Close"
    case .saslMechanisms: "SaslMechanisms"
    case .saslInit: "SaslInit"
    case .saslChallenge: "SaslChallenge"
    case .saslResponse: "SaslResponse"
    case .saslOutcome: "SaslOutcome"
    }
  }
}

/// A performative and what it says.
struct AMQP1Message: Sendable {
  enum Part: Sendable {
    case request(UInt64)
    case response(UInt64)
    case alone
    case housekeeping
  }

  /// What became of deliveries. Source: part 3, §3.4.
  enum Outcome: UInt8, Sendable {
    case accepted = 0x24
    case rejected = 0x25
    case released = 0x26
    case modified = 0x27

    var name: StaticString {
      switch self {
      case .accepted: "accepted"
      case .rejected: "rejected"
      case .released: "released"
      case .modified: "modified"
      }
    }
  }

  var part = Part.housekeeping
  var performative: AMQP1Performative
  /// The address of the link, or what stands for it.
  var address: [UInt8]?
  var container: Range<Int>?
  var host: Range<Int>?
  var mechanism: Range<Int>?
  /// A symbol ("amqp:not-found") and a text.
  var condition: Range<Int>?
  var description: Range<Int>?
  var outcome: Outcome?
  var saslCode: UInt64?
  /// Of a transfer: the beginning of the message.
  var payload: Range<Int>?
}
