/// What HTTP/2 must remember of a connection: the header compression of each direction, the open streams, and how far each direction is
/// inside a frame whose content is followed.
struct HTTP2Conversation: ConversationState {
  /// A DATA frame of gRPC whose content goes on with the next bytes.
  struct DataFrame: Sendable {
    var stream: UInt32
    var contentByteCount: Int
    var paddingByteCount: Int
    var endsStream: Bool
  }

  private struct Side: Sendable {
    var hasBegun = false
    var decoder = HPACKDecoder()
    var data: DataFrame?
    var unseenByteCount = 0
    /// What the other side allows; `nil` before it said so.
    var largestFrame: Int?
  }

  var streams = HTTP2StreamTable()
  let settings: ProtocolSettings
  /// Room for the fields of the next header block.
  private var spareSection: HTTP2FieldSection
  private var client = Side()
  private var server = Side()
  private var anomaly: StaticString?

  init() { self.init(.standard) }

  init(_ settings: ProtocolSettings) {
    self.settings = settings
    spareSection = HTTP2FieldSection(settings)
  }

  mutating func takeAnomaly() -> StaticString? {
    defer { anomaly = nil }
    return anomaly
  }

  mutating func loseSynchrony(of sender: MessageSender) {
    self[sender].decoder.forget()
    self[sender].data = nil
    self[sender].unseenByteCount = 0
    // A SETTINGS frame may be among what was lost, and the other side use what it allows.
    self[sender.opposite].largestFrame = nil
    streams.loseMessages(of: sender)
  }

  /// The first bytes of a side: when they are not those of a connection, it was joined later.
  mutating func begin(_ sender: MessageSender, isBeginning: Bool) {
    guard !self[sender].hasBegun else { return }
    self[sender].hasBegun = true
    if !isBeginning { self[sender].decoder.forget() }
  }

  func hasBegun(_ sender: MessageSender) -> Bool { sender == .client ? client.hasBegun : server.hasBegun }

  /// The DATA frame that the next bytes of `sender` continue.
  subscript(dataFrom sender: MessageSender) -> DataFrame? {
    get { self[sender].data }
    set { self[sender].data = newValue }
  }

  /// Bytes of `sender` that still belong to a frame nobody asks about.
  subscript(unseenFrom sender: MessageSender) -> Int {
    get { self[sender].unseenByteCount }
    set { self[sender].unseenByteCount = newValue }
  }

  /// Bytes of the longest frame that `sender` may send.
  subscript(largestFrameFrom sender: MessageSender) -> Int? {
    get { self[sender].largestFrame }
    set { self[sender].largestFrame = newValue }
  }

  /// Decodes a header block.
  mutating func fields(of block: RawSpan, from sender: MessageSender) -> HTTP2FieldSection {
    var section = HTTP2FieldSection(settings)
    swap(&section, &spareSection)
    section.clear()
    if sender == .client {
      section.isMalformed = client.decoder.decode(block, into: &section) == .malformed
    } else {
      section.isMalformed = server.decoder.decode(block, into: &section) == .malformed
    }
    if section.isMalformed { anomaly = "a header block that cannot be decoded" }
    if section.isTooLarge { anomaly = "a header list larger than the limit" }
    // The message that carries the section is gone by the next block, so that its room serves again.
    if section.text.capacity <= 4096 { spareSection = section }
    return section
  }

  private subscript(sender: MessageSender) -> Side {
    get { sender == .client ? client : server }
    _modify { if sender == .client { yield &client } else { yield &server } }
  }
}
