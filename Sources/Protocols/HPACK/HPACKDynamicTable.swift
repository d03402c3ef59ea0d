/// The header fields that one direction of a connection has agreed to refer to by number, newest first. Source: RFC 7541 §2.3.2 and §4.
///
/// Entries that were added before the capture began, or in bytes that were lost, are unknown. Those added later keep their numbers, because
/// numbers count from the newest.
struct HPACKDynamicTable: Sendable {
  /// What an entry counts beyond its name and value. Source: RFC 7541 §4.1.
  static let entryOverhead = 32
  static let defaultByteLimit = 4096
  /// The largest table that is kept, whatever the peers agree on. What a larger one would hold beyond it counts as unknown.
  static let largestByteLimit = 65_536

  private struct Entry: Sendable {
    var start: Int
    var nameByteCount: Int
    var valueByteCount: Int
    /// The field was added under the name of an entry that is not known.
    var isUnknown: Bool

    var byteCount: Int { nameByteCount + valueByteCount + HPACKDynamicTable.entryOverhead }
  }

  /// Oldest first; those before `head` are gone.
  private var entries: [Entry] = []
  private var head = 0
  private(set) var text: [UInt8] = []
  /// Sum of the entries' sizes, by the rule of §4.1.
  private(set) var byteCount = 0
  private var byteLimit = HPACKDynamicTable.defaultByteLimit
  /// Behind the known entries there may be more.
  private(set) var hasUnknownPast = false

  var count: Int { entries.count - head }

  /// Where the name and value of entry `index`, from 0 for the newest, lie in `text`; `nil` when they are not known.
  func entry(_ index: Int) -> (name: Range<Int>, value: Range<Int>)? {
    guard index >= 0, index < count else { return nil }
    let entry = entries[entries.count - 1 - index]
    guard !entry.isUnknown else { return nil }
    let middle = entry.start + entry.nameByteCount
    return (entry.start..<middle, middle..<middle + entry.valueByteCount)
  }

  /// Whether entry `index` may exist.
  func mayHold(_ index: Int) -> Bool { index < count || hasUnknownPast }

  /// Adds a field; without a name, one that later numbers count but that is not known.
  mutating func insert(_ name: RawSpan?, _ value: RawSpan) {
    let entry = Entry(
      start: text.count, nameByteCount: name?.byteCount ?? 0, valueByteCount: name == nil ? 0 : value.byteCount, isUnknown: name == nil)
    // A field larger than the table empties it. Source: RFC 7541 §4.4.
    guard entry.byteCount <= byteLimit else {
      removeAll()
      // With a limit that is ours and not the peers', the field may be in their table.
      if byteLimit == HPACKDynamicTable.largestByteLimit { hasUnknownPast = true }
      return
    }
    evict(downTo: byteLimit - entry.byteCount)
    var placed = entry
    placed.start = text.count
    if let name {
      name.withUnsafeBytes { text.append(contentsOf: $0) }
      value.withUnsafeBytes { text.append(contentsOf: $0) }
    }
    entries.append(placed)
    byteCount += entry.byteCount
  }

  /// The encoder chose another size. Source: RFC 7541 §4.3.
  mutating func resize(_ limit: Int) {
    byteLimit = min(limit, HPACKDynamicTable.largestByteLimit)
    evict(downTo: byteLimit)
    if limit == 0 { hasUnknownPast = false }
  }

  /// Fields may have been added or the size changed in bytes that were not seen: nothing of before can be named any more. The size is at
  /// most what we keep; being too large does no harm, for what the encoder evicted it does not name.
  mutating func forget() {
    removeAll()
    byteLimit = HPACKDynamicTable.largestByteLimit
    hasUnknownPast = true
  }

  private mutating func removeAll() {
    entries = []
    head = 0
    text = []
    byteCount = 0
  }

  private mutating func evict(downTo limit: Int) {
    while byteCount > limit, head < entries.count {
      byteCount -= entries[head].byteCount
      head += 1
      if byteLimit == HPACKDynamicTable.largestByteLimit { hasUnknownPast = true }
    }
    if head == entries.count {
      removeAll()
    } else if head >= 32, head * 2 >= entries.count {
      // The text of what is gone is given back when it is half of all: each byte moves at most once for each that came.
      let dropped = entries[head].start
      text.removeFirst(dropped)
      entries.removeFirst(head)
      head = 0
      for index in entries.indices { entries[index].start -= dropped }
    }
  }
}
