import Wire

extension DecompressedPrefix {
  /// LZ4's frame format: a descriptor, then blocks, each with its length.
  ///
  /// Source: lz4, doc/lz4_Frame_format.md 1.6.
  static func lz4(_ range: Range<Int>, _ bytes: RawSpan, limit: Int) -> [UInt8] {
    guard range.count >= 7, bytes.loadLittleEndian32(at: range.lowerBound) == 0x184d_2204 else { return [] }
    let flags = bytes.load8(at: range.lowerBound + 4)
    guard flags >> 6 == 1 else { return [] }
    let hasContentSize = flags & 0x08 != 0
    let hasBlockChecksum = flags & 0x10 != 0
    let hasDictionary = flags & 0x01 != 0
    // Flags, block size, checksum of the descriptor.
    var offset = range.lowerBound + 7 + (hasContentSize ? 8 : 0) + (hasDictionary ? 4 : 0)
    var output: [UInt8] = []
    while offset + 4 <= range.upperBound, output.count < limit {
      let word = bytes.loadLittleEndian32(at: offset)
      offset += 4
      guard word != 0 else { break }
      // The highest bit says that the block is not compressed.
      let length = Int(word & 0x7fff_ffff)
      let end = min(range.upperBound, offset + length)
      if word & 0x8000_0000 != 0 {
        output.append(contentsOf: bytes.copy(offset..<min(end, offset + limit - output.count)))
      } else {
        guard lz4Block(offset..<end, bytes, &output, limit) else { break }
      }
      offset = end + (hasBlockChecksum ? 4 : 0)
    }
    return output
  }

  /// One block without a frame around it.
  static func lz4Block(_ range: Range<Int>, _ bytes: RawSpan, limit: Int) -> [UInt8] {
    var output: [UInt8] = []
    output.reserveCapacity(min(limit, range.count * 4))
    _ = lz4Block(range, bytes, &output, limit)
    return output
  }

  /// Sequences of literals and a copy. Source: lz4, doc/lz4_Block_format.md.
  private static func lz4Block(_ range: Range<Int>, _ bytes: RawSpan, _ output: inout [UInt8], _ limit: Int) -> Bool {
    var offset = range.lowerBound
    while offset < range.upperBound, output.count < limit {
      let token = bytes.load8(at: offset)
      offset += 1
      guard let literalCount = lz4Length(Int(token >> 4), bytes, &offset, range.upperBound) else { return false }
      let taken = min(literalCount, range.upperBound - offset, limit - output.count)
      output.append(contentsOf: bytes.copy(offset..<offset + taken))
      guard taken == literalCount else { return false }
      offset += literalCount
      // The last sequence has literals only.
      guard offset < range.upperBound else { return true }
      guard offset + 2 <= range.upperBound else { return false }
      let distance = Int(bytes.loadLittleEndian16(at: offset))
      offset += 2
      guard let matchLength = lz4Length(Int(token & 15), bytes, &offset, range.upperBound),
        copy(matchLength + 4, back: distance, &output, limit)
      else { return false }
    }
    return true
  }

  /// 15 is continued by bytes until one that is not 255.
  private static func lz4Length(_ start: Int, _ bytes: RawSpan, _ offset: inout Int, _ end: Int) -> Int? {
    guard start == 15 else { return start }
    var length = start
    while offset < end {
      let byte = bytes.load8(at: offset)
      offset += 1
      length += Int(byte)
      if byte != 255 { return length }
    }
    return nil
  }
}
