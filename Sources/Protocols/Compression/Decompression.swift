import CZlib
import CZstd

/// Decompresses what a message carries as a whole.
///
/// What comes out is never longer than its caller says, whatever the bytes claim.
enum Decompression {
  /// RFC 1950. `nil` when the bytes are not zlib's, or longer than `limit` when decompressed.
  static func zlib(_ range: Range<Int>, _ bytes: RawSpan, limit: Int) -> [UInt8]? {
    decompress(range, bytes, limit: limit) { output, source in
      var length = uLongf(output.count)
      let status = uncompress(
        output.baseAddress, &length, source.baseAddress?.assumingMemoryBound(to: Bytef.self), uLong(source.count))
      return status == Z_OK ? Int(length) : nil
    }
  }

  /// RFC 8878.
  static func zstd(_ range: Range<Int>, _ bytes: RawSpan, limit: Int) -> [UInt8]? {
    decompress(range, bytes, limit: limit) { output, source in
      let length = ZSTD_decompress(output.baseAddress, output.count, source.baseAddress, source.count)
      return ZSTD_isError(length) == 0 ? length : nil
    }
  }

  private static func decompress(
    _ range: Range<Int>, _ bytes: RawSpan, limit: Int, _ body: (UnsafeMutableBufferPointer<UInt8>, UnsafeRawBufferPointer) -> Int?
  ) -> [UInt8]? {
    guard limit > 0, !range.isEmpty else { return nil }
    var isSound = true
    let decompressed = [UInt8](unsafeUninitializedCapacity: limit) { output, count in
      let length = bytes.extracting(range).withUnsafeBytes { body(output, $0) }
      isSound = length != nil
      count = length ?? 0
    }
    return isSound ? decompressed : nil
  }
}
