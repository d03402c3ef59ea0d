import CZlib
import CZstd

#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// The file or pipe that a bundle is written to, compressed when its name ends in `.gz` or `.zst`.
struct OutputFile: ~Copyable {
  /// Compression must keep up with a recorder: the fastest level of both.
  private static let gzipLevel: Int32 = 1
  private static let zstdLevel: Int32 = 1
  private static let stagingCapacity = 256 * 1024

  let path: String
  /// Bytes that reached the descriptor.
  private(set) var byteCount: UInt64 = 0

  private var descriptor: Int32
  private let ownsDescriptor: Bool
  /// Offset of the first byte in a regular file; `nil` for what cannot be truncated.
  private let startOffset: off_t?
  /// zlib keeps a pointer to its stream, which therefore must not move.
  private var deflater: UnsafeMutablePointer<z_stream>?
  private var zstd: OpaquePointer?
  private let staging: UnsafeMutableRawPointer?

  /// Creates `path`, or takes standard output for `-`.
  /// - Parameter failsIfExists: whether an existing file is an error; otherwise it is overwritten, as tcpdump does.
  init(path: String, failsIfExists: Bool) throws(BundleError) {
    let opened = try OutputFile.create(path, failsIfExists: failsIfExists)
    self.path = path
    descriptor = opened.descriptor
    startOffset = opened.startOffset
    ownsDescriptor = path != "-"
    let isGzip = path.hasSuffix(".gz")
    let isZstd = path.hasSuffix(".zst")
    staging = isGzip || isZstd ? .allocate(byteCount: OutputFile.stagingCapacity, alignment: 16) : nil
    if isGzip {
      let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
      stream.initialize(to: z_stream())
      // 16 + 15: a gzip wrapper with the largest window; 8: the default memory level.
      let status = deflateInit2_(
        stream, OutputFile.gzipLevel, Z_DEFLATED, 16 + 15, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
      precondition(status == Z_OK, "zlib starts whenever there is memory")
      deflater = stream
    } else if isZstd {
      zstd = ZSTD_createCCtx()
      precondition(zstd != nil, "zstd starts whenever there is memory")
      ZSTD_CCtx_setParameter(zstd, ZSTD_c_compressionLevel, OutputFile.zstdLevel)
      ZSTD_CCtx_setParameter(zstd, ZSTD_c_checksumFlag, 1)
    }
  }

  deinit {
    if let deflater {
      deflateEnd(deflater)
      deflater.deallocate()
    }
    if let zstd { ZSTD_freeCCtx(zstd) }
    staging?.deallocate()
    if ownsDescriptor, descriptor >= 0 { Glibc.close(descriptor) }
  }

  var isCompressed: Bool { deflater != nil || zstd != nil }

  /// Whether a failed write can be undone, so that writing may go on.
  var canTruncate: Bool { startOffset != nil && !isCompressed }

  enum Flush: Sendable { case none, data, end }

  /// Writes all of `bytes`, and what compression holds back when `flush` says so.
  /// - Returns: `nil`, or how many of `bytes` were written for certain, and the `errno`.
  mutating func write(_ bytes: UnsafeRawBufferPointer, flush: Flush) -> (writtenByteCount: Int, errorNumber: Int32)? {
    if deflater != nil { return deflateAndWrite(bytes, flush).map { (0, $0) } }
    if zstd != nil { return compressAndWrite(bytes, flush).map { (0, $0) } }
    let before = byteCount
    return writePlain(bytes).map { (Int(byteCount - before), $0) }
  }

  /// Makes the file `count` bytes long again, after a failed write.
  mutating func truncate(to count: UInt64) {
    guard canTruncate, let startOffset, count <= byteCount else { return }
    let end = startOffset + off_t(count)
    // When even this fails, a reader finds the partial block at the end and leaves it.
    if ftruncate(descriptor, end) == 0, lseek(descriptor, end, SEEK_SET) == end { byteCount = count }
  }

  /// Closes the file.
  /// - Returns: the `errno`: some file systems tell only now that a write failed.
  mutating func close() -> Int32? {
    guard descriptor >= 0, ownsDescriptor else { return nil }
    defer { descriptor = -1 }
    return Glibc.close(descriptor) == 0 ? nil : errno
  }

  private mutating func writePlain(_ bytes: UnsafeRawBufferPointer) -> Int32? {
    var offset = 0
    while offset < bytes.count, let base = bytes.baseAddress {
      let count = Glibc.write(descriptor, base + offset, bytes.count - offset)
      if count < 0 {
        if errno == EINTR { continue }
        return errno
      }
      offset += count
      byteCount += UInt64(count)
    }
    return nil
  }

  private mutating func deflateAndWrite(_ bytes: UnsafeRawBufferPointer, _ flush: Flush) -> Int32? {
    guard let stream = deflater, let staging else { return nil }
    let mode: Int32
    switch flush {
    case .none: mode = Z_NO_FLUSH
    case .data: mode = Z_SYNC_FLUSH
    case .end: mode = Z_FINISH
    }
    stream.pointee.next_in = UnsafeMutablePointer(mutating: bytes.baseAddress?.assumingMemoryBound(to: UInt8.self))
    stream.pointee.avail_in = UInt32(bytes.count)
    repeat {
      stream.pointee.next_out = staging.assumingMemoryBound(to: UInt8.self)
      stream.pointee.avail_out = UInt32(OutputFile.stagingCapacity)
      _ = deflate(stream, mode)
      let produced = OutputFile.stagingCapacity - Int(stream.pointee.avail_out)
      if let failure = writePlain(UnsafeRawBufferPointer(start: staging, count: produced)) { return failure }
    } while stream.pointee.avail_out == 0
    return nil
  }

  private mutating func compressAndWrite(_ bytes: UnsafeRawBufferPointer, _ flush: Flush) -> Int32? {
    guard let zstd, let staging else { return nil }
    let mode: ZSTD_EndDirective
    switch flush {
    case .none: mode = ZSTD_e_continue
    case .data: mode = ZSTD_e_flush
    case .end: mode = ZSTD_e_end
    }
    var input = ZSTD_inBuffer(src: bytes.baseAddress, size: bytes.count, pos: 0)
    while true {
      var output = ZSTD_outBuffer(dst: staging, size: OutputFile.stagingCapacity, pos: 0)
      let remaining = ZSTD_compressStream2(zstd, &output, &input, mode)
      precondition(ZSTD_isError(remaining) == 0, "zstd compresses whatever it is given")
      if let failure = writePlain(UnsafeRawBufferPointer(start: staging, count: output.pos)) { return failure }
      if mode == ZSTD_e_continue ? input.pos == input.size : remaining == 0 { return nil }
    }
  }

  private static func create(_ path: String, failsIfExists: Bool) throws(BundleError) -> (descriptor: Int32, startOffset: off_t?) {
    var descriptor = STDOUT_FILENO
    if path != "-" {
      // Only the owner may read what was said on the wire.
      descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | (failsIfExists ? O_EXCL : O_TRUNC), 0o600)
      guard descriptor >= 0 else { throw BundleError(path: path, reason: .cannotCreate, errorNumber: errno) }
    }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return (descriptor, nil) }
    // A file that was overwritten has kept its mode. Where it is not ours to change, its owner chose it.
    if path != "-" { fchmod(descriptor, 0o600) }
    return (descriptor, lseek(descriptor, 0, SEEK_CUR))
  }
}
