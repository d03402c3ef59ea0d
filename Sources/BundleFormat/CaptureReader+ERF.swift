import Capture
import Wire

/// The header in front of every record of an Endace capture:
/// ```
/// time, little-endian: 2^-32 s (4 bytes), seconds (4)
/// type, its high bit announces extension headers (1), flags (1), record length (2)
/// loss counter or colour (2), length on the wire (2)
/// ```
/// All but the time is big-endian. The file has no header of its own.
/// Source: Endace, ERF Types Reference Guide (EDM11-01).
struct ERFRecord {
  static let headerByteCount = 16

  let time: Timestamp
  /// What the bytes after the headers are; `nil` for padding and what has no packet.
  let linkType: LinkType?
  /// Bytes from the record's start to its packet.
  let packetOffset: Int
  let recordByteCount: Int
  let wireByteCount: Int

  /// - Returns: `nil` when no record can begin with these bytes; at least a header of them is there.
  init?(_ bytes: RawSpan, at start: Int) {
    guard let low = bytes.littleEndian32(at: start), let seconds = bytes.littleEndian32(at: start + 4),
      let type = bytes.uint8(at: start + 8),
      let length = bytes.bigEndian16(at: start + 10), let wireLength = bytes.bigEndian16(at: start + 14)
    else { return nil }
    let fraction = (UInt64(low) * 1_000_000_000 + 1 << 31) >> 32
    time = Timestamp(nanoseconds: Int64(seconds) * 1_000_000_000 + Int64(fraction))
    recordByteCount = Int(length)
    wireByteCount = Int(wireLength)
    var offset = ERFRecord.headerByteCount
    if type & 0x80 != 0 {
      // The high bit of each extension header announces another one.
      repeat {
        guard offset + 8 <= recordByteCount else { return nil }
        offset += 8
      } while (bytes.uint8(at: start + offset - 8).map { $0 & 0x80 != 0 } ?? false)
    }
    switch type & 0x7f {
    // Ethernet, with a colour, for a hash, with a channel: two bytes of offset and padding come first.
    case 2, 11, 16, 20:
      linkType = .ethernet
      offset += 2
    // PPP or Cisco HDLC over SONET, with a colour.
    case 1, 10, 17: linkType = LinkType(50)
    case 22, 23: linkType = .raw
    // LINKTYPE_ERF, which nothing here decodes: packets of other kinds are counted as such.
    case 3...9, 12...15, 18, 19, 21, 24, 25: linkType = LinkType(197)
    // Metadata and padding.
    case 27, 48: linkType = nil
    default: return nil
    }
    packetOffset = offset
    guard recordByteCount >= offset || linkType == nil && recordByteCount >= ERFRecord.headerByteCount else { return nil }
  }
}

extension CaptureReader {
  /// A format without a magic number: the first records must make sense, and follow each other in time.
  static func beginsWithERF(_ bytes: RawSpan) -> Bool {
    /// Records that are looked at, as far as they are there.
    let recordLimit = 4
    /// Seconds between records that follow each other.
    let longestPause: Int64 = 86_400
    var start = 0
    var previous: Timestamp?
    for index in 0..<recordLimit {
      guard start + ERFRecord.headerByteCount <= bytes.byteCount else { return index > 0 && start == bytes.byteCount }
      guard let record = ERFRecord(bytes, at: start), record.time.nanoseconds > 0 else { return false }
      if index == 0, record.linkType == nil || record.wireByteCount == 0 || start + record.recordByteCount > bytes.byteCount {
        return false
      }
      if let previous, record.time.nanoseconds(since: previous).magnitude > UInt64(longestPause * 1_000_000_000) { return false }
      previous = record.time
      start += record.recordByteCount
    }
    return true
  }

  /// The ports of a card see the two directions of one link, and are one interface.
  mutating func readERF<Sink: ObservationSink & ~Copyable>(into sink: inout Sink) throws(BundleError) {
    let first = UnsafeRawBufferPointer(start: window.base + window.start, count: window.available).bytes
    let linkType = ERFRecord(first, at: 0)?.linkType ?? .ethernet
    guard let index = describe(CaptureInterface(index: 0, name: "", linkType: linkType), into: &sink) else {
      losses.end(.damagedBlock)
      return
    }
    var needed = ERFRecord.headerByteCount
    while try window.fill(atLeast: needed) {
      let bytes = UnsafeRawBufferPointer(start: window.base + window.start, count: window.available).bytes
      guard let record = ERFRecord(bytes, at: 0) else {
        losses.end(.damagedBlock)
        return
      }
      needed = record.recordByteCount
      guard bytes.byteCount >= needed else { continue }
      losses.latestTime = record.time
      if let linkType = record.linkType {
        let lengths = PacketLengths(captured: record.recordByteCount - record.packetOffset, original: record.wireByteCount)
        sink.packet(
          PacketHeader(
            ordinal: numbering.nextOrdinal, time: record.time, interfaceIndex: index, linkType: linkType,
            originalByteCount: lengths.original),
          bytes.extracting(record.packetOffset..<record.packetOffset + lengths.captured))
        numbering.nextOrdinal += 1
      }
      window.consume(upTo: window.start + record.recordByteCount)
      needed = ERFRecord.headerByteCount
    }
    if window.available > 0 { losses.end(.truncatedFile, missingByteCount: needed - window.available) }
    if case .some(let flaw) = window.flaw { losses.end(flaw == .truncated ? .truncatedFile : .damagedBlock) }
  }
}
