import Wire

/// The head of a segment of version 5: what envelopes are cut into, and packed into, once a connection is agreed upon.
///
///     payload length  is self-contained  padding  CRC24              payload  CRC32
///     17 bits         1 bit              6 bits   3 bytes            …        4 bytes
///
///     compressed and uncompressed length  is self-contained  padding  CRC24   payload  CRC32
///     17 bits each                        1 bit              5 bits   3 bytes …        4 bytes
///
/// Source: "CQL BINARY PROTOCOL v5", §2.1 "Uncompressed Format", §2.2 "Compressed Format".
struct CassandraSegment: Hashable, Sendable {
  static let trailerByteCount = 4
  /// Bytes of a payload, packed and unpacked: what 17 bits can say.
  static let longestPayload = 0x1_ffff
  /// The longer of the two heads.
  static let longestHead = 8

  /// Bytes of the payload as it travels.
  var payloadByteCount: Int
  /// Bytes of a payload that is packed by LZ4; `nil` for one that is not.
  var unpackedByteCount: Int?
  /// The payload holds whole envelopes, not a piece of one.
  var isSelfContained: Bool
  var headByteCount: Int

  /// Bytes of envelopes that the segment holds.
  var envelopeByteCount: Int { unpackedByteCount ?? payloadByteCount }

  /// The head at the beginning of `bytes`, which are at least as many as a head of this form has; `nil` when its check sum is not right.
  init?(_ bytes: RawSpan, isCompressed: Bool) {
    let fieldByteCount = isCompressed ? 5 : 3
    // The padding is zero.
    guard bytes.byteCount >= fieldByteCount + 3, bytes.load8(at: fieldByteCount - 1) & (isCompressed ? 0xf8 : 0xfc) == 0 else { return nil }
    var fields: UInt64 = 0
    for index in 0..<fieldByteCount { fields |= UInt64(bytes.load8(at: index)) << UInt64(8 * index) }
    guard bytes.littleEndian24(at: fieldByteCount) == CassandraSegment.checkSum(fields, byteCount: fieldByteCount) else { return nil }
    headByteCount = fieldByteCount + 3
    payloadByteCount = Int(fields & 0x1_ffff)
    if isCompressed {
      let length = Int(fields >> 17 & 0x1_ffff)
      unpackedByteCount = length == 0 ? nil : length
      isSelfContained = fields >> 34 & 1 != 0
    } else {
      isSelfContained = fields >> 17 & 1 != 0
    }
  }

  /// Source: §2.3 "CRC24": the polynomial 0x1974F0B, which begins with 0x875060.
  static func checkSum(_ fields: UInt64, byteCount: Int) -> UInt32 {
    var sum: UInt32 = 0x87_5060
    for index in 0..<byteCount {
      sum ^= UInt32(truncatingIfNeeded: fields >> UInt64(8 * index) & 0xff) << 16
      for _ in 0..<8 {
        sum <<= 1
        if sum & 0x100_0000 != 0 { sum ^= 0x197_4f0b }
      }
    }
    return sum
  }
}

/// How a connection's bytes are cut.
enum CassandraFraming: Hashable, Sendable {
  /// It is told from the bytes: the opening of version 5, and whatever was joined midway.
  case unknown
  /// Envelopes follow one another: versions before 5.
  case plain
  case segments(isCompressed: Bool)
}

/// How far one direction of a connection is within its segments.
struct CassandraSegmentPosition: Sendable {
  /// Bytes of the segment's payload that hold further envelopes.
  var segmentByteCount = 0
  /// Bytes of the envelope under way that come with further segments.
  var envelopeByteCount = 0
  /// The messages of a segment that was unpacked, dealt out one by one: each takes one byte of it, and the last one the rest.
  var unpacked: [CassandraMessage] = []
  var nextUnpacked = 0
  var unpackedByteCount = 0
}
