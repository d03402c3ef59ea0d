public import Capture

#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// Names an entry of a `FlowTable`. Valid until the entry is removed; afterwards the number is used again.
@usableFromInline package struct FlowSlot: Hashable, Sendable {
  @usableFromInline package var rawValue: UInt32
  @inlinable package init(rawValue: UInt32) { self.rawValue = rawValue }
}

/// What a lookup found.
@usableFromInline package enum FlowLookup: Sendable {
  /// The flow is in the table and alive.
  case found(FlowSlot)
  /// It was not there; it is now, with the value that was made for it.
  case inserted(FlowSlot)
  /// It is there, but its deadline has passed: the observation belongs to a new flow. The caller finishes the old one, removes
  /// it, and looks up again.
  case expired(FlowSlot)
  /// It was not there and the table is at its limit: the caller finishes and removes this entry, and looks up again.
  case full(evict: FlowSlot)
}

/// The live flows: from a `FlowKey` to a value of the caller's, held in place.
///
/// An index of open addressing (linear probing, backward-shift deletion) holds 32 bits of each hash and a slot number; keys and
/// deadlines lie in one line of cache each, values in blocks that never move. Slots, therefore, stay valid while the table
/// grows, and memory follows the largest number of flows that were alive at once. The hash is not keyed: the same capture takes
/// the same path everywhere.
///
/// Time is the latest one the caller has announced with `advance`; it never runs backwards. A flow is expired once time has
/// passed its deadline, whether the sweep has come by or not: `lookup` says so. What the caller makes of the flows does not
/// depend, therefore, on when it sweeps.
@usableFromInline package struct FlowTable<Value: ~Copyable>: ~Copyable {
  /// Entries when no other limit is given.
  package static var defaultLimit: Int { 1 << 20 }
  /// Entries that eviction compares; the one with the earliest deadline goes.
  package static var evictionCandidateCount: Int { 16 }

  @usableFromInline struct Head {
    @usableFromInline var key: FlowKey
    /// `Int64.min` marks a slot that holds no entry.
    @usableFromInline var deadline: Int64
    @usableFromInline var hash: UInt32
    /// The next free slot, while this one is free.
    @usableFromInline var nextFree: UInt32

    @inlinable init(key: FlowKey, deadline: Int64, hash: UInt32, nextFree: UInt32) {
      self.key = key
      self.deadline = deadline
      self.hash = hash
      self.nextFree = nextFree
    }
  }

  /// Hash in the high half, slot + 1 in the low half; 0 is free.
  @usableFromInline typealias Bucket = UInt64

  @inlinable static var blockShift: Int { 8 }
  @inlinable static var blockSize: Int { 1 << blockShift }
  private static var hugePageByteCount: Int { 2 << 20 }
  @inlinable static var noSlot: UInt32 { UInt32.max }

  @usableFromInline var buckets: UnsafeMutablePointer<Bucket>
  @usableFromInline var bucketMask: Int
  @usableFromInline var heads: UnsafeMutablePointer<Head>
  /// Blocks of `blockSize` values each; the first `headCapacity / blockSize` are there.
  @usableFromInline var blocks: UnsafeMutablePointer<UnsafeMutablePointer<Value>>
  @usableFromInline var headCapacity: Int
  /// Memory that blocks lie in: what one growth of the table has added.
  private var regions: [UnsafeMutableRawPointer] = []
  /// Slots ever used: those from here on have never held an entry.
  @usableFromInline var usedSlotCount = 0
  @usableFromInline var firstFree: UInt32
  @usableFromInline var sweepCursor = 0
  @usableFromInline var evictionCursor = 0
  /// No entry lies in a slot before this one.
  @usableFromInline var firstCursor = 0

  /// Entries in the table.
  @usableFromInline package internal(set) var count = 0
  @usableFromInline package let limit: Int
  @usableFromInline var latestTime = Timestamp(nanoseconds: Int64.min)

  /// - Parameter limit: entries before lookups of new flows ask for an eviction; at least 1.
  package init(limit: Int = FlowTable.defaultLimit) {
    precondition(limit >= 1 && limit < Int(UInt32.max) / 2, "a flow table holds between 1 and 2^31 flows")
    self.limit = limit
    bucketMask = 4 * FlowTable.blockSize - 1
    buckets = .allocate(capacity: bucketMask + 1)
    buckets.initialize(repeating: 0, count: bucketMask + 1)
    headCapacity = FlowTable.blockSize
    heads = .allocate(capacity: headCapacity)
    blocks = .allocate(capacity: 1)
    firstFree = FlowTable.noSlot
    allocateBlocks(0..<1)
  }

  /// The latest time announced.
  package var now: Timestamp { latestTime }

  deinit {
    for slot in 0..<usedSlotCount where heads[slot].deadline != Int64.min {
      (blocks[slot >> FlowTable.blockShift] + (slot & (FlowTable.blockSize - 1))).deinitialize(count: 1)
    }
    for region in regions { region.deallocate() }
    blocks.deallocate()
    heads.deallocate()
    buckets.deallocate()
  }

  /// Announces the time of an observation. Earlier times than the latest are ignored.
  @inlinable @inline(__always)
  package mutating func advance(to time: Timestamp) {
    if time > latestTime { latestTime = time }
  }

  /// Finds the flow of `key`, or inserts it with the value that `make` returns.
  ///
  /// A new entry has no deadline before the caller sets one.
  /// - Parameter hash: The key's `tableHash`.
  /// - Complexity: O(1) on average; amortised over growth.
  @inlinable @inline(__always)
  package mutating func lookup(_ key: FlowKey, hash: UInt32, orInsert make: () -> Value) -> FlowLookup {
    var bucket = Int(truncatingIfNeeded: hash) & bucketMask
    while true {
      let entry = buckets[bucket]
      if entry == 0 { break }
      if UInt32(truncatingIfNeeded: entry >> 32) == hash {
        let slot = Int(UInt32(truncatingIfNeeded: entry)) - 1
        if heads[slot].key == key {
          return heads[slot].deadline < latestTime.nanoseconds
            ? .expired(FlowSlot(rawValue: UInt32(slot))) : .found(FlowSlot(rawValue: UInt32(slot)))
        }
      }
      bucket = (bucket + 1) & bucketMask
    }
    if count >= limit { return .full(evict: victim()) }
    let slot = claim(key, hash, bucket)
    pointer(slot).initialize(to: make())
    return .inserted(FlowSlot(rawValue: UInt32(slot)))
  }

  /// Reads what lookups of these hashes will need, and does nothing with it. Flows are visited in no order, so that a lookup mostly
  /// waits for memory; the reads of this function do not depend on each other, and their waits overlap.
  ///
  /// - Parameters:
  ///   - byteCount: How much of a value, from its beginning, will be needed.
  ///   - hash: The hash of each position.
  /// - Returns: A number without meaning. It must be kept somewhere, or the reads are optimised away.
  @inlinable @inline(__always)
  package func prefetch(_ positions: Range<Int>, byteCount: Int, hash: (Int) -> UInt32) -> UInt64 {
    var slots = InlineArray<16, UInt32>(repeating: 0)
    let count = min(positions.count, 16)
    var sum: UInt64 = 0
    for index in 0..<count {
      let wanted = hash(positions.lowerBound + index)
      let home = Int(truncatingIfNeeded: wanted) & bucketMask
      var entry = buckets[home]
      // One that was pushed on stands near.
      if entry != 0, UInt32(truncatingIfNeeded: entry >> 32) != wanted { entry = buckets[(home + 1) & bucketMask] }
      slots[index] = UInt32(truncatingIfNeeded: entry)
    }
    for index in 0..<count where slots[index] != 0 {
      let slot = Int(slots[index]) - 1
      sum &+= UInt64(truncatingIfNeeded: heads[slot].deadline)
      let value = UnsafeRawPointer(pointer(slot))
      // Processors fetch lines in pairs.
      var offset = 0
      while offset < min(byteCount, MemoryLayout<Value>.size) {
        sum &+= UInt64(value.load(fromByteOffset: offset, as: UInt8.self))
        offset += 128
      }
    }
    return sum
  }

  /// The slot of `key`, expired or not.
  package func slot(of key: FlowKey) -> FlowSlot? {
    let hash = key.tableHash
    var bucket = Int(truncatingIfNeeded: hash) & bucketMask
    while buckets[bucket] != 0 {
      let entry = buckets[bucket]
      let slot = Int(UInt32(truncatingIfNeeded: entry)) - 1
      if UInt32(truncatingIfNeeded: entry >> 32) == hash, heads[slot].key == key { return FlowSlot(rawValue: UInt32(slot)) }
      bucket = (bucket + 1) & bucketMask
    }
    return nil
  }

  /// The value in place. An addressor, not a coroutine: reading a member must not copy the whole.
  package subscript(slot: FlowSlot) -> Value {
    @inlinable @inline(__always) unsafeAddress { UnsafePointer(pointer(checked(slot))) }
    @inlinable @inline(__always) unsafeMutableAddress { pointer(checked(slot)) }
  }

  /// Where the value lies until its flow is removed: values never move. For several accesses in a row, of which each would look first
  /// whether the slot is in use.
  @inlinable @inline(__always)
  package func address(of slot: FlowSlot) -> UnsafeMutablePointer<Value> { pointer(checked(slot)) }

  @inlinable @inline(__always)
  package func key(_ slot: FlowSlot) -> FlowKey { heads[checked(slot)].key }

  /// The flow is expired once the announced time is later than `deadline`.
  @inlinable @inline(__always)
  package mutating func setDeadline(_ deadline: Timestamp, _ slot: FlowSlot) {
    heads[checked(slot)].deadline = max(deadline.nanoseconds, Int64.min + 1)
  }

  /// Sets the deadline `timeout` nanoseconds after the announced time, so that a clock that jumped back cannot expire anything.
  @inlinable @inline(__always)
  package mutating func setTimeout(nanoseconds timeout: Int64, _ slot: FlowSlot) {
    let (deadline, overflowed) = latestTime.nanoseconds.addingReportingOverflow(timeout)
    heads[checked(slot)].deadline = overflowed ? Int64.max : max(deadline, Int64.min + 1)
  }

  package func isExpired(_ slot: FlowSlot) -> Bool { heads[checked(slot)].deadline < latestTime.nanoseconds }

  /// Takes a flow out of the table; its value ends where it is.
  @inlinable
  package mutating func remove(_ slot: FlowSlot) {
    let index = checked(slot)
    unlink(index)
    heads[index].deadline = Int64.min
    heads[index].nextFree = firstFree
    firstFree = slot.rawValue
    count -= 1
    pointer(index).deinitialize(count: 1)
  }

  /// Looks at the next `budget` slots in turn and returns the first expired flow among them. The caller finishes and removes
  /// it. Calling it with a small budget for every observation visits all flows at a constant cost for each.
  @inlinable
  package mutating func nextExpired(budget: Int) -> FlowSlot? {
    for _ in 0..<min(budget, usedSlotCount) {
      if sweepCursor >= usedSlotCount { sweepCursor = 0 }
      let slot = sweepCursor
      sweepCursor += 1
      let deadline = heads[slot].deadline
      if deadline != Int64.min, deadline < latestTime.nanoseconds { return FlowSlot(rawValue: UInt32(slot)) }
    }
    return nil
  }

  /// The flow in the lowest slot, for finishing all of them at the end: each is removed before the next is asked for.
  /// - Complexity: amortised O(1), as long as no flow is inserted in between.
  @inlinable
  package mutating func firstSlot() -> FlowSlot? {
    while firstCursor < usedSlotCount {
      if heads[firstCursor].deadline != Int64.min { return FlowSlot(rawValue: UInt32(firstCursor)) }
      firstCursor += 1
    }
    return nil
  }

  @inlinable @inline(__always)
  func pointer(_ slot: Int) -> UnsafeMutablePointer<Value> {
    blocks[slot >> FlowTable.blockShift] + (slot & (FlowTable.blockSize - 1))
  }

  @inlinable @inline(__always)
  func checked(_ slot: FlowSlot) -> Int {
    let index = Int(slot.rawValue)
    precondition(index < usedSlotCount && heads[index].deadline != Int64.min, "a flow slot is used only while its flow is in the table")
    return index
  }

  /// Takes a slot for a key that is not in the table and whose probe ended at the free `bucket`.
  @inlinable
  mutating func claim(_ key: FlowKey, _ hash: UInt32, _ bucket: Int) -> Int {
    let slot: Int
    if firstFree != FlowTable.noSlot {
      slot = Int(firstFree)
      firstFree = heads[slot].nextFree
    } else {
      if usedSlotCount == headCapacity { growHeads() }
      slot = usedSlotCount
      usedSlotCount += 1
    }
    firstCursor = min(firstCursor, slot)
    (heads + slot).initialize(to: Head(key: key, deadline: Int64.max, hash: hash, nextFree: FlowTable.noSlot))
    count += 1
    buckets[bucket] = UInt64(hash) << 32 | UInt64(slot + 1)
    // At most half full, so that probes stay short.
    if count * 2 > bucketMask { growBuckets() }
    return slot
  }

  /// Among the next used slots, the flow that would expire first.
  @usableFromInline
  mutating func victim() -> FlowSlot {
    var best: Int?
    var seen = 0
    // The table is full, so that a whole round meets an entry.
    for _ in 0..<usedSlotCount {
      if evictionCursor >= usedSlotCount { evictionCursor = 0 }
      let slot = evictionCursor
      evictionCursor += 1
      guard heads[slot].deadline != Int64.min else { continue }
      if best.map({ heads[slot].deadline < heads[$0].deadline }) ?? true { best = slot }
      seen += 1
      if seen == FlowTable.evictionCandidateCount { break }
    }
    guard let best else { preconditionFailure("a full flow table has an entry") }
    return FlowSlot(rawValue: UInt32(best))
  }

  /// Removes the bucket of a slot, and moves the entries behind it back over the hole.
  @inlinable
  mutating func unlink(_ slot: Int) {
    var hole = Int(truncatingIfNeeded: heads[slot].hash) & bucketMask
    while Int(UInt32(truncatingIfNeeded: buckets[hole])) - 1 != slot { hole = (hole + 1) & bucketMask }
    var next = (hole + 1) & bucketMask
    while buckets[next] != 0 {
      let home = Int(truncatingIfNeeded: buckets[next] >> 32) & bucketMask
      // The entry may move when the hole lies between its home and where it is.
      if (next - home) & bucketMask >= (next - hole) & bucketMask {
        buckets[hole] = buckets[next]
        hole = next
      }
      next = (next + 1) & bucketMask
    }
    buckets[hole] = 0
  }

  @usableFromInline
  mutating func growBuckets() {
    let oldBuckets = buckets
    let oldCount = bucketMask + 1
    bucketMask = oldCount * 2 - 1
    buckets = .allocate(capacity: oldCount * 2)
    buckets.initialize(repeating: 0, count: oldCount * 2)
    for index in 0..<oldCount where oldBuckets[index] != 0 {
      var bucket = Int(truncatingIfNeeded: oldBuckets[index] >> 32) & bucketMask
      while buckets[bucket] != 0 { bucket = (bucket + 1) & bucketMask }
      buckets[bucket] = oldBuckets[index]
    }
    oldBuckets.deallocate()
  }

  @usableFromInline
  mutating func growHeads() {
    let blockCount = headCapacity >> FlowTable.blockShift
    let newBlockCount = blockCount * 2
    let newHeads = UnsafeMutablePointer<Head>.allocate(capacity: newBlockCount << FlowTable.blockShift)
    newHeads.moveInitialize(from: heads, count: usedSlotCount)
    heads.deallocate()
    heads = newHeads
    let newBlocks = UnsafeMutablePointer<UnsafeMutablePointer<Value>>.allocate(capacity: newBlockCount)
    newBlocks.moveInitialize(from: blocks, count: blockCount)
    blocks.deallocate()
    blocks = newBlocks
    headCapacity = newBlockCount << FlowTable.blockShift
    allocateBlocks(blockCount..<newBlockCount)
  }

  /// Gives memory to blocks. Flows are visited in no order, so that each of their lines may lie in another page: huge pages, where the
  /// system has them, spare the search for most of these.
  private mutating func allocateBlocks(_ range: Range<Int>) {
    let blockByteCount = FlowTable.blockSize * MemoryLayout<Value>.stride
    let byteCount = range.count * blockByteCount
    let isLarge = byteCount >= FlowTable.hugePageByteCount
    let region = UnsafeMutableRawPointer.allocate(
      byteCount: byteCount, alignment: isLarge ? FlowTable.hugePageByteCount : max(16, MemoryLayout<Value>.alignment))
    if isLarge { madvise(region, byteCount, MADV_HUGEPAGE) }
    regions.append(region)
    for (position, block) in range.enumerated() {
      (blocks + block).initialize(
        to: (region + position * blockByteCount).bindMemory(to: Value.self, capacity: FlowTable.blockSize))
    }
  }
}
