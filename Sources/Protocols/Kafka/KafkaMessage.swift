/// The head of a message and what its first fields say: numbers, and ranges into the bytes it was parsed from.
struct KafkaMessage: Sendable {
  enum Content: Sendable {
    case request(KafkaCall, clientIdentifier: Range<Int>?, KafkaFields)
    case response(KafkaCall, KafkaFields)
    /// A token of an authentication, without a header.
    case token
    /// A response to a request that was not seen: there is nothing that can be read of it.
    case unknownResponse
  }

  var content: Content
  var role: MessageRole
}

/// What is asked of a broker, in which version, under which number.
struct KafkaCall: Hashable, Sendable {
  var api: Int16
  var version: Int16
  var correlation: Int32
}

/// The first value of each kind that a message holds.
struct KafkaFields: Sendable {
  var topic: Range<Int>?
  /// Since 2.8 topics may be named by a number of sixteen bytes.
  var topicIdentifier: Range<Int>?
  /// The name that an earlier response on the connection gave to the identifier.
  var topicName: [UInt8]?
  /// The response that gave it a name may have been lost.
  var mayMissName = false
  /// Names and identifiers of a Metadata response.
  var topics: [(name: Range<Int>, identifier: Range<Int>)] = []
  var partition: Int32?
  var offset: Int64?
  var group: Range<Int>?
  var transaction: Range<Int>?
  /// A mechanism of authentication, a resource, the software of a client.
  var name: Range<Int>?
  var softwareVersion: Range<Int>?
  var acknowledgements: Int16?
  var maximumWaitMilliseconds: Int32?
  /// The first code that is not 0, else 0; `nil` when none was there.
  var errorCode: Int16?
  var errorMessage: Range<Int>?
  var records: KafkaRecords?
}

/// What the first batch of records says.
struct KafkaRecords: Sendable {
  /// Of a batch since 0.11; older sets do not say.
  var recordCount: Int32?
  /// 0 none, 1 gzip, 2 snappy, 3 lz4, 4 zstd.
  var compression: UInt8
  /// The headers of the first record lie here: in the message, or in what was decompressed.
  var headers: Range<Int>?
  var headerCount = 0
  var decompressed: [UInt8]?

  var compressionName: StaticString? {
    switch compression {
    case 1: "gzip"
    case 2: "snappy"
    case 3: "lz4"
    case 4: "zstd"
    default: nil
    }
  }
}
