/// What must be remembered of a connection: who waits for what, what was opened under which handle, whom it leads to.
struct WebSphereMQConversation: ConversationState {
  /// Objects that are open at once and remembered; and calls that open one.
  static let handleLimit = 1024
  static let openingLimit = 64

  struct Handle: Hashable, Sendable {
    var conversation: UInt32
    var number: UInt32
  }

  var level: UInt8?
  var queueManager: [UInt8]?
  /// The number of the newest call on a connection whose calls have none: there a program calls one after the other.
  var callCount: UInt64 = 0
  /// Conversations whose first segment has not been answered.
  var beginning: UInt32?
  /// Messages between queue managers that wait for their confirmation, and the last that does.
  var batchCount: UInt64 = 0
  var awaitsConfirmation = false
  /// Which sides wait for a sign of life.
  var heartbeatAsker: MessageSender?
  var pingAsker: MessageSender?
  /// The rest of a segment that is no part of a row.
  var clientUnreadByteCount = 0
  var serverUnreadByteCount = 0
  private var opening: [(key: UInt64, name: [UInt8])] = []
  private var handles: [Handle: [UInt8]] = [:]

  subscript(unreadOf sender: MessageSender) -> Int {
    get { sender == .client ? clientUnreadByteCount : serverUnreadByteCount }
    set { if sender == .client { clientUnreadByteCount = newValue } else { serverUnreadByteCount = newValue } }
  }

  mutating func noteOpening(_ key: UInt64, _ name: [UInt8]) {
    opening.removeAll { $0.key == key }
    if opening.count >= WebSphereMQConversation.openingLimit { opening.removeFirst() }
    opening.append((key, name))
  }

  mutating func noteOpened(_ key: UInt64, _ handle: Handle, isOpen: Bool) {
    guard let index = opening.firstIndex(where: { $0.key == key }) else {
      // Opened by a call that was not seen: what the handle meant before no longer holds.
      if isOpen { handles[handle] = nil }
      return
    }
    let name = opening.remove(at: index).name
    guard isOpen else { return }
    handles[handle] = handles.count < WebSphereMQConversation.handleLimit || handles[handle] != nil ? name : nil
  }

  func name(of handle: Handle) -> [UInt8]? { handles[handle] }
  mutating func close(_ handle: Handle) { handles[handle] = nil }

  mutating func begin() {
    self = WebSphereMQConversation()
  }

  mutating func loseSynchrony(of sender: MessageSender) {
    self[unreadOf: sender] = 0
    opening = []
    handles = [:]
  }
}
