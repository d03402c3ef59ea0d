import Wire

/// Blocks on their way to a file: each is put in whole, so that whatever is written ends with a whole block.
struct BlockBuffer: ~Copyable {
  private let base: UnsafeMutableRawPointer
  let capacity: Int
  private(set) var count = 0

  init(capacity: Int) {
    self.capacity = capacity
    base = .allocate(byteCount: capacity, alignment: 16)
  }

  deinit { base.deallocate() }

  var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: base, count: count) }

  /// Where a block of at most `byteCount` bytes can be built; `commit` makes it part of the buffer.
  func room(for byteCount: Int) -> UnsafeMutableRawPointer {
    precondition(byteCount <= capacity - count, "the caller has made room")
    return base + count
  }

  mutating func commit(_ byteCount: Int) {
    precondition(byteCount <= capacity - count, "a block stays inside the room it was given")
    count += byteCount
  }

  mutating func removeAll() { count = 0 }

  /// Offset behind the last whole block in the first `limit` bytes. Everything in the buffer is our own, hence well-formed.
  func lastBoundary(before limit: Int) -> Int {
    var boundary = 0
    while boundary < count {
      let next = boundary + length(at: boundary)
      if next > limit { break }
      boundary = next
    }
    return boundary
  }

  /// The length of the block at `offset`.
  func length(at offset: Int) -> Int { Int(UInt32(littleEndian: base.load(fromByteOffset: offset + 4, as: UInt32.self))) }

  /// The type of the block at `offset`.
  func type(at offset: Int) -> UInt32 { UInt32(littleEndian: base.load(fromByteOffset: offset, as: UInt32.self)) }
}

/// Stores of unaligned little-endian integers while a block is built.
extension UnsafeMutableRawPointer {
  @inline(__always)
  func storeLittleEndian<T: FixedWidthInteger & BitwiseCopyable>(_ value: T, at offset: Int) {
    storeBytes(of: value.littleEndian, toByteOffset: offset, as: T.self)
  }
}
