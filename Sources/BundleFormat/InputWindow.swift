/// A window that slides over the bytes of an input: what was read and not yet consumed lies in one piece, so that a packet or a
/// block is a plain range of it.
struct InputWindow: ~Copyable {
  /// Bytes asked of the system at a time.
  static let chunkByteCount = 512 * 1024

  private var source: InputSource
  private(set) var base: UnsafeMutableRawPointer
  private var capacity: Int
  /// The unconsumed bytes are `base[start ..< end]`.
  private(set) var start = 0
  private(set) var end = 0
  /// Offset in the (decompressed) input of `base[0]`.
  private var offsetOfBase: UInt64 = 0
  /// Is told how far the input was read, now and then.
  var progress: ((InputProgress) -> Void)?

  init(source: consuming InputSource) {
    self.source = source
    capacity = InputWindow.chunkByteCount
    base = .allocate(byteCount: capacity, alignment: 16)
  }

  deinit { base.deallocate() }

  var path: String { source.path }
  var compression: InputSource.Compression { source.compression }
  var flaw: InputSource.Flaw? { source.flaw }
  var available: Int { end - start }

  /// Offset of the first unconsumed byte in the (decompressed) input.
  var offset: UInt64 { offsetOfBase + UInt64(start) }

  /// Everything up to `position` in the window is used up.
  mutating func consume(upTo position: Int) {
    precondition(position >= start && position <= end, "only bytes of the window can be consumed")
    start = position
  }

  /// Reads until at least `count` bytes are in the window; `false` when the input ends before. `count` is checked against a limit
  /// by the caller: the window grows to it.
  mutating func fill(atLeast count: Int) throws(BundleError) -> Bool {
    while available < count {
      if start > 0 {
        // What is left is less than one packet or block, so that this moves little.
        base.copyMemory(from: base + start, byteCount: end - start)
        offsetOfBase += UInt64(start)
        end -= start
        start = 0
      }
      if count > capacity { grow(to: count) }
      let received = try source.read(into: base + end, capacity: capacity - end)
      if received == 0 { return false }
      end += received
      if let progress {
        progress(InputProgress(path: path, readByteCount: source.readByteCount, fileByteCount: source.fileByteCount))
      }
    }
    return true
  }

  private mutating func grow(to count: Int) {
    var larger = capacity
    while larger < count { larger *= 2 }
    let moved = UnsafeMutableRawPointer.allocate(byteCount: larger, alignment: 16)
    moved.copyMemory(from: base, byteCount: end)
    base.deallocate()
    base = moved
    capacity = larger
  }
}
