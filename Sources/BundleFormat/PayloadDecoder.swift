import CZstd

/// Decompresses payloads into one buffer that it keeps.
struct PayloadDecoder: ~Copyable {
  private var context: OpaquePointer?
  private var buffer: UnsafeMutableRawBufferPointer?

  init() {}

  deinit {
    if let context { ZSTD_freeDCtx(context) }
    buffer?.deallocate()
  }

  /// The payload that `stored` decompresses to; valid until the next call. `nil` unless it is exactly `byteCount` bytes, which the
  /// caller has checked against `CaptureLimits.longestPayload`.
  mutating func decompress(_ stored: UnsafeRawBufferPointer, byteCount: Int) -> UnsafeRawBufferPointer? {
    if context == nil { context = ZSTD_createDCtx() }
    if (buffer?.count ?? 0) < byteCount {
      buffer?.deallocate()
      buffer = .allocate(byteCount: byteCount, alignment: 16)
    }
    guard let context, let buffer else { return byteCount == 0 ? UnsafeRawBufferPointer(start: nil, count: 0) : nil }
    let produced = ZSTD_decompressDCtx(context, buffer.baseAddress, byteCount, stored.baseAddress, stored.count)
    guard ZSTD_isError(produced) == 0, produced == byteCount else { return nil }
    return UnsafeRawBufferPointer(rebasing: buffer[0..<byteCount])
  }
}
