/// Types of structures on the wire. Source: org.apache.activemq.command.CommandTypes.
struct OpenWireType: RawRepresentable, Hashable, Sendable {
  var rawValue: UInt8

  static let null = OpenWireType(rawValue: 0)
  static let wireFormatInfo = OpenWireType(rawValue: 1)
  static let brokerInfo = OpenWireType(rawValue: 2)
  static let transactionInfo = OpenWireType(rawValue: 7)
  static let destinationInfo = OpenWireType(rawValue: 8)
  static let keepAlive = OpenWireType(rawValue: 10)
  static let connectionError = OpenWireType(rawValue: 16)
  static let messageDispatch = OpenWireType(rawValue: 21)
  static let messageAck = OpenWireType(rawValue: 22)
  static let queue = OpenWireType(rawValue: 100)
  static let topic = OpenWireType(rawValue: 101)
  static let temporaryQueue = OpenWireType(rawValue: 102)
  static let temporaryTopic = OpenWireType(rawValue: 103)
  static let localTransaction = OpenWireType(rawValue: 111)

  /// A message as the application made it.
  var isMessage: Bool { (23...29).contains(rawValue) }
  var isResponse: Bool { (30...34).contains(rawValue) }
  var isDestination: Bool { (100...103).contains(rawValue) }

  /// Begins with a number and whether a response is wanted.
  var isCommand: Bool {
    switch rawValue {
    case 2...12, 14...34, 65, 90, 92: true
    default: false
    }
  }

  /// Who sends such commands; `nil` when both do. Brokers that are connected to one another are clients of each other.
  var sender: MessageSender? {
    switch rawValue {
    case 19, 21, 30...34: .server
    case 3...9, 12, 20, 22...29: .client
    default: nil
    }
  }

  /// Names of commands, as DeepFlow shows them too.
  var name: StaticString? {
    switch rawValue {
    case 1: "WireFormatInfo"
    case 2: "BrokerInfo"
    case 3: "ConnectionInfo"
    case 4: "SessionInfo"
    case 5: "ConsumerInfo"
    case 6: "ProducerInfo"
    case 7: "TransactionInfo"
    case 8: "DestinationInfo"
    case 9: "RemoveSubscriptionInfo"
    case 10: "KeepAliveInfo"
    case 11: "ShutdownInfo"
    case 12: "RemoveInfo"
    case 14: "ControlCommand"
    case 15: "FlushCommand"
    case 16: "ConnectionError"
    case 17: "ConsumerControl"
    case 18: "ConnectionControl"
    case 19: "ProducerAck"
    case 20: "MessagePull"
    case 21: "MessageDispatch"
    case 22: "MessageAck"
    case 23: "ActiveMQMessage"
    case 24: "ActiveMQBytesMessage"
    case 25: "ActiveMQMapMessage"
    case 26: "ActiveMQObjectMessage"
    case 27: "ActiveMQStreamMessage"
    case 28: "ActiveMQTextMessage"
    case 29: "ActiveMQBlobMessage"
    default: otherName
    }
  }

  private var otherName: StaticString? {
    switch rawValue {
    case 30: "Response"
    case 31: "ExceptionResponse"
    case 32: "DataResponse"
    case 33: "DataArrayResponse"
    case 34: "IntegerResponse"
    case 60: "PartialCommand"
    case 61: "LastPartialCommand"
    case 65: "ReplayCommand"
    case 90: "MessageDispatchNotification"
    case 92: "BrokerSubscriptionInfo"
    case 100: "queue"
    case 101: "topic"
    case 102: "temp-queue"
    case 103: "temp-topic"
    case 120: "ConnectionId"
    case 121: "SessionId"
    case 122: "ConsumerId"
    case 123: "ProducerId"
    case 124: "BrokerId"
    default: nil
    }
  }
}

/// A destination: named in the command, or sent before and called by its place in the sender's cache.
struct OpenWireDestination: Sendable {
  var type: OpenWireType
  var range: Range<Int>?
  var remembered: [UInt8]?
}

/// A command, as far as the request log shows it.
struct OpenWireMessage: Sendable {
  var type: OpenWireType
  /// The version that both sides settled on; of `wireFormatInfo` the sender's own.
  var version: UInt8?
  var number: UInt32?
  var wantsResponse = false
  /// Of a response: the number of what it answers.
  var correlation: UInt32?
  var destination: OpenWireDestination?
  /// Something is called by its place in a cache, and was put there before the capture, or in bytes that were lost.
  var isPartial = false
  /// What the broker calls itself, where it has said so before.
  var knownBroker: [UInt8]?
  var brokerURL: Range<Int>?
  var brokerName: Range<Int>?
  var client: Range<Int>?
  var user: Range<Int>?
  var subscription: Range<Int>?
  /// What is thrown: its class and its message.
  var exceptionClass: Range<Int>?
  var exceptionText: Range<Int>?
  /// The kind of transaction step, of acknowledgement or of destination change.
  var operation: UInt8?
  var transaction: UInt64?
  /// What is removed.
  var removedType: OpenWireType?
  /// The application's own.
  var correlationText: Range<Int>?
  var word: Range<Int>?
  var result: UInt32?
  /// Of a message: its properties, as a map of primitive values.
  var properties: Range<Int>?
  /// Only what stands behind a long content: everything else was said before.
  var isTail = false
}

/// Kinds of steps, by command. Source: TransactionInfo, MessageAck, DestinationInfo.
enum OpenWireOperation {
  static func name(_ operation: UInt8, of type: OpenWireType) -> StaticString? {
    switch (type, operation) {
    case (.transactionInfo, 0): "begin"
    case (.transactionInfo, 1): "prepare"
    case (.transactionInfo, 2): "commit_one_phase"
    case (.transactionInfo, 3): "commit_two_phase"
    case (.transactionInfo, 4): "rollback"
    case (.transactionInfo, 5): "recover"
    case (.transactionInfo, 6): "forget"
    case (.transactionInfo, 7): "end"
    case (.messageAck, 0): "delivered"
    case (.messageAck, 1): "poison"
    case (.messageAck, 2): "standard"
    case (.messageAck, 3): "redelivered"
    case (.messageAck, 4): "individual"
    case (.messageAck, 5): "unmatched"
    case (.messageAck, 6): "expired"
    case (.destinationInfo, 0): "add"
    case (.destinationInfo, 1): "remove"
    default: nil
    }
  }
}
