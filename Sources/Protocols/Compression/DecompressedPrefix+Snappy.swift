import Wire

extension DecompressedPrefix {
  /// Snappy's raw format: the length of the whole, then literals and copies of what came before.
  ///
  /// Source: google/snappy, format_description.txt.
  static func snappy(_ range: Range<Int>, _ bytes: RawSpan, limit: Int) -> [UInt8] {
    var output: [UInt8] = []
    var offset = range.lowerBound
    guard skipVariableLength(bytes, &offset, range.upperBound) else { return [] }
    output.reserveCapacity(min(limit, range.count * 4))
    while offset < range.upperBound, output.count < limit {
      let tag = bytes.load8(at: offset)
      offset += 1
      switch tag & 3 {
      case 0:
        guard let length = literalLength(tag, bytes, &offset, range.upperBound) else { return output }
        let taken = min(length, range.upperBound - offset, limit - output.count)
        output.append(contentsOf: bytes.copy(offset..<offset + taken))
        guard taken == length else { return output }
        offset += length
      case 1:
        // The length less 4 in three bits, the distance in eleven.
        guard let low = byte(bytes, &offset, range.upperBound) else { return output }
        guard copy(Int(tag >> 2 & 7) + 4, back: Int(tag >> 5) << 8 | low, &output, limit) else { return output }
      case 2:
        guard let low = byte(bytes, &offset, range.upperBound), let high = byte(bytes, &offset, range.upperBound) else { return output }
        guard copy(Int(tag >> 2) + 1, back: high << 8 | low, &output, limit) else { return output }
      default:
        guard offset + 4 <= range.upperBound else { return output }
        let distance = Int(bytes.loadLittleEndian32(at: offset))
        offset += 4
        guard copy(Int(tag >> 2) + 1, back: distance, &output, limit) else { return output }
      }
    }
    return output
  }

  /// Blocks of Snappy behind the header of snappy-java, each with its length before it; or a bare block.
  ///
  /// Source: xerial/snappy-java, SnappyOutputStream.
  static func snappyFramed(_ range: Range<Int>, _ bytes: RawSpan, limit: Int) -> [UInt8] {
    guard range.count >= 16, bytes.load8(at: range.lowerBound) == 0x82, bytes.hasBytes("SNAPPY\0", at: range.lowerBound + 1) else {
      return snappy(range, bytes, limit: limit)
    }
    var output: [UInt8] = []
    // Behind the eight bytes of its name, two numbers of version.
    var offset = range.lowerBound + 16
    while offset + 4 <= range.upperBound, output.count < limit {
      let length = Int(bytes.loadBigEndian32(at: offset))
      offset += 4
      guard length > 0 else { break }
      let end = min(range.upperBound, offset + length)
      output += snappy(offset..<end, bytes, limit: limit - output.count)
      offset = end
    }
    return output
  }

  private static func literalLength(_ tag: UInt8, _ bytes: RawSpan, _ offset: inout Int, _ end: Int) -> Int? {
    let short = Int(tag >> 2)
    guard short >= 60 else { return short + 1 }
    // 60 to 63: the length less 1 in as many bytes.
    let count = short - 59
    guard offset + count <= end else { return nil }
    var length = 0
    for index in 0..<count { length |= Int(bytes.load8(at: offset + index)) << (8 * index) }
    offset += count
    return length + 1
  }

  private static func byte(_ bytes: RawSpan, _ offset: inout Int, _ end: Int) -> Int? {
    guard offset < end else { return nil }
    defer { offset += 1 }
    return Int(bytes.load8(at: offset))
  }

  /// A copy may reach into what it writes itself: a run is a copy from one byte back.
  static func copy(_ length: Int, back distance: Int, _ output: inout [UInt8], _ limit: Int) -> Bool {
    guard distance > 0, distance <= output.count else { return false }
    for _ in 0..<min(length, limit - output.count) { output.append(output[output.count - distance]) }
    return true
  }

  /// A number of seven bits a byte, at most five bytes.
  private static func skipVariableLength(_ bytes: RawSpan, _ offset: inout Int, _ end: Int) -> Bool {
    for _ in 0..<5 {
      guard offset < end else { return false }
      offset += 1
      if bytes.load8(at: offset - 1) & 0x80 == 0 { return true }
    }
    return false
  }
}
