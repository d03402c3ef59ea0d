/// A range of a process's addresses that may be executed, and the file behind it.
package struct MappedRegion: Hashable {
  package var start: UInt64
  package var end: UInt64
  /// Where in the file the range begins.
  package var fileOffset: UInt64
  /// `major:minor`, as /proc writes it.
  package var device: String
  package var inode: UInt64
  /// Path in the process's own file system, `[vdso]` and the like, or empty for anonymous memory.
  package var path: String

  /// Whether there is a file whose symbols could be read.
  package var isFile: Bool { inode != 0 && path.hasPrefix("/") && !path.hasPrefix("/dev/") && !path.hasPrefix("/memfd:") }
}

/// The executable parts of a process's memory: what /proc/PID/maps says (proc(5)).
package struct MemoryMap {
  /// Regions that are kept of one process; a program with more executable mappings makes its own code.
  static let largestRegionCount = 65_536

  /// By start, without overlap.
  package private(set) var regions: [MappedRegion] = []

  package init(_ text: String) {
    for line in text.split(separator: "\n") {
      guard regions.count < MemoryMap.largestRegionCount else { break }
      if let region = MemoryMap.parse(line) { regions.append(region) }
    }
    // The kernel lists them in order; a text from elsewhere need not.
    regions.sort { $0.start < $1.start }
  }

  /// `nil` when the process is gone or has no memory of its own (a kernel thread).
  static func read(processID: UInt32) -> MemoryMap? {
    guard let text = ProcessFiles.text("/proc/\(processID)/maps"), !text.isEmpty else { return nil }
    return MemoryMap(text)
  }

  package func region(at address: UInt64) -> MappedRegion? {
    var low = 0
    var high = regions.count
    while low < high {
      let middle = (low + high) / 2
      if regions[middle].start <= address { low = middle + 1 } else { high = middle }
    }
    guard low > 0, address < regions[low - 1].end else { return nil }
    return regions[low - 1]
  }

  /// `start-end permissions offset device inode path`; `nil` unless it may be executed.
  private static func parse(_ line: Substring) -> MappedRegion? {
    let fields = line.split(separator: " ", maxSplits: 5)
    guard fields.count >= 5, fields[1].utf8.count >= 3, fields[1].utf8.dropFirst(2).first == UInt8(ascii: "x") else { return nil }
    let range = fields[0].split(separator: "-")
    guard range.count == 2, let start = UInt64(range[0], radix: 16), let end = UInt64(range[1], radix: 16), start < end,
      let offset = UInt64(fields[2], radix: 16), let inode = UInt64(fields[4])
    else { return nil }
    let path = fields.count > 5 ? fields[5].drop { $0 == " " } : ""
    return MappedRegion(start: start, end: end, fileOffset: offset, device: String(fields[3]), inode: inode, path: String(path))
  }
}
