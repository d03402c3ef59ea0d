import Glibc

/// Sizes of buffers in the kernel, chosen by the node.
enum NodeSize {
  /// Four seconds of 80,000 records a second (20,000 requests, seen at both ends) of 200 bytes: as long as a disk may stall.
  static let ringByteCount = 64 << 20
  /// The kernel's memory for the ring cannot be swapped; a small node gives at most this share of its own.
  static let smallestMemoryShare = 32
  /// For the packet buffers of all interfaces together, and of one.
  static let packetBufferByteCount = 128 << 20
  static let largestPacketBufferByteCount = 32 << 20
  static let smallestPacketBufferByteCount = 2 << 20

  /// A power of two and whole pages, as the ring demands.
  static func ringByteCount(wanted: Int?) -> Int {
    let pageByteCount = sysconf(Int32(_SC_PAGESIZE))
    var limit = wanted ?? ringByteCount
    if wanted == nil { limit = min(limit, sysconf(Int32(_SC_PHYS_PAGES)) / smallestMemoryShare * pageByteCount) }
    var size = pageByteCount
    while size * 2 <= min(limit, 1 << 30) { size *= 2 }
    return size
  }

  static func packetBufferByteCount(wanted: Int?, interfaceCount: Int) -> Int {
    wanted ?? min(largestPacketBufferByteCount, max(smallestPacketBufferByteCount, packetBufferByteCount / max(interfaceCount, 1)))
  }
}
