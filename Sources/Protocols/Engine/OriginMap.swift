import Capture
import Transport

/// Which chunk each byte of a buffer came from: the first chunk in place, further ones only while an incomplete message waits.
struct OriginMap: Sendable {
  private struct Mark: Sendable {
    var offset: Int
    var origin: ChunkOrigin
  }

  private var first: ChunkOrigin
  /// Offset of the buffer's first byte in the first chunk.
  private var firstOffset = 0
  private var later: [Mark] = []

  init(_ origin: ChunkOrigin) { first = origin }

  /// The chunk of the byte at `offset`; its sequence number is that of this byte.
  func origin(at offset: Int) -> ChunkOrigin {
    var found = first
    var start = -firstOffset
    // Newest first: most questions are about the end of the buffer.
    for mark in later.reversed() where mark.offset <= offset {
      found = mark.origin
      start = mark.offset
      break
    }
    found.tcpSequence = found.tcpSequence.map { $0 &+ UInt32(truncatingIfNeeded: offset - start) }
    return found
  }

  mutating func append(_ origin: ChunkOrigin, at offset: Int) {
    later.append(Mark(offset: offset, origin: origin))
  }

  /// Forgets the first `count` bytes of the buffer.
  mutating func dropFirst(_ count: Int) {
    var taken = 0
    while taken < later.count, later[taken].offset <= count { taken += 1 }
    if taken > 0 {
      first = later[taken - 1].origin
      firstOffset = count - later[taken - 1].offset
      later.removeFirst(taken)
    } else {
      firstOffset += count
    }
    for index in later.indices { later[index].offset -= count }
  }
}
