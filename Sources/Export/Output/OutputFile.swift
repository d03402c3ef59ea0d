#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// Bytes on their way to a file descriptor. Writers append to `bytes` and call `flushIfFull` between rows; nothing is
/// written before `flushByteCount` bytes have come together or `finish` is called.
package struct OutputFile: ~Copyable {
  /// Bytes that are collected before one write(2).
  package static let flushByteCount = 256 * 1024

  package var bytes: [UInt8] = []

  /// `nil` keeps everything in memory.
  private let descriptor: Int32?
  private let place: String
  private let ownsDescriptor: Bool
  /// The file that becomes `place` when it is complete.
  private var pending: PendingFile?

  /// Writes to an open descriptor that stays the caller's.
  package init(descriptor: Int32, place: String) {
    self.descriptor = descriptor
    self.place = place
    ownsDescriptor = false
    bytes.reserveCapacity(OutputFile.flushByteCount + 4096)
  }

  /// Collects everything in `bytes`.
  package init() {
    descriptor = nil
    place = "memory"
    ownsDescriptor = false
  }

  /// Creates or replaces a file that only its owner may read. It appears when `finish` is called, and not at all without that. What
  /// is there and no regular file, a device or a pipe, is written to as it is.
  package init(creating path: String) throws(ExportError) {
    place = path
    bytes.reserveCapacity(OutputFile.flushByteCount + 4096)
    if PendingFile.canReplace(path) {
      let file = try PendingFile(for: path)
      descriptor = file.descriptor
      ownsDescriptor = false
      pending = consume file
    } else {
      let opened = open(path, O_WRONLY | O_CLOEXEC)
      guard opened >= 0 else { throw .system(place: path, action: "open", errorNumber: errno) }
      descriptor = opened
      ownsDescriptor = true
    }
  }

  deinit {
    if ownsDescriptor, let descriptor { close(descriptor) }
  }

  @inline(__always)
  package mutating func flushIfFull() throws(ExportError) {
    if bytes.count >= OutputFile.flushByteCount { try flush() }
  }

  /// Writes what is left. To be called once at the end; without it the last bytes are lost.
  package mutating func finish() throws(ExportError) {
    try flush()
    try pending?.commit()
  }

  private mutating func flush() throws(ExportError) {
    guard let descriptor else { return }
    var failure: Int32 = 0
    bytes.withUnsafeBytes { raw in
      var offset = 0
      while offset < raw.count {
        let written = write(descriptor, raw.baseAddress! + offset, raw.count - offset)
        if written >= 0 {
          offset += written
        } else if errno == EAGAIN {
          // Standard output may be a descriptor that somebody else made non-blocking.
          var waiting = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
          _ = poll(&waiting, 1, -1)
        } else if errno != EINTR {
          failure = errno
          return
        }
      }
    }
    bytes.removeAll(keepingCapacity: true)
    guard failure == 0 else {
      if failure == EPIPE { throw .closedPipe }
      throw .system(place: place, action: "write", errorNumber: failure)
    }
  }
}
