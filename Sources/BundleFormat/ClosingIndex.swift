/// What the closing block of a bundle says about all bytes before it, and what an inspection counts to compare with that.
package struct ClosingIndex: Hashable, Sendable {
  package struct Entry: Hashable, Sendable {
    package var blockType: UInt32
    /// Kind of our block; 0 for every other block type.
    package var kind: UInt16
    package var blockCount: UInt64
    /// Records of our blocks; 0 for others.
    package var recordCount: UInt64
    /// Bytes of the blocks, headers included; not stored in the file.
    package var byteCount: UInt64
  }

  /// Bytes (uncompressed) before the closing block, and their CRC-32C.
  package var byteCount: UInt64 = 0
  package var checksum: UInt32 = 0
  /// In the order of block types, then kinds.
  package var entries: [Entry] = []
}

/// Counts and checks blocks as they are written or read.
struct BlockTally: Sendable {
  /// Distinct block types and kinds that are counted one by one; a damaged file may have any number of them.
  private static let mostEntries = 64

  private var checksum = CRC32C()
  private var byteCount: UInt64 = 0
  private var entries: [ClosingIndex.Entry] = []
  private var latest = 0

  /// What the file's own closing block says, when it was met, and what had been counted up to there.
  var stated: ClosingIndex?
  var countedAtEnd: ClosingIndex?

  init() {}

  /// Whole blocks, any number of them.
  mutating func digest(_ blocks: RawSpan) {
    checksum.update(blocks)
    byteCount &+= UInt64(blocks.byteCount)
  }

  /// - Parameter bytes: one whole block. The byte order of its section does not matter here, since our body has its own.
  mutating func count(_ type: UInt32, _ bytes: RawSpan) {
    var kind: UInt16 = 0
    var recordCount: UInt64 = 0
    if type == BundleBlock.type,
      let header = BundleBlock.Header(
        bytes, body: PcapngBlock.headerByteCount, end: bytes.byteCount - PcapngBlock.trailerByteCount)
    {
      kind = header.kind
      recordCount = UInt64(header.recordCount)
    }
    if latest >= entries.count || entries[latest].blockType != type || entries[latest].kind != kind {
      guard let found = entries.firstIndex(where: { $0.blockType == type && $0.kind == kind }) ?? append(type, kind) else { return }
      latest = found
    }
    entries[latest].blockCount &+= 1
    entries[latest].recordCount &+= recordCount
    entries[latest].byteCount &+= UInt64(bytes.byteCount)
  }

  /// Everything counted so far.
  var index: ClosingIndex {
    let sorted = entries.sorted { ($0.blockType, $0.kind) < ($1.blockType, $1.kind) }
    return ClosingIndex(byteCount: byteCount, checksum: checksum.value, entries: sorted)
  }

  private mutating func append(_ type: UInt32, _ kind: UInt16) -> Int? {
    guard entries.count < BlockTally.mostEntries else { return nil }
    entries.append(ClosingIndex.Entry(blockType: type, kind: kind, blockCount: 0, recordCount: 0, byteCount: 0))
    return entries.count - 1
  }
}
