import Capture
import Testing
import Transport

@Suite struct FlowTableTests {
  private func key(_ number: UInt32) -> FlowKey {
    FlowKey(
      source: Endpoint(address: IPAddress(v4: 0x0a00_0000 | number >> 4), port: UInt16(number & 15)),
      destination: Endpoint(address: IPAddress(v4: 0x0a01_0001), port: 80), ipProtocol: .tcp, observer: .interface(0))
  }

  /// The slot of a lookup that must insert.
  private func insert(_ number: UInt32, _ value: Int, into table: inout FlowTable<Int>) throws -> FlowSlot {
    guard case .inserted(let slot) = table.lookup(key(number), hash: key(number).tableHash, orInsert: { value }) else { throw Unexpected() }
    return slot
  }

  private struct Unexpected: Error {}

  private func time(_ nanoseconds: Int64) -> Timestamp { Timestamp(nanoseconds: nanoseconds) }

  @Test(
    "the table holds what a dictionary holds, under random insertions, removals, deadlines and growth", arguments: [1, 2, 3, 4] as [UInt64])
  func agreesWithDictionary(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    var table = FlowTable<Int>(limit: 1 << 16)
    var model: [UInt32: (value: Int, deadline: Int64)] = [:]
    var slots: [UInt32: FlowSlot] = [:]
    var now: Int64 = 0
    for step in 0..<8_000 {
      now += Int64.random(in: -3...5, using: &random)
      table.advance(to: time(now))
      let latest = table.now.nanoseconds
      let number = UInt32.random(in: 0..<3000, using: &random)
      if UInt8.random(in: 0..<4, using: &random) == 0 {
        guard let slot = slots[number], let known = model[number] else {
          let absent = table.slot(of: key(number)) == nil
          #expect(absent, "seed \(seed), step \(step)")
          continue
        }
        let value = table[slot]
        #expect(value == known.value, "seed \(seed), step \(step)")
        table.remove(slot)
        slots[number] = nil
        model[number] = nil
        continue
      }
      let deadline = latest + Int64.random(in: 0..<5000, using: &random)
      switch table.lookup(key(number), hash: key(number).tableHash, orInsert: { step }) {
      case .inserted(let slot):
        #expect(model[number] == nil, "seed \(seed), step \(step)")
        let value = table[slot]
        #expect(value == step)
        table.setDeadline(time(deadline), slot)
        model[number] = (step, deadline)
        slots[number] = slot
      case .found(let slot):
        let known = try #require(model[number])
        let value = table[slot]
        #expect(known.deadline >= latest && slots[number] == slot && value == known.value, "seed \(seed), step \(step)")
        table[slot] += 1
        table.setDeadline(time(deadline), slot)
        model[number] = (known.value + 1, deadline)
      case .expired(let slot):
        let known = try #require(model[number])
        #expect(known.deadline < latest && slots[number] == slot, "seed \(seed), step \(step)")
        let old = table[slot]
        #expect(old == known.value)
        table.remove(slot)
        slots[number] = try insert(number, step, into: &table)
        if let slot = slots[number] { table.setDeadline(time(deadline), slot) }
        model[number] = (step, deadline)
      case .full: Issue.record("the table is not full")
      }
      let count = table.count
      #expect(count == model.count)
    }
    for (number, known) in model {
      let found = table.slot(of: key(number))
      let slot = try #require(found)
      let value = table[slot]
      let foundKey = table.key(slot)
      #expect(value == known.value && foundKey == key(number))
    }
  }

  @Test("the sweep finds every expired flow once round, and no other")
  func sweeps() throws {
    var table = FlowTable<Int>()
    for number in 0..<1000 as Range<UInt32> {
      let slot = try insert(number, Int(number), into: &table)
      table.setDeadline(time(Int64(number)), slot)
    }
    table.advance(to: time(500))
    var swept: [Int] = []
    for _ in 0..<400 {
      while let slot = table.nextExpired(budget: 5) {
        swept.append(table[slot])
        table.remove(slot)
      }
    }
    #expect(swept.sorted() == Array(0..<500))
    let left = table.count
    #expect(left == 500)
  }

  @Test("a deadline counts from the latest time, so that a clock that jumped back expires nothing")
  func timeNeverRunsBackwards() throws {
    var table = FlowTable<Int>()
    table.advance(to: time(1_000_000))
    table.advance(to: time(5))
    let slot = try insert(1, 7, into: &table)
    table.setTimeout(nanoseconds: 10, slot)
    guard case .found = table.lookup(key(1), hash: key(1).tableHash, orInsert: { 8 }) else { throw Unexpected() }
    table.advance(to: time(1_000_010))
    let isEarly = table.isExpired(slot)
    #expect(!isEarly)
    table.advance(to: time(1_000_011))
    let isExpired = table.isExpired(slot)
    #expect(isExpired)
    guard case .expired(slot) = table.lookup(key(1), hash: key(1).tableHash, orInsert: { 8 }) else { throw Unexpected() }
  }

  @Test("a full table asks for the removal of an early deadline before it takes a new flow")
  func evicts() throws {
    var table = FlowTable<Int>(limit: 3)
    for number in 0..<3 as Range<UInt32> {
      let slot = try insert(number, Int(number), into: &table)
      table.setDeadline(time(number == 1 ? 10 : 20), slot)
    }
    guard case .full(let victim) = table.lookup(key(9), hash: key(9).tableHash, orInsert: { 9 }) else { throw Unexpected() }
    let evicted = table[victim]
    #expect(evicted == 1)
    table.remove(victim)
    _ = try insert(9, 9, into: &table)
    let count = table.count
    #expect(count == 3)
  }

  private final class Counted {
    let onRelease: () -> Void
    init(_ onRelease: @escaping () -> Void) { self.onRelease = onRelease }
    deinit { onRelease() }
  }

  @Test("every value is released once: removed, or with the table")
  func releasesValues() {
    var released = 0
    do {
      var table = FlowTable<Counted>()
      for number in 0..<600 as Range<UInt32> {
        _ = table.lookup(key(number), hash: key(number).tableHash, orInsert: { Counted { released += 1 } })
      }
      for number in 0..<100 as Range<UInt32> {
        if let slot = table.slot(of: key(number)) { table.remove(slot) }
      }
      #expect(released == 100)
    }
    #expect(released == 600)
  }
}
