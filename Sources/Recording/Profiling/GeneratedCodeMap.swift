import Glibc

/// The functions that a runtime made while it ran, by its own account: `/tmp/perf-PID.map`, lines of `START SIZE NAME` in
/// hexadecimal (linux/tools/perf/Documentation/jit-interface.txt). It is read while it grows.
package struct GeneratedCodeMap {
  /// Functions that are kept; what a runtime makes beyond it stays without a name.
  static let largestEntryCount = 1_000_000
  /// Bytes read at a time, and of the whole file.
  private static let chunkByteCount = 1 << 20
  private static let largestFileByteCount = 256 << 20
  /// How many functions in front of an address are looked at: memory is used again, so that they overlap.
  private static let overlapLimit = 32

  private struct Entry {
    var start: UInt64
    var byteCount: UInt64
    var order: Int
    var name: String
  }

  /// By start, then by order.
  private var entries: [Entry] = []
  private var readByteCount = 0
  private var partialLine: [UInt8] = []

  package init() {}

  /// Whether anything was ever found.
  var isEmpty: Bool { readByteCount == 0 }

  /// Reads what was added to the file since the last time. Returns whether there was anything.
  ///
  /// The file lies where anybody may write: only a plain file is read, not what a link points to.
  mutating func update(paths: [String]) -> Bool {
    for path in paths {
      let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
      guard descriptor >= 0 else { continue }
      defer { close(descriptor) }
      var status = stat()
      guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { continue }
      if Int(status.st_size) < readByteCount { self = GeneratedCodeMap() }
      return read(descriptor)
    }
    return false
  }

  private mutating func read(_ descriptor: Int32) -> Bool {
    let before = readByteCount
    while readByteCount < GeneratedCodeMap.largestFileByteCount, entries.count < GeneratedCodeMap.largestEntryCount {
      let chunk = [UInt8](unsafeUninitializedCapacity: GeneratedCodeMap.chunkByteCount) { buffer, count in
        count = max(0, pread(descriptor, buffer.baseAddress, buffer.count, off_t(readByteCount)))
      }
      if chunk.isEmpty { break }
      readByteCount += chunk.count
      append(chunk)
    }
    if readByteCount > before { entries.sort { ($0.start, $0.order) < ($1.start, $1.order) } }
    return readByteCount > before
  }

  /// Takes more of the file's text; the last line may be unfinished.
  mutating func append(_ text: [UInt8]) {
    var rest = text[...]
    while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
      partialLine.append(contentsOf: rest[..<end])
      rest = rest[(end + 1)...]
      add(partialLine)
      partialLine.removeAll(keepingCapacity: true)
    }
    if partialLine.count + rest.count <= 2 * SymbolTable.longestName { partialLine.append(contentsOf: rest) }
  }

  private mutating func add(_ line: [UInt8]) {
    let fields = line.split(separator: UInt8(ascii: " "), maxSplits: 2)
    guard fields.count == 3, entries.count < GeneratedCodeMap.largestEntryCount, let start = number(fields[0]),
      let byteCount = number(fields[1])
    else { return }
    entries.append(
      Entry(
        start: start, byteCount: byteCount, order: entries.count,
        name: String(decoding: fields[2].prefix(SymbolTable.longestName), as: UTF8.self)))
  }

  private func number(_ digits: ArraySlice<UInt8>) -> UInt64? {
    var text = Substring(decoding: digits, as: UTF8.self)
    if text.hasPrefix("0x") || text.hasPrefix("0X") { text = text.dropFirst(2) }
    return UInt64(text, radix: 16)
  }

  /// The function that was made last of those that cover `address`.
  package func name(at address: UInt64) -> String? {
    var low = 0
    var high = entries.count
    while low < high {
      let middle = (low + high) / 2
      if entries[middle].start <= address { low = middle + 1 } else { high = middle }
    }
    var found: Entry?
    for entry in entries[max(0, low - GeneratedCodeMap.overlapLimit)..<low] where address - entry.start < entry.byteCount {
      if entry.order > found?.order ?? -1 { found = entry }
    }
    return found?.name
  }

  /// For tests: the map that this text makes.
  package init(text: String) {
    append(Array(text.utf8))
    entries.sort { ($0.start, $0.order) < ($1.start, $1.order) }
  }
}
