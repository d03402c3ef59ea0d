/// The bytes of CRYPTO frames of one sender, which come in any order, with repetitions, over several packets.
///
/// Source: RFC 9000 §7.5, §19.6.
struct QUICCryptoStream: Sendable {
  /// Bytes of a hello that are kept. RFC 9000 §7.5 asks for 4,096; hellos with post-quantum shares have up to 2,000.
  static let byteLimit = 16_384
  /// Pieces that may lie apart. Some clients cut their hello into dozens.
  static let pieceLimit = 256

  private var bytes: [UInt8] = []
  /// What is there, in order, never touching.
  private var pieces: [Range<Int>] = []

  mutating func insert(_ data: ArraySlice<UInt8>, at offset: Int) {
    let end = offset + data.count
    guard offset >= 0, !data.isEmpty, end <= QUICCryptoStream.byteLimit else { return }
    if bytes.count < end { bytes += [UInt8](repeating: 0, count: end - bytes.count) }
    bytes.replaceSubrange(offset..<end, with: data)
    var merged = offset..<end
    let first = pieces.firstIndex { $0.upperBound >= offset } ?? pieces.count
    var last = first
    while last < pieces.count, pieces[last].lowerBound <= end {
      merged = min(merged.lowerBound, pieces[last].lowerBound)..<max(merged.upperBound, pieces[last].upperBound)
      last += 1
    }
    guard last > first || pieces.count < QUICCryptoStream.pieceLimit else { return }
    pieces.replaceSubrange(first..<last, with: [merged])
  }

  /// The bytes from the beginning to the first gap.
  var beginning: ArraySlice<UInt8> {
    guard let first = pieces.first, first.lowerBound == 0 else { return [] }
    return bytes[first]
  }

  /// The first handshake message, when it is there as a whole.
  var firstMessage: ArraySlice<UInt8>? {
    let beginning = beginning
    guard beginning.count >= 4 else { return nil }
    let length = Int(beginning[1]) << 16 | Int(beginning[2]) << 8 | Int(beginning[3])
    return beginning.count >= 4 + length ? beginning.prefix(4 + length) : nil
  }
}
