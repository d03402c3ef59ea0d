import Wire

/// Walks the fields of one command and notes what the request log shows; everything else is stepped over.
struct OpenWireWalker {
  enum Outcome: Hashable {
    /// All fields were read.
    case whole
    /// The bytes end before the command does.
    case cut
    /// They end within a message's content.
    case cutInContent
    case malformed
  }

  /// Objects within one another.
  private static let depthLimit = 8

  let format: OpenWireFormat
  private(set) var message: OpenWireMessage
  /// The objects that the sender calls by their places; nothing is noted in it when `remembers` is false.
  private var cache: OpenWireCache
  private let remembers: Bool
  private(set) var offset: Int
  private(set) var bits = OpenWireBits.none
  private(set) var outcome = Outcome.whole
  private(set) var hasOverflowed = false
  /// A message's content, however much of it is there.
  private(set) var content: Range<Int>?
  /// Texts and objects that were there: what makes a command hard to mistake.
  private(set) var evidenceCount = 0
  /// What is there of the command, and where it ends.
  private let availableEnd: Int
  private let end: Int
  private var depth = 0

  /// `range` is the command behind its type; the bytes may end before.
  init(_ type: OpenWireType, _ format: OpenWireFormat, _ range: Range<Int>, _ bytes: RawSpan, cache: OpenWireCache?) {
    self.format = format
    message = OpenWireMessage(type: type)
    self.cache = cache ?? OpenWireCache()
    remembers = cache != nil
    offset = range.lowerBound
    end = range.upperBound
    availableEnd = min(range.upperBound, bytes.byteCount)
  }

  /// Reads the command.
  mutating func walk(_ bytes: RawSpan) {
    if format.isTight, !beginBits(bytes) { return }
    guard walk(message.type, notes: true, bytes) else { return }
  }

  /// Gives the cache, with what was put in, back to the conversation.
  mutating func exchangeCache(with other: inout OpenWireCache) { swap(&cache, &other) }

  /// Whether the fields and the flags end where the command ends.
  func isExact(_ bytes: RawSpan) -> Bool { outcome == .whole && offset == end && bits.isUsedUp(bytes) }

  /// Reads what stands behind a message's content.
  mutating func walkTail(_ kept: OpenWireBits, _ bytes: RawSpan) {
    bits = kept
    message.isTail = true
    for field in OpenWireLayout.message[(OpenWireLayout.contentIndex + 1)...] where format.has(field) {
      guard read(field, notes: true, bytes) else { return }
    }
  }

  // MARK: Structures

  private mutating func walk(_ type: OpenWireType, notes: Bool, _ bytes: RawSpan) -> Bool {
    guard let fields = OpenWireLayout.fields(of: type) else { return fail() }
    if type.isCommand, !walk(OpenWireLayout.command, notes: notes && depth == 0, bytes) { return false }
    if type.isResponse, !walk(OpenWireLayout.response, notes: notes, bytes) { return false }
    return walk(fields, notes: notes, bytes)
  }

  private mutating func walk(_ fields: [OpenWireField], notes: Bool, _ bytes: RawSpan) -> Bool {
    for field in fields where format.has(field) {
      guard read(field, notes: notes, bytes) else { return false }
    }
    return true
  }

  private mutating func read(_ field: OpenWireField, notes: Bool, _ bytes: RawSpan) -> Bool {
    let meaning = notes ? field.meaning : .nothing
    switch field.kind {
    case .flag:
      guard let flag = flag(bytes) else { return false }
      if meaning == .wantsResponse { message.wantsResponse = flag }
    case .byte:
      guard let start = run(1) else { return false }
      if meaning == .operation { message.operation = bytes.load8(at: start) }
    case .integer:
      guard let start = run(4) else { return false }
      note(bytes.loadBigEndian32(at: start), meaning)
    case .long: return long(bytes) != nil
    case .text:
      guard let present = flag(bytes) else { return false }
      guard present else { return true }
      guard let text = text(bytes) else { return false }
      note(text, meaning)
    case .bytes: return readBytes(meaning, bytes)
    case .magic: return run(8) != nil
    case .exception: return exception(notes: meaning == .failure, bytes)
    case .object(let family):
      if meaning == .dispatched { return object(family, notes: true, bytes) != nil }
      guard let found = object(family, notes: false, bytes) else { return false }
      note(found, meaning)
    case .cached(let family):
      guard let found = cached(family, bytes) else { return false }
      note(found, meaning)
    case .objects(let family):
      guard let present = flag(bytes) else { return false }
      guard present else { return true }
      guard let start = run(2) else { return false }
      for _ in 0..<Int(bytes.loadBigEndian16(at: start)) where object(family, notes: false, bytes) == nil { return false }
    }
    return true
  }

  // MARK: Objects

  private enum Found {
    case nothing
    case destination(OpenWireDestination)
    case transaction(UInt64)
    case other(OpenWireType)
    /// Named by a place that was filled before the capture, or in bytes that were lost.
    case unknown
  }

  /// An object, or none; `nil` when the bytes end or make no sense.
  private mutating func object(_ family: OpenWireFamily, notes: Bool, _ bytes: RawSpan) -> Found? {
    guard let present = flag(bytes) else { return nil }
    guard present else { return .nothing }
    guard let start = run(1) else { return nil }
    let type = OpenWireType(rawValue: bytes.load8(at: start))
    guard family.contains(type), depth < OpenWireWalker.depthLimit else {
      _ = fail()
      return nil
    }
    evidenceCount += 1
    depth += 1
    defer { depth -= 1 }
    if type.isDestination {
      guard let present = flag(bytes) else { return nil }
      guard present else { return .nothing }
      return text(bytes).map { .destination(OpenWireDestination(type: type, range: $0)) }
    }
    if type == .localTransaction {
      guard let number = long(bytes), cached(.connection, bytes) != nil else { return nil }
      return .transaction(number)
    }
    // A message may have flags of its own: a length, the type again, the flags.
    guard format.isTight, type.isMessage || type == .wireFormatInfo else {
      return walk(type, notes: notes, bytes) ? .other(type) : nil
    }
    guard let hasOwnFlags = flag(bytes) else { return nil }
    guard hasOwnFlags else { return walk(type, notes: notes, bytes) ? .other(type) : nil }
    let outer = bits
    guard run(5) != nil, beginBits(bytes), walk(type, notes: notes, bytes) else { return nil }
    bits = outer
    return .other(type)
  }

  private mutating func cached(_ family: OpenWireFamily, _ bytes: RawSpan) -> Found? {
    guard format.isCached else { return object(family, notes: false, bytes) }
    guard let isNew = flag(bytes), let start = run(2) else { return nil }
    let place = bytes.loadBigEndian16(at: start)
    guard isNew else {
      switch cache[place] {
      case .destination(let type, let name): return .destination(OpenWireDestination(type: type, remembered: name))
      case .transaction(let number): return .transaction(number)
      case nil: return cache.isWhole ? .nothing : .unknown
      }
    }
    guard let found = object(family, notes: false, bytes) else { return nil }
    if remembers { remember(found, at: place, bytes) }
    return found
  }

  private mutating func remember(_ found: Found, at place: UInt16, _ bytes: RawSpan) {
    let entry: OpenWireCache.Entry? =
      switch found {
      case .destination(let destination):
        destination.range.flatMap {
          $0.count <= OpenWireCache.longestName ? .destination(destination.type, bytes.copy($0)) : nil
        }
      case .transaction(let number): .transaction(number)
      default: nil
      }
    if !cache.put(entry, at: place) { hasOverflowed = true }
  }

  // MARK: Values

  /// A class, a message, then the stack's elements (class, method, file, line) and the cause, when both sides want them.
  private mutating func exception(notes: Bool, _ bytes: RawSpan) -> Bool {
    var isCause = false
    while true {
      guard let present = flag(bytes) else { return false }
      guard present else { return true }
      for isMessage in [false, true] {
        guard let present = flag(bytes) else { return false }
        guard present else { continue }
        guard let text = text(bytes) else { return false }
        guard notes, !isCause else { continue }
        if isMessage { message.exceptionText = text } else { message.exceptionClass = text }
      }
      guard format.hasStackTraces else { return true }
      guard let start = run(2) else { return false }
      for _ in 0..<Int(bytes.loadBigEndian16(at: start)) {
        for _ in 0..<3 {
          guard let present = flag(bytes) else { return false }
          if present, text(bytes) == nil { return false }
        }
        guard run(4) != nil else { return false }
      }
      isCause = true
    }
  }

  /// Bytes behind their length; the content of a message may go beyond what is there.
  private mutating func readBytes(_ meaning: OpenWireField.Meaning, _ bytes: RawSpan) -> Bool {
    guard let present = flag(bytes) else { return false }
    guard present else { return true }
    guard let start = run(4) else { return false }
    let count = Int(bytes.loadBigEndian32(at: start))
    guard count <= end - offset else { return fail() }
    let range = offset..<offset + count
    if meaning == .content { content = range }
    if meaning == .properties { message.properties = range.lowerBound..<min(range.upperBound, availableEnd) }
    guard range.upperBound <= availableEnd else {
      outcome = meaning == .content ? .cutInContent : .cut
      return false
    }
    offset = range.upperBound
    return true
  }

  /// Loose in eight bytes; tight in none, two, four or eight, as two flags say.
  private mutating func long(_ bytes: RawSpan) -> UInt64? {
    guard format.isTight else { return run(8).map { bytes.loadBigEndian64(at: $0) } }
    guard let first = flag(bytes), let second = flag(bytes) else { return nil }
    switch (first, second) {
    case (false, false): return 0
    case (false, true): return run(2).map { UInt64(truncatingIfNeeded: Int16(bitPattern: bytes.loadBigEndian16(at: $0))) }
    case (true, false): return run(4).map { UInt64(truncatingIfNeeded: Int32(bitPattern: bytes.loadBigEndian32(at: $0))) }
    case (true, true): return run(8).map { bytes.loadBigEndian64(at: $0) }
    }
  }

  /// A text that is there: its length (2) and its bytes. A flag of the tight encoding says whether all of it is ASCII.
  private mutating func text(_ bytes: RawSpan) -> Range<Int>? {
    if format.isTight, flag(bytes) == nil { return nil }
    guard let start = run(2) else { return nil }
    let count = Int(bytes.loadBigEndian16(at: start))
    guard let begin = run(count) else { return nil }
    if count > 0 { evidenceCount += 1 }
    return begin..<begin + count
  }

  /// A bit of the tight encoding, a byte of the loose one.
  private mutating func flag(_ bytes: RawSpan) -> Bool? {
    if format.isTight {
      if let bit = bits.next(bytes) { return bit }
      _ = fail()
      return nil
    }
    guard let start = run(1) else { return nil }
    let byte = bytes.load8(at: start)
    guard byte <= 1 else {
      _ = fail()
      return nil
    }
    return byte == 1
  }

  /// The flags of a tight structure: how many bytes they take (1 to 3), and they. Source: org.apache.activemq.openwire.BooleanStream.
  private mutating func beginBits(_ bytes: RawSpan) -> Bool {
    guard let start = run(1) else { return false }
    var count = Int(bytes.load8(at: start))
    if count == 0xc0 {
      guard let start = run(1) else { return false }
      count = Int(bytes.load8(at: start))
    } else if count == 0x80 {
      guard let start = run(2) else { return false }
      count = Int(bytes.loadBigEndian16(at: start))
    } else if count >= 64 {
      return fail()
    }
    guard let start = run(count) else { return false }
    bits = .bytes(next: start << 3, end: (start + count) << 3)
    return true
  }

  /// The next `count` bytes; `nil` when they are not there.
  private mutating func run(_ count: Int) -> Int? {
    guard count <= end - offset else {
      _ = fail()
      return nil
    }
    guard count <= availableEnd - offset else {
      outcome = .cut
      return nil
    }
    defer { offset += count }
    return offset
  }

  private mutating func fail() -> Bool {
    outcome = .malformed
    return false
  }

  // MARK: Notes

  private mutating func note(_ number: UInt32, _ meaning: OpenWireField.Meaning) {
    switch meaning {
    case .number: message.number = number
    case .correlation: message.correlation = number
    case .result: message.result = number
    default: break
    }
  }

  private mutating func note(_ text: Range<Int>, _ meaning: OpenWireField.Meaning) {
    switch meaning {
    case .brokerURL: message.brokerURL = text
    case .brokerName: message.brokerName = text
    case .client: message.client = text
    case .user: message.user = text
    case .subscription: message.subscription = text
    case .correlationText: message.correlationText = text
    case .word: message.word = text
    default: break
    }
  }

  private mutating func note(_ found: Found, _ meaning: OpenWireField.Meaning) {
    switch (meaning, found) {
    case (.destination, .destination(let destination)): if message.destination == nil { message.destination = destination }
    case (.transaction, .transaction(let number)): message.transaction = number
    case (.removed, .other(let type)): message.removedType = type
    case (.destination, .unknown), (.transaction, .unknown): message.isPartial = true
    default: break
    }
  }
}

extension OpenWireFormat {
  fileprivate func has(_ field: OpenWireField) -> Bool { field.since <= version && version <= field.until }
}
