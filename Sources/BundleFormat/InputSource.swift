import CZlib
import CZstd

#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// The bytes of one file or pipe, decompressed when they are gzip or zstd. Reads strictly forwards: no seek, no mapping, so that
/// a pipe is as good as a file and a file that shrinks meanwhile raises no signal.
struct InputSource: ~Copyable {
  enum Compression: Sendable { case none, gzip, zstd }

  /// How a compressed stream ended, when it did not end properly.
  enum Flaw: Sendable { case truncated, damaged }

  /// Compressed bytes read at a time.
  private static let stagingCapacity = 256 * 1024

  let path: String
  let compression: Compression
  private(set) var flaw: Flaw?
  /// Bytes read from the file, compressed as they are there.
  private(set) var readByteCount: UInt64 = 0

  private let descriptor: Int32
  private let ownsDescriptor: Bool
  /// Bytes read from the descriptor and not yet used: the first bytes of a plain file, all bytes of a compressed one.
  private let staging: UnsafeMutableRawPointer
  private var stagingStart = 0
  private var stagingEnd = 0
  /// zlib keeps a pointer to its stream, which therefore must not move.
  private var inflater: UnsafeMutablePointer<z_stream>?
  private var zstd: OpaquePointer?
  /// Nothing of a gzip member or zstd frame is outstanding, so that the input may end here.
  private var isBetweenFrames = true
  private var hasEnded = false

  /// Opens `path`, or standard input for `-`, and looks at the first bytes.
  init(path: String) throws(BundleError) {
    let opened = try InputSource.open(path)
    self.path = path
    descriptor = opened.descriptor
    ownsDescriptor = path != "-"
    staging = opened.bytes
    stagingEnd = opened.count
    readByteCount = UInt64(opened.count)
    var compression = Compression.none
    if stagingEnd >= 2, staging.load(as: UInt16.self) == UInt16(littleEndian: 0x8b1f) { compression = .gzip }
    if stagingEnd >= 4 {
      let magic = UInt32(littleEndian: staging.load(as: UInt32.self))
      // RFC 8878 §3.1.1 and §3.1.2: a frame, or a skippable frame in front of it.
      if magic == 0xfd2f_b528 || magic & 0xffff_fff0 == 0x184d_2a50 { compression = .zstd }
    }
    self.compression = compression
    switch compression {
    case .none: break
    case .gzip:
      let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
      stream.initialize(to: z_stream())
      // 16 + 15: a gzip wrapper with the largest window.
      let status = inflateInit2_(stream, 16 + 15, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
      precondition(status == Z_OK, "zlib starts whenever there is memory")
      inflater = stream
    case .zstd:
      zstd = ZSTD_createDStream()
      precondition(zstd != nil, "zstd starts whenever there is memory")
      ZSTD_DCtx_setParameter(zstd, ZSTD_d_windowLogMax, CaptureLimits.zstdWindowLog)
    }
  }

  deinit {
    if let inflater {
      inflateEnd(inflater)
      inflater.deallocate()
    }
    if let zstd { ZSTD_freeDStream(zstd) }
    staging.deallocate()
    if ownsDescriptor { close(descriptor) }
  }

  /// Puts up to `capacity` bytes at `destination`, waiting only for the first of them. 0 is the end.
  mutating func read(into destination: UnsafeMutableRawPointer, capacity: Int) throws(BundleError) -> Int {
    switch compression {
    case .none:
      guard stagingStart < stagingEnd else {
        let received = try InputSource.readBytes(descriptor, into: destination, count: capacity, path: path)
        readByteCount += UInt64(received)
        return received
      }
      let count = min(capacity, stagingEnd - stagingStart)
      destination.copyMemory(from: staging + stagingStart, byteCount: count)
      stagingStart += count
      return count
    case .gzip: return try inflateBytes(into: destination, capacity: capacity)
    case .zstd: return try decompressZstd(into: destination, capacity: capacity)
    }
  }

  /// Bytes of the file, when it is one.
  var fileByteCount: UInt64? {
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_size > 0 else { return nil }
    return UInt64(status.st_size)
  }

  private mutating func inflateBytes(into destination: UnsafeMutableRawPointer, capacity: Int) throws(BundleError) -> Int {
    guard let stream = inflater else { return 0 }
    let room = min(capacity, Int(Int32.max))
    while !hasEnded {
      guard try refillStaging() else {
        hasEnded = true
        if !isBetweenFrames { flaw = .truncated }
        break
      }
      if isBetweenFrames {
        // RFC 1952 §2.2: members follow each other. Writers pad with zeros, and gzip(1) ignores what else follows.
        let byte = staging.load(fromByteOffset: stagingStart, as: UInt8.self)
        if byte == 0, stream.pointee.total_in > 0 {
          stagingStart += 1
          continue
        }
        guard byte == 0x1f else {
          hasEnded = true
          break
        }
        inflateReset(stream)
        isBetweenFrames = false
      }
      stream.pointee.next_in = (staging + stagingStart).assumingMemoryBound(to: UInt8.self)
      stream.pointee.avail_in = UInt32(stagingEnd - stagingStart)
      stream.pointee.next_out = destination.assumingMemoryBound(to: UInt8.self)
      stream.pointee.avail_out = UInt32(room)
      let status = inflate(stream, Z_NO_FLUSH)
      stagingStart = stagingEnd - Int(stream.pointee.avail_in)
      let produced = room - Int(stream.pointee.avail_out)
      if status == Z_STREAM_END {
        isBetweenFrames = true
      } else if status != Z_OK && status != Z_BUF_ERROR {
        hasEnded = true
        flaw = .damaged
      }
      if produced > 0 { return produced }
    }
    return 0
  }

  private mutating func decompressZstd(into destination: UnsafeMutableRawPointer, capacity: Int) throws(BundleError) -> Int {
    while !hasEnded {
      // zstd may hold output back when the room was too small; it gives that without new input.
      let hasInput = try refillStaging()
      var input = ZSTD_inBuffer(src: staging + stagingStart, size: stagingEnd - stagingStart, pos: 0)
      var output = ZSTD_outBuffer(dst: destination, size: capacity, pos: 0)
      let hint = ZSTD_decompressStream(zstd, &output, &input)
      stagingStart += input.pos
      if ZSTD_isError(hint) != 0 {
        hasEnded = true
        flaw = .damaged
      } else if input.pos > 0 || output.pos > 0 {
        isBetweenFrames = hint == 0
      } else if !hasInput {
        hasEnded = true
        if !isBetweenFrames { flaw = .truncated }
      }
      if output.pos > 0 { return output.pos }
    }
    return 0
  }

  /// Whether there is at least one unused byte in the staging buffer.
  private mutating func refillStaging() throws(BundleError) -> Bool {
    if stagingStart < stagingEnd { return true }
    stagingStart = 0
    stagingEnd = try InputSource.readBytes(descriptor, into: staging, count: InputSource.stagingCapacity, path: path)
    readByteCount += UInt64(stagingEnd)
    return stagingEnd > 0
  }

  /// Opens the file and reads until its magic number is there.
  private static func open(
    _ path: String
  ) throws(BundleError) -> (descriptor: Int32, bytes: UnsafeMutableRawPointer, count: Int) {
    let descriptor = path == "-" ? STDIN_FILENO : openForReading(path)
    guard descriptor >= 0 else { throw BundleError(path: path, reason: .cannotOpen, errorNumber: errno) }
    let bytes = UnsafeMutableRawPointer.allocate(byteCount: stagingCapacity, alignment: 16)
    var count = 0
    do throws(BundleError) {
      while count < 4 {
        let received = try readBytes(descriptor, into: bytes + count, count: stagingCapacity - count, path: path)
        if received == 0 { break }
        count += received
      }
      if count == 0 { throw BundleError(path: path, reason: .empty, detail: "it is empty") }
    } catch {
      bytes.deallocate()
      if path != "-" { close(descriptor) }
      throw error
    }
    return (descriptor, bytes, count)
  }

  private static func readBytes(
    _ descriptor: Int32, into destination: UnsafeMutableRawPointer, count: Int, path: String
  ) throws(BundleError) -> Int {
    while true {
      let result = systemRead(descriptor, destination, count)
      if result >= 0 { return result }
      if errno != EINTR { throw BundleError(path: path, reason: .cannotRead, errorNumber: errno) }
    }
  }
}

/// read(2) under a name that the method `read` does not hide.
private func systemRead(_ descriptor: Int32, _ destination: UnsafeMutableRawPointer, _ count: Int) -> Int {
  read(descriptor, destination, count)
}

private func openForReading(_ path: String) -> Int32 { open(path, O_RDONLY | O_CLOEXEC) }
