import Wire

/// The commands of the text protocol, as far as they differ in what follows their line or answers it.
enum MemcachedVerb: Sendable {
  case get, getAndTouch
  /// `set`, `add`, `replace`, `append`, `prepend`; `cas` has one number more.
  case store, compareAndStore
  case delete, arithmetic, touch
  case metaGet, metaSet, metaDelete, metaArithmetic, metaNoop, metaDebug
  /// The server closes without an answer.
  case quit
  case other

  init?(_ word: Range<Int>, _ bytes: RawSpan) {
    func isWord(_ text: StaticString) -> Bool { bytes.hasBytes(text, at: word.lowerBound) }
    switch word.count {
    case 2:
      if isWord("mg") {
        self = .metaGet
      } else if isWord("ms") {
        self = .metaSet
      } else if isWord("md") {
        self = .metaDelete
      } else if isWord("ma") {
        self = .metaArithmetic
      } else if isWord("mn") {
        self = .metaNoop
      } else if isWord("me") {
        self = .metaDebug
      } else {
        return nil
      }
    case 3:
      if isWord("get") {
        self = .get
      } else if isWord("set") || isWord("add") {
        self = .store
      } else if isWord("gat") {
        self = .getAndTouch
      } else if isWord("cas") {
        self = .compareAndStore
      } else if isWord("lru") {
        self = .other
      } else {
        return nil
      }
    case 4:
      if isWord("gets") {
        self = .get
      } else if isWord("gats") {
        self = .getAndTouch
      } else if isWord("incr") || isWord("decr") {
        self = .arithmetic
      } else if isWord("quit") {
        self = .quit
      } else {
        return nil
      }
    case 5:
      if isWord("touch") {
        self = .touch
      } else if isWord("stats") || isWord("slabs") || isWord("watch") {
        self = .other
      } else {
        return nil
      }
    case 6:
      if isWord("append") {
        self = .store
      } else if isWord("delete") {
        self = .delete
      } else if isWord("config") {
        self = .other
      } else {
        return nil
      }
    case 7:
      if isWord("replace") || isWord("prepend") { self = .store } else if isWord("version") { self = .other } else { return nil }
    case 8: if isWord("shutdown") { self = .quit } else { return nil }
    case 9: if isWord("flush_all") || isWord("verbosity") { self = .other } else { return nil }
    case 11: if isWord("lru_crawler") { self = .other } else { return nil }
    case 13: if isWord("refresh_certs") { self = .other } else { return nil }
    case 14: if isWord("cache_memlimit") { self = .other } else { return nil }
    default: return nil
    }
  }
}

/// Walks the words of a line, which spaces divide.
struct MemcachedWords {
  private var offset: Int
  private let end: Int

  init(_ line: Range<Int>) {
    offset = line.lowerBound
    end = line.upperBound
  }

  mutating func next(_ bytes: RawSpan) -> Range<Int>? {
    while offset < end, bytes.load8(at: offset) == 0x20 { offset += 1 }
    guard offset < end else { return nil }
    let start = offset
    offset = bytes.firstIndex(of: 0x20, from: offset, to: end) ?? end
    return start..<offset
  }
}

/// One line of the text protocol.
struct MemcachedLine {
  /// Bytes of a line: a retrieval of many keys has long ones, all others are below 2 KiB.
  static let longest = 65_536
  /// Bytes of a key.
  static let longestKey = 250

  /// Without its end.
  var text: Range<Int>
  var end: Int
  var hasCarriageReturn: Bool

  enum Reading {
    case line(MemcachedLine)
    case incomplete(scannedByteCount: Int)
    case invalid(StaticString)
  }

  static func read(_ bytes: RawSpan, at start: Int, scanned: Int = 0) -> Reading {
    guard let lineFeed = bytes.firstIndex(of: 0x0a, from: max(start, scanned), to: start + longest) else {
      guard bytes.byteCount - start < longest else { return .invalid("a line longer than the limit") }
      for index in max(start, scanned)..<bytes.byteCount where !isText(bytes.load8(at: index)) {
        return .invalid("a line with bytes that are no text")
      }
      return .incomplete(scannedByteCount: bytes.byteCount)
    }
    let hasCarriageReturn = lineFeed > start && bytes.load8(at: lineFeed - 1) == 0x0d
    return .line(
      MemcachedLine(
        text: start..<(hasCarriageReturn ? lineFeed - 1 : lineFeed), end: lineFeed + 1, hasCarriageReturn: hasCarriageReturn))
  }

  /// Keys are any bytes but control characters and blanks.
  private static func isText(_ byte: UInt8) -> Bool { byte >= 0x20 && byte != 0x7f || byte == 0x0d }

  /// Whether a word of the line can be a key.
  static func isKey(_ word: Range<Int>, _ bytes: RawSpan) -> Bool {
    guard !word.isEmpty, word.count <= longestKey else { return false }
    for index in word where bytes.load8(at: index) <= 0x20 || bytes.load8(at: index) == 0x7f { return false }
    return true
  }

  /// FNV-1a of a word, to compare it with another one later.
  static func digest(_ word: Range<Int>, _ bytes: RawSpan) -> UInt64 {
    var state: UInt64 = 0xcbf2_9ce4_8422_2325
    for index in word { state = (state ^ UInt64(bytes.load8(at: index))) &* 0x0000_0100_0000_01b3 }
    return state
  }
}
