import Wire

/// What must be remembered of a connection: what its sides can do, the objects that they call by numbers, what the broker is called.
struct OpenWireConversation: ConversationState {
  /// The rest of a message behind a content that passed unseen.
  struct Tail: Sendable {
    var byteCount: Int
    var bits: OpenWireBits
  }

  /// What the next bytes of one direction are.
  struct Progress: Sendable {
    var offer: OpenWireOffer?
    var cache = OpenWireCache()
    var tail: Tail?
    /// Bytes of a command that could not be read, before the format was known.
    var unreadByteCount = 0
  }

  /// What both sides settled on; else `candidates` hold what is possible.
  private(set) var format: OpenWireFormat?
  var candidates: OpenWireCandidates?
  private(set) var broker: [UInt8]?
  private var fromClient = Progress()
  private var fromServer = Progress()
  private var anomaly: StaticString?

  /// The longest name of a broker that is remembered.
  private static let longestBroker = 256

  subscript(progressOf sender: MessageSender) -> Progress {
    get { sender == .client ? fromClient : fromServer }
    set { if sender == .client { fromClient = newValue } else { fromServer = newValue } }
    _modify { if sender == .client { yield &fromClient } else { yield &fromServer } }
  }

  /// The format in which the commands so far could be read, when the connection's beginning was not seen.
  var deducedFormat: OpenWireFormat? { candidates?.first.map { OpenWireCandidates.format($0) } }

  /// The one side's offer that was seen.
  var onlyOffer: OpenWireOffer? { fromClient.offer ?? fromServer.offer }

  /// A side says what it can do; when it says so again, both begin anew.
  mutating func take(_ offer: OpenWireOffer, from sender: MessageSender) {
    if self[progressOf: sender].offer != nil {
      fromClient.offer = nil
      fromServer.offer = nil
    }
    self[progressOf: sender].offer = offer
    self[progressOf: sender].cache = OpenWireCache(isWhole: true)
    broker = nil
    candidates = nil
    format = nil
    if let client = fromClient.offer, let server = fromServer.offer { format = client.settled(with: server) }
  }

  mutating func remember(broker range: Range<Int>, _ bytes: RawSpan) {
    guard range.count <= OpenWireConversation.longestBroker else { return }
    broker = bytes.copy(range)
  }

  mutating func loseSynchrony(of sender: MessageSender) {
    self[progressOf: sender].cache = OpenWireCache()
    self[progressOf: sender].tail = nil
    self[progressOf: sender].unreadByteCount = 0
  }

  mutating func note(_ anomaly: StaticString) { self.anomaly = anomaly }

  mutating func takeAnomaly() -> StaticString? {
    guard let taken = anomaly else { return nil }
    anomaly = nil
    return taken
  }
}

/// The objects that one side has sent and calls by their places from then on, as far as the request log shows them.
struct OpenWireCache: Sendable {
  enum Entry: Sendable {
    case destination(OpenWireType, [UInt8])
    case transaction(UInt64)
  }

  /// Entries kept; ActiveMQ has places for 16,383 objects of all kinds.
  static let entryLimit = 2048
  /// The longest name that is kept.
  static let longestName = 1024
  /// Means that the object has no place.
  private static let noPlace: UInt16 = 0xffff

  /// Whether every object was seen when it was put in.
  private(set) var isWhole: Bool
  private var entries: [UInt16: Entry] = [:]

  init(isWhole: Bool = false) { self.isWhole = isWhole }

  /// An object is put in, one of a kind that is not kept when `entry` is `nil`. Returns whether it was kept, if it was to be.
  mutating func put(_ entry: Entry?, at place: UInt16) -> Bool {
    guard place != OpenWireCache.noPlace else { return true }
    guard let entry else {
      if !entries.isEmpty { entries[place] = nil }
      return true
    }
    guard entries.count < OpenWireCache.entryLimit || entries[place] != nil else {
      isWhole = false
      return false
    }
    entries[place] = entry
    return true
  }

  subscript(place: UInt16) -> Entry? { entries.isEmpty ? nil : entries[place] }
}
