import Wire

/// The head of a batch of records, and the headers of its first record.
///
/// ```
///   0             8              12             16      17    21           23
///   | base offset | batch length | leader epoch | magic | CRC | attributes | …
///   23                  27               35              43            51               53              57             61
///   | last offset delta | base timestamp | max timestamp | producer id | producer epoch | base sequence | record count | records
/// ```
///
/// Source: Apache Kafka documentation, "Message Format".
enum KafkaRecordBatch {
  private static let headByteCount = 61
  /// Bytes of decompressed records that are looked at: the first record's key and value come before its headers.
  private static let decompressedByteLimit = 16_384
  private static let mostHeaders: Int64 = 256

  static func read(_ range: Range<Int>, _ bytes: RawSpan) -> KafkaRecords? {
    let start = range.lowerBound
    guard range.count > 17 else { return nil }
    guard bytes.load8(at: start + 16) == 2 else { return olderSet(range, bytes) }
    guard range.count >= headByteCount else { return nil }
    let compression = UInt8(truncatingIfNeeded: bytes.loadBigEndian16(at: start + 21) & 7)
    var records = KafkaRecords(recordCount: Int32(bitPattern: bytes.loadBigEndian32(at: start + 57)), compression: compression)
    let length = Int(bytes.loadBigEndian32(at: start + 8))
    let body = start + headByteCount..<max(start + headByteCount, min(range.upperBound, start + 12 + length))
    // Markers of transactions carry no headers (attribute bit 5).
    guard bytes.loadBigEndian16(at: start + 21) & 0x20 == 0 else { return records }
    if compression == 0 {
      records.noteHeaders(bytes.extracting(0..<body.upperBound), from: body.lowerBound)
    } else {
      let decompressed = decompress(compression, body, bytes)
      let span = decompressed.span
      records.noteHeaders(span.bytes, from: 0)
      if records.headers != nil { records.decompressed = decompressed }
    }
    return records
  }

  /// Sets before 0.11: of a message, an offset, a size, a checksum, the magic number and attributes.
  private static func olderSet(_ range: Range<Int>, _ bytes: RawSpan) -> KafkaRecords? {
    guard bytes.load8(at: range.lowerBound + 16) < 2 else { return nil }
    return KafkaRecords(compression: bytes.load8(at: range.lowerBound + 17) & 7)
  }

  private static func decompress(_ compression: UInt8, _ range: Range<Int>, _ bytes: RawSpan) -> [UInt8] {
    switch compression {
    case 1: DecompressedPrefix.zlib(range, bytes, limit: decompressedByteLimit)
    case 2: DecompressedPrefix.snappyFramed(range, bytes, limit: decompressedByteLimit)
    case 3: DecompressedPrefix.lz4(range, bytes, limit: decompressedByteLimit)
    case 4: DecompressedPrefix.zstd(range, bytes, limit: decompressedByteLimit)
    default: []
    }
  }

  /// Length, attributes, time, offset, key, value; then the headers, each a key and a value.
  fileprivate static func headers(_ bytes: RawSpan, from start: Int) -> (range: Range<Int>, count: Int)? {
    var offset = start
    guard KafkaVariableLength.signed(bytes, &offset) != nil else { return nil }
    offset += 1
    guard KafkaVariableLength.signed(bytes, &offset) != nil, KafkaVariableLength.signed(bytes, &offset) != nil,
      skipBytes(bytes, &offset), skipBytes(bytes, &offset), let count = KafkaVariableLength.signed(bytes, &offset),
      (0...mostHeaders).contains(count)
    else { return nil }
    return (offset..<bytes.byteCount, Int(count))
  }

  /// Bytes with their length before them; -1 is null.
  static func skipBytes(_ bytes: RawSpan, _ offset: inout Int) -> Bool {
    guard let length = KafkaVariableLength.signed(bytes, &offset), length >= -1, length <= Int64(bytes.byteCount) else { return false }
    offset += Int(max(0, length))
    return offset <= bytes.byteCount
  }
}

extension KafkaRecords {
  init(recordCount: Int32? = nil, compression: UInt8) {
    self.recordCount = recordCount
    self.compression = compression
    headers = nil
    decompressed = nil
  }

  fileprivate mutating func noteHeaders(_ bytes: RawSpan, from start: Int) {
    guard let found = KafkaRecordBatch.headers(bytes, from: start), found.count > 0 else { return }
    headers = found.range
    headerCount = found.count
  }
}

/// Walks the headers of a record.
struct KafkaHeaderCursor {
  private var offset: Int
  private var remaining: Int

  init(_ range: Range<Int>, count: Int) {
    offset = range.lowerBound
    remaining = count
  }

  mutating func next(_ bytes: RawSpan) -> (name: Range<Int>, value: Range<Int>)? {
    guard remaining > 0, let name = field(bytes), let value = field(bytes) else { return nil }
    remaining -= 1
    return (name, value)
  }

  private mutating func field(_ bytes: RawSpan) -> Range<Int>? {
    guard let length = KafkaVariableLength.signed(bytes, &offset), length >= -1, length <= Int64(bytes.byteCount) else { return nil }
    let start = offset
    offset += Int(max(0, length))
    return offset <= bytes.byteCount ? start..<offset : nil
  }
}
