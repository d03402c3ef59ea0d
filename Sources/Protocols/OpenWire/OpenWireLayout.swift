/// A field of a structure, in the order of the wire.
struct OpenWireField: Sendable {
  enum Kind: Sendable {
    case flag
    case byte
    case integer
    case long
    case text
    case bytes
    /// Eight bytes: "ActiveMQ".
    case magic
    /// A class, a message, a stack, and what caused it.
    case exception
    case object(OpenWireFamily)
    /// An object that may be called by its place in a cache.
    case cached(OpenWireFamily)
    case objects(OpenWireFamily)
  }

  /// What the request log takes from the field.
  enum Meaning: UInt8, Sendable {
    case nothing, number, wantsResponse, correlation, destination, brokerURL, brokerName, client, user, subscription, operation, transaction
    case removed, correlationText, word, result, content, properties, dispatched, failure
  }

  var kind: Kind
  var meaning: Meaning
  /// The versions that have it.
  var since: UInt8
  var until: UInt8

  init(_ kind: Kind, _ meaning: Meaning = .nothing, since: UInt8 = 1, until: UInt8 = .max) {
    self.kind = kind
    self.meaning = meaning
    self.since = since
    self.until = until
  }
}

/// What may stand where an object stands.
enum OpenWireFamily: UInt8, Sendable {
  case any, broker, connection, session, consumer, producer, destination, transaction, messageIdentifier, message, brokerInfo, subscription
  /// What is removed: a connection, a session, a consumer, a producer.
  case removable

  func contains(_ type: OpenWireType) -> Bool {
    switch self {
    case .any: true
    case .broker: type.rawValue == 124
    case .connection: type.rawValue == 120
    case .session: type.rawValue == 121
    case .consumer: type.rawValue == 122
    case .producer: type.rawValue == 123
    case .destination: type.isDestination
    case .transaction: type.rawValue == 111 || type.rawValue == 112
    case .messageIdentifier: type.rawValue == 110
    case .message: type.isMessage
    case .brokerInfo: type == .brokerInfo
    case .subscription: type.rawValue == 5 || type.rawValue == 55
    case .removable: (120...123).contains(type.rawValue)
    }
  }
}

/// The fields of every structure in every version. Both encodings have them in this order.
///
/// Source: ActiveMQ 5.17, org.apache.activemq.openwire.v1 to v12.
enum OpenWireLayout {
  static let latestVersion: UInt8 = 12

  /// What stands before the fields of any command.
  static let command = [OpenWireField(.integer, .number), OpenWireField(.flag, .wantsResponse)]
  /// What stands before those of any response, behind those of a command.
  static let response = [OpenWireField(.integer, .correlation)]

  /// The structure's own fields; `nil` for a type that is not known.
  static func fields(of type: OpenWireType) -> [OpenWireField]? {
    switch type.rawValue {
    case 1: wireFormatInfo
    case 2: brokerInfo
    case 3: connectionInfo
    case 4: [OpenWireField(.cached(.session))]
    case 5: consumerInfo
    case 6: producerInfo
    case 7: transactionInfo
    case 8: destinationInfo
    case 9: removeSubscriptionInfo
    case 10, 11, 15, 30: []
    case 12: removeInfo
    case 14: controlCommand
    case 16: connectionError
    case 17: consumerControl
    case 18: connectionControl
    case 19: producerAck
    case 20: messagePull
    case 21: messageDispatch
    case 22: messageAck
    case 23...28: message
    case 29: blobMessage
    case 31: exceptionResponse
    case 32: dataResponse
    case 33: dataArrayResponse
    case 34: integerResponse
    case 55: subscriptionInfo
    case 60, 61: partialCommand
    case 65: replayCommand
    default: identifierFields(of: type)
    }
  }

  private static func identifierFields(of type: OpenWireType) -> [OpenWireField]? {
    switch type.rawValue {
    case 40: twoTexts
    case 90: dispatchNotification
    case 91: networkBridgeFilter
    case 92: brokerSubscriptionInfo
    case 100...103, 120, 124: oneText
    case 110: messageIdentifier
    case 111: localTransaction
    case 112: extendedTransaction
    case 121: sessionIdentifier
    case 122, 123: consumerIdentifier
    default: nil
    }
  }

  // MARK: Commands

  private static let wireFormatInfo = [OpenWireField(.magic), OpenWireField(.integer), OpenWireField(.bytes)]

  private static let brokerInfo = [
    OpenWireField(.cached(.broker)), OpenWireField(.text, .brokerURL), OpenWireField(.objects(.brokerInfo)),
    OpenWireField(.text, .brokerName), OpenWireField(.flag), OpenWireField(.flag), OpenWireField(.flag), OpenWireField(.flag, since: 2),
    OpenWireField(.flag, since: 2), OpenWireField(.long, since: 2), OpenWireField(.text, since: 3), OpenWireField(.text, since: 3),
  ]

  /// Connection, client, password, user: the password is passed over.
  private static let connectionInfo = [
    OpenWireField(.cached(.connection)), OpenWireField(.text, .client), OpenWireField(.text), OpenWireField(.text, .user),
    OpenWireField(.objects(.broker)), OpenWireField(.flag), OpenWireField(.flag), OpenWireField(.flag, since: 2),
    OpenWireField(.flag, since: 6), OpenWireField(.flag, since: 6), OpenWireField(.text, since: 8),
  ]

  private static let consumerInfo = [
    OpenWireField(.cached(.consumer)), OpenWireField(.flag), OpenWireField(.cached(.destination), .destination), OpenWireField(.integer),
    OpenWireField(.integer), OpenWireField(.flag), OpenWireField(.text), OpenWireField(.text, since: 10),
    OpenWireField(.text, .subscription), OpenWireField(.flag), OpenWireField(.flag), OpenWireField(.flag), OpenWireField(.byte),
    OpenWireField(.objects(.broker)), OpenWireField(.object(.any)), OpenWireField(.flag), OpenWireField(.flag), OpenWireField(.flag),
    OpenWireField(.objects(.consumer), since: 4),
  ]

  private static let producerInfo = [
    OpenWireField(.cached(.producer)), OpenWireField(.cached(.destination), .destination), OpenWireField(.objects(.broker)),
    OpenWireField(.flag, since: 2), OpenWireField(.integer, since: 3),
  ]

  private static let transactionInfo = [
    OpenWireField(.cached(.connection)), OpenWireField(.cached(.transaction), .transaction), OpenWireField(.byte, .operation),
  ]

  private static let destinationInfo = [
    OpenWireField(.cached(.connection)), OpenWireField(.cached(.destination), .destination), OpenWireField(.byte, .operation),
    OpenWireField(.long), OpenWireField(.objects(.broker)),
  ]

  private static let removeSubscriptionInfo = [
    OpenWireField(.cached(.connection)), OpenWireField(.text, .subscription), OpenWireField(.text, .client),
  ]

  private static let removeInfo = [OpenWireField(.cached(.removable), .removed), OpenWireField(.long, since: 5)]
  private static let controlCommand = [OpenWireField(.text, .word)]
  private static let connectionError = [OpenWireField(.exception, .failure), OpenWireField(.object(.connection))]

  private static let consumerControl = [
    OpenWireField(.object(.destination), .destination, since: 6), OpenWireField(.flag), OpenWireField(.object(.consumer)),
    OpenWireField(.integer), OpenWireField(.flag, since: 2), OpenWireField(.flag, since: 2), OpenWireField(.flag, since: 2),
  ]

  private static let connectionControl = [
    OpenWireField(.flag), OpenWireField(.flag), OpenWireField(.flag), OpenWireField(.flag), OpenWireField(.flag),
    OpenWireField(.text, since: 6), OpenWireField(.text, since: 6), OpenWireField(.flag, since: 6), OpenWireField(.bytes, since: 8),
  ]

  private static let producerAck = [OpenWireField(.object(.producer)), OpenWireField(.integer)]

  private static let messagePull = [
    OpenWireField(.cached(.consumer)), OpenWireField(.cached(.destination), .destination), OpenWireField(.long),
    OpenWireField(.text, .correlationText, since: 3), OpenWireField(.object(.messageIdentifier), since: 3),
  ]

  private static let messageDispatch = [
    OpenWireField(.cached(.consumer)), OpenWireField(.cached(.destination), .destination), OpenWireField(.object(.message), .dispatched),
    OpenWireField(.integer),
  ]

  private static let messageAck = [
    OpenWireField(.cached(.destination), .destination), OpenWireField(.cached(.transaction), .transaction),
    OpenWireField(.cached(.consumer)), OpenWireField(.byte, .operation), OpenWireField(.object(.messageIdentifier)),
    OpenWireField(.object(.messageIdentifier)), OpenWireField(.integer), OpenWireField(.exception, .failure, since: 7),
  ]

  /// Where the fields behind a message's content begin.
  static let contentIndex = 15

  static let message = [
    OpenWireField(.cached(.producer)), OpenWireField(.cached(.destination), .destination),
    OpenWireField(.cached(.transaction), .transaction),
    OpenWireField(.cached(.destination)), OpenWireField(.object(.messageIdentifier)), OpenWireField(.cached(.transaction)),
    OpenWireField(.text), OpenWireField(.integer), OpenWireField(.text, .correlationText), OpenWireField(.flag), OpenWireField(.long),
    OpenWireField(.byte), OpenWireField(.object(.destination)), OpenWireField(.long), OpenWireField(.text), OpenWireField(.bytes, .content),
    OpenWireField(.bytes, .properties), OpenWireField(.object(.any)), OpenWireField(.cached(.consumer)), OpenWireField(.flag),
    OpenWireField(.integer), OpenWireField(.objects(.broker)), OpenWireField(.long), OpenWireField(.text), OpenWireField(.flag),
    OpenWireField(.flag, since: 2), OpenWireField(.objects(.broker), since: 3), OpenWireField(.long, since: 3),
    OpenWireField(.long, since: 3), OpenWireField(.flag, since: 10),
  ]

  /// Where its content is, of which kind, and whether it is to be deleted.
  private static let blobMessage = message + [OpenWireField(.text), OpenWireField(.text), OpenWireField(.flag)]

  private static let partialCommand = [OpenWireField(.integer, .number), OpenWireField(.bytes)]
  private static let replayCommand = [OpenWireField(.integer), OpenWireField(.integer)]

  private static let dispatchNotification = [
    OpenWireField(.cached(.consumer)), OpenWireField(.cached(.destination), .destination), OpenWireField(.long),
    OpenWireField(.object(.messageIdentifier)),
  ]

  private static let brokerSubscriptionInfo = [
    OpenWireField(.object(.broker)), OpenWireField(.text, .brokerName), OpenWireField(.objects(.subscription)),
  ]

  // MARK: Responses

  private static let exceptionResponse = [OpenWireField(.exception, .failure)]
  private static let dataResponse = [OpenWireField(.object(.any))]
  private static let dataArrayResponse = [OpenWireField(.objects(.any))]
  private static let integerResponse = [OpenWireField(.integer, .result)]

  // MARK: Parts of commands

  private static let oneText = [OpenWireField(.text)]
  private static let twoTexts = [OpenWireField(.text), OpenWireField(.text)]

  private static let subscriptionInfo = [
    OpenWireField(.text), OpenWireField(.cached(.destination)), OpenWireField(.text), OpenWireField(.text),
    OpenWireField(.object(.destination), since: 3), OpenWireField(.flag, since: 11),
  ]

  private static let networkBridgeFilter = [
    OpenWireField(.integer, until: 9), OpenWireField(.cached(.broker)), OpenWireField(.integer, since: 10),
    OpenWireField(.integer, since: 10),
  ]

  private static let messageIdentifier = [
    OpenWireField(.text, since: 10), OpenWireField(.cached(.producer)), OpenWireField(.long), OpenWireField(.long),
  ]

  private static let localTransaction = [OpenWireField(.long, .transaction), OpenWireField(.cached(.connection))]
  private static let extendedTransaction = [OpenWireField(.integer), OpenWireField(.bytes), OpenWireField(.bytes)]
  private static let sessionIdentifier = [OpenWireField(.text), OpenWireField(.long)]
  private static let consumerIdentifier = [OpenWireField(.text), OpenWireField(.long), OpenWireField(.long)]
}
