/// What HTTP/1 must remember of a connection: which requests are outstanding, as far as they change how their responses are framed;
/// whether a direction is inside a chunked body; and whether the connection has left HTTP.
struct HTTPConversation: ConversationState {
  /// HEAD and CONNECT requests remembered while they wait; a pipeline of more of them does not exist outside of attacks, and
  /// the responses to those beyond are framed like any other.
  static let specialRequestLimit = 256

  /// What follows is not HTTP. Source: RFC 9110 §7.8, §9.3.6.
  enum Switch: Sendable {
    case not
    /// 101 was seen; what the connection speaks from then on, when it is parsed.
    case upgrade(to: L7Protocol?)
    /// 2xx to CONNECT was seen: the client talks to somebody else.
    case tunnel
  }

  var switched = Switch.not

  /// Requests begun and final responses to them, since the connection was first seen.
  private var requestCount: UInt64 = 0
  private var responseCount: UInt64 = 0
  /// Outstanding requests that are not ordinary, in order, by their number.
  private var specialRequests: [(number: UInt64, kind: HTTPMethodKind)] = []

  /// The next bytes of the direction begin with the line end behind a chunk's data.
  private var clientChunkEndIsDue = false
  private var serverChunkEndIsDue = false

  /// The method of the request that the next final response answers.
  var awaitedMethod: HTTPMethodKind {
    guard let first = specialRequests.first, first.number == responseCount else { return .ordinary }
    return first.kind
  }

  /// Whether the request sent last is a CONNECT still without an answer: nobody knows yet whom the client talks to.
  var awaitsTunnel: Bool {
    guard let last = specialRequests.last else { return false }
    return last.kind == .connect && last.number + 1 == requestCount
  }

  /// Whether a request waits for its final response.
  var hasRequest: Bool { responseCount < requestCount }

  mutating func noteRequest(_ kind: HTTPMethodKind) {
    if kind != .ordinary, specialRequests.count < HTTPConversation.specialRequestLimit { specialRequests.append((requestCount, kind)) }
    requestCount += 1
  }

  mutating func noteFinalResponse() {
    // A response without a request answers one sent before the capture began.
    guard responseCount < requestCount else { return }
    if let first = specialRequests.first, first.number == responseCount { specialRequests.removeFirst() }
    responseCount += 1
  }

  mutating func loseSynchrony(of sender: MessageSender) {
    guard sender == .server else { return }
    responseCount = requestCount
    specialRequests = []
  }

  subscript(chunkEndIsDueFrom sender: MessageSender) -> Bool {
    get { sender == .client ? clientChunkEndIsDue : serverChunkEndIsDue }
    set {
      switch sender {
      case .client: clientChunkEndIsDue = newValue
      case .server: serverChunkEndIsDue = newValue
      }
    }
  }
}
