import Wire

/// Counts the length-prefixed messages of a body, wherever DATA frames cut them.
///
///     Length-Prefixed-Message = Compressed-Flag (1) Message-Length (4) Message
///
/// In gRPC-Web, the flag 0x80 marks the trailers, which travel as a message. Sources: grpc/doc/PROTOCOL-HTTP2.md, PROTOCOL-WEB.md.
struct GRPCMessageWalker: Sendable {
  /// Bytes kept of the trailers of a gRPC-Web response.
  static let longestTrailers = 8192

  private(set) var messageCount = 0
  private(set) var byteCount = 0
  /// Bytes of the message under way that may pass unseen.
  private(set) var unseenByteCount = 0
  /// The trailers of gRPC-Web, as they came.
  private(set) var trailers: [UInt8] = []
  private var trailerByteCount = 0
  private var prefix: UInt64 = 0
  private var prefixByteCount = 0

  /// Walks over the content `bytes[offset..<end]`.
  mutating func walk(_ bytes: RawSpan, _ range: Range<Int>) {
    var offset = range.lowerBound
    while offset < range.upperBound {
      if unseenByteCount > 0 {
        let count = min(unseenByteCount, range.upperBound - offset)
        unseenByteCount -= count
        offset += count
      } else if trailerByteCount > 0 {
        let count = min(trailerByteCount, range.upperBound - offset)
        let kept = min(count, GRPCMessageWalker.longestTrailers - trailers.count)
        bytes.extracting(offset..<offset + kept).withUnsafeBytes { trailers.append(contentsOf: $0) }
        trailerByteCount -= count
        offset += count
      } else {
        prefix = prefix << 8 | UInt64(bytes.load8(at: offset))
        prefixByteCount += 1
        offset += 1
        if prefixByteCount == 5 { begin() }
      }
    }
  }

  /// Bytes passed that the driver skipped.
  mutating func skip(_ count: Int) { unseenByteCount -= count }

  private mutating func begin() {
    let flag = prefix >> 32
    let length = Int(prefix & 0xffff_ffff)
    prefix = 0
    prefixByteCount = 0
    if flag & 0x80 != 0 {
      trailerByteCount = length
    } else {
      messageCount += 1
      byteCount += length
      unseenByteCount = length
    }
  }
}
