/// A command's number, which is also that of its field in BaseCommand. Source: PulsarApi.proto.
struct PulsarCommand: Hashable, Sendable {
  enum Part: UInt8, Sendable {
    case request, response, numbered, alone
  }

  var number: UInt8

  static let connect = PulsarCommand(number: 2)
  static let connected = PulsarCommand(number: 3)
  static let send = PulsarCommand(number: 6)
  static let message = PulsarCommand(number: 9)

  var part: Part {
    switch number {
    case 2, 4, 5, 6, 12, 15, 16, 18, 21, 23, 25, 28, 29, 32, 34, 36, 39, 50, 52, 54, 56, 58, 60, 62, 64: .request
    case 3, 7, 8, 13, 14, 17, 19, 22, 24, 26, 30, 33, 35, 37, 38, 40, 51, 53, 55, 57, 59, 61, 63, 65: .response
    case 10: .numbered
    default: .alone
    }
  }

  /// Commands whose numbers are of one kind: connections, pings, publications, authentications, and all that have a request's number.
  var family: UInt8 {
    switch number {
    case 2, 3: 1
    case 18, 19: 2
    case 6, 7, 8: 3
    case 36, 37: 4
    default: 0
    }
  }

  /// Who sends it; `nil` when both do.
  var sender: MessageSender? {
    switch number {
    case 15, 16, 18, 19: nil
    case 3, 7, 8, 9, 13, 14, 17, 22, 24, 26, 27, 30, 31, 33, 35, 36, 38, 40, 51, 53, 55, 57, 59, 61, 63, 65, 66, 68: .server
    default: .client
    }
  }

  /// The field of a request's number in the command's message.
  var requestField: Int? {
    switch number {
    case 4: 5
    case 5: 3
    case 10: 8
    case 12, 15, 16, 21, 22, 23, 28, 29, 30: 2
    case 24: 4
    case 38: 6
    case 13, 14, 17, 25, 26, 32, 33, 34, 35, 39, 40, 50...65: 1
    default: nil
    }
  }

  /// The field of the topic, or of a namespace.
  var topicField: Int? {
    switch number {
    case 4, 5, 21, 23: 1
    case 32, 34, 39: 2
    default: nil
    }
  }

  /// The fields of an error's number and its text.
  var errorFields: (code: Int, text: Int)? {
    switch number {
    case 8: (3, 4)
    case 14, 26, 35, 40: (2, 3)
    case 22, 38, 51, 53, 55, 57, 59, 61: (4, 5)
    case 24: (6, 7)
    default: nil
    }
  }

  var name: StaticString? {
    number < 2 || Int(number) - 2 >= PulsarCommand.names.count
      ? PulsarCommand.transactionName(number) : PulsarCommand.names[Int(number) - 2]
  }

  private static let names: [StaticString] = [
    "Connect", "Connected", "Subscribe", "Producer", "Send", "SendReceipt", "SendError", "Message", "Ack", "Flow", "Unsubscribe", "Success",
    "Error", "CloseProducer", "CloseConsumer", "ProducerSuccess", "Ping", "Pong", "RedeliverUnacknowledgedMessages", "PartitionedMetadata",
    "PartitionedMetadataResponse", "Lookup", "LookupResponse", "ConsumerStats", "ConsumerStatsResponse", "ReachedEndOfTopic", "Seek",
    "GetLastMessageId", "GetLastMessageIdResponse", "ActiveConsumerChange", "GetTopicsOfNamespace", "GetTopicsOfNamespaceResponse",
    "GetSchema", "GetSchemaResponse", "AuthChallenge", "AuthResponse", "AckResponse", "GetOrCreateSchema", "GetOrCreateSchemaResponse",
  ]

  private static func transactionName(_ number: UInt8) -> StaticString? {
    switch number {
    case 50: "NewTxn"
    case 51: "NewTxnResponse"
    case 52: "AddPartitionToTxn"
    case 53: "AddPartitionToTxnResponse"
    case 54: "AddSubscriptionToTxn"
    case 55: "AddSubscriptionToTxnResponse"
    case 56: "EndTxn"
    case 57: "EndTxnResponse"
    case 58: "EndTxnOnPartition"
    case 59: "EndTxnOnPartitionResponse"
    case 60: "EndTxnOnSubscription"
    case 61: "EndTxnOnSubscriptionResponse"
    case 62: "TcClientConnectRequest"
    case 63: "TcClientConnectResponse"
    case 64: "WatchTopicList"
    case 65: "WatchTopicListSuccess"
    case 66: "WatchTopicUpdate"
    case 67: "WatchTopicListClose"
    case 68: "TopicMigrated"
    default: nil
    }
  }
}

/// A command and what it says.
struct PulsarMessage: Sendable {
  var command: PulsarCommand
  var requestIdentifier: UInt64?
  /// Of publications, the producer's number and that of the message.
  var producer: UInt64?
  var sequence: UInt64?
  var topic: Range<Int>?
  var broker: Range<Int>?
  var version: UInt64?
  var errorCode: UInt64?
  var errorText: Range<Int>?
  /// Of a delivered message: ledger, entry, partition, index in a batch.
  var messageIdentifier: Range<Int>?
  /// Of a message's metadata.
  var metadata: Range<Int>?

  /// What pairs it, beside its family.
  var key: UInt64 {
    if let producer, let sequence { return producer << 32 | sequence & 0xffff_ffff }
    return requestIdentifier ?? 0
  }
}

/// Source: PulsarApi.proto, ServerError.
enum PulsarError {
  static func name(_ code: UInt64) -> StaticString? {
    code < UInt64(names.count) ? names[Int(code)] : nil
  }

  private static let names: [StaticString] = [
    "UnknownError", "MetadataError", "PersistenceError", "AuthenticationError", "AuthorizationError", "ConsumerBusy", "ServiceNotReady",
    "ProducerBlockedQuotaExceededError", "ProducerBlockedQuotaExceededException", "ChecksumError", "UnsupportedVersionError",
    "TopicNotFound", "SubscriptionNotFound", "ConsumerNotFound", "TooManyRequests", "TopicTerminatedError", "ProducerBusy",
    "InvalidTopicName", "IncompatibleSchema", "ConsumerAssignError", "TransactionCoordinatorNotFound", "InvalidTxnStatus",
    "NotAllowedError", "TransactionConflict", "TransactionNotFound", "ProducerFenced",
  ]
}
