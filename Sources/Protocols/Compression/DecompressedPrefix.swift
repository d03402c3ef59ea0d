import CZlib
import CZstd
import Wire

/// The beginning of what compressed bytes hold, as far as they are there: enough to read a head, whatever the whole would take. The whole, when
/// as many bytes come out as the message says that there are.
///
/// What comes out is never longer than its limit, whatever the bytes claim; damaged bytes end it early.
enum DecompressedPrefix {
  /// Sliding windows that frames of Zstandard may ask for: 8 MiB, the most that a decoder has to have (RFC 8878 §3.1.1.1.2).
  private static let largestZstdWindowLog: CInt = 23

  /// zlib's format (RFC 1950) or gzip's (RFC 1952), whichever the bytes begin like.
  static func zlib(_ range: Range<Int>, _ bytes: RawSpan, limit: Int) -> [UInt8] {
    decompress(range, bytes, limit: limit) { output, source in
      var stream = z_stream()
      stream.next_in = UnsafeMutablePointer(mutating: source.baseAddress?.assumingMemoryBound(to: Bytef.self))
      stream.avail_in = uInt(source.count)
      stream.next_out = output.baseAddress
      stream.avail_out = uInt(output.count)
      // 15 bits of window, and 32 to tell the two formats apart.
      guard inflateInit2_(&stream, 47, ZLIB_VERSION, CInt(MemoryLayout<z_stream>.size)) == Z_OK else { return 0 }
      defer { inflateEnd(&stream) }
      _ = inflate(&stream, Z_SYNC_FLUSH)
      return output.count - Int(stream.avail_out)
    }
  }

  /// RFC 8878.
  static func zstd(_ range: Range<Int>, _ bytes: RawSpan, limit: Int) -> [UInt8] {
    decompress(range, bytes, limit: limit) { output, source in
      guard let decoder = ZSTD_createDCtx() else { return 0 }
      defer { ZSTD_freeDCtx(decoder) }
      _ = ZSTD_DCtx_setParameter(decoder, ZSTD_d_windowLogMax, largestZstdWindowLog)
      var input = ZSTD_inBuffer(src: source.baseAddress, size: source.count, pos: 0)
      var target = ZSTD_outBuffer(dst: output.baseAddress, size: output.count, pos: 0)
      while target.pos < target.size, input.pos < input.size {
        let before = (input.pos, target.pos)
        let status = ZSTD_decompressStream(decoder, &target, &input)
        if ZSTD_isError(status) != 0 || status == 0 || (input.pos, target.pos) == before { break }
      }
      return target.pos
    }
  }

  private static func decompress(
    _ range: Range<Int>, _ bytes: RawSpan, limit: Int, _ body: (UnsafeMutableBufferPointer<UInt8>, UnsafeRawBufferPointer) -> Int
  ) -> [UInt8] {
    guard limit > 0, !range.isEmpty else { return [] }
    return [UInt8](unsafeUninitializedCapacity: limit) { output, count in
      count = bytes.extracting(range).withUnsafeBytes { body(output, $0) }
    }
  }
}
