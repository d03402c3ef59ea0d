/// What FastCGI must remember of a connection: the requests under way, by identifier.
struct FastCGIConversation: ConversationState {
  /// Requests remembered on one connection. Web servers send one at a time; beyond the limit the one that began first is forgotten.
  static let requestLimit = 256

  struct Request: Sendable {
    enum Response: Sendable {
      case none
      /// None was seen, but bytes that it may have begun with were lost.
      case missed
      /// Its header section has not ended; the bytes of it so far.
      case head([UInt8])
      case body
    }

    var identifier: UInt16
    /// The request's beginning was seen and its end was not.
    var isOpen = false
    /// FCGI_FILTER: the request ends with its data rather than its input. Source: FastCGI Specification 1.0, §6.4.
    var hasData = false
    /// Bytes of a name-value pair that a later record continues.
    var pendingPair: [UInt8] = []
    var response = Response.none
  }

  let settings: ProtocolSettings
  private var requests: [Request] = []
  private var unseenFromClient = 0
  private var unseenFromServer = 0

  init() { self.init(.standard) }

  init(_ settings: ProtocolSettings) { self.settings = settings }

  mutating func loseSynchrony(of sender: MessageSender) {
    self[unseenFrom: sender] = 0
    for index in requests.indices {
      switch sender {
      case .client: requests[index].pendingPair = []
      case .server:
        switch requests[index].response {
        case .none: requests[index].response = .missed
        case .head: requests[index].response = .body
        case .missed, .body: break
        }
      }
    }
  }

  subscript(identifier: UInt16) -> Request? {
    get { requests.first { $0.identifier == identifier } }
    set {
      let index = requests.firstIndex { $0.identifier == identifier }
      switch (index, newValue) {
      case (let index?, let newValue?): requests[index] = newValue
      case (let index?, nil): requests.remove(at: index)
      case (nil, let newValue?):
        if requests.count >= FastCGIConversation.requestLimit { requests.removeFirst() }
        requests.append(newValue)
      case (nil, nil): break
      }
    }
  }

  /// Bytes of `sender` that still belong to a record nobody asks about.
  subscript(unseenFrom sender: MessageSender) -> Int {
    get { sender == .client ? unseenFromClient : unseenFromServer }
    set { if sender == .client { unseenFromClient = newValue } else { unseenFromServer = newValue } }
  }
}
