import Testing

@testable import Protocols

@Suite("ClickHouse's blocks")
struct ClickHouseBlockTests {
  private typealias Bytes = ClickHouseBytes

  private static func longs(_ values: [UInt64]) -> [UInt8] { values.flatMap { Bytes.littleEndian($0, 8) } }

  /// A type, rows, and what they are on the wire.
  static let columns: [(String, Int, [UInt8])] = [
    ("UInt8", 3, [1, 2, 3]),
    ("DateTime64(3, 'Europe/Berlin')", 2, longs([1, 2])),
    ("Decimal(9, 2)", 1, [1, 0, 0, 0]),
    ("Decimal(38, 2)", 1, [UInt8](repeating: 1, count: 16)),
    ("FixedString(5)", 2, Array("abcdefghij".utf8)),
    ("Enum8('a' = 1, 'b, (c' = 2, 'it\\'s' = 3)", 2, [1, 2]),
    ("String", 2, Bytes.text("x") + Bytes.text("yz")),
    ("Nullable(String)", 2, [0, 1] + Bytes.text("x") + Bytes.text("")),
    ("Array(String)", 3, longs([1, 1, 3]) + Bytes.text("a") + Bytes.text("b") + Bytes.text("c")),
    ("Array(Array(UInt8))", 2, longs([1, 3]) + longs([2, 2, 4]) + [1, 2, 3, 4]),
    ("Array(Nullable(UInt16))", 1, longs([2]) + [0, 1] + [1, 0, 0, 0]),
    ("Tuple(a UInt8, `b c` String, Array(UInt8))", 2, [1, 2] + Bytes.text("x") + Bytes.text("y") + longs([1, 1]) + [9]),
    ("Map(String, UInt8)", 2, longs([1, 2]) + Bytes.text("k") + Bytes.text("l") + [1, 2]),
    ("Nested(a UInt8, b UInt16)", 1, longs([2]) + [1, 2] + [1, 0, 2, 0]),
    (
      "LowCardinality(Nullable(String))", 3,
      longs([1, 0x600, 3]) + Bytes.text("") + Bytes.text("") + Bytes.text("a") + longs([3]) + [2, 0, 2]
    ),
    ("Array(LowCardinality(String))", 2, longs([1]) + longs([0, 1]) + longs([0x600, 1]) + Bytes.text("z") + longs([1]) + [0]),
    ("Array(LowCardinality(String))", 1, longs([1]) + longs([0])),
    ("SimpleAggregateFunction(sum, UInt64)", 1, longs([7])),
    ("Polygon", 1, longs([1]) + longs([2]) + longs([1, 2]) + longs([3, 4])),
    ("IntervalSecond", 1, longs([7])),
    ("Nothing", 2, [0, 0]),
  ]

  private func walk(_ bytes: [UInt8], _ revision: Int) -> (String, Int) {
    var walker = ClickHouseBlockWalker.block(ClickHouseRevision(UInt64(revision)), isPacked: false)
    var offset = 0
    switch walker.advance(bytes.span.bytes, &offset) {
    case .done: return ("done", offset)
    case .starved: return ("starved", offset)
    case .skip(let count): return ("skip \(count)", offset)
    case .unsupported: return ("unsupported", offset)
    case .invalid(let reason): return ("invalid: \(reason)", offset)
    }
  }

  @Test("columns are stepped over as their types say", arguments: columns)
  func column(_ type: String, _ rows: Int, _ data: [UInt8]) {
    let block = Bytes.block(type, data, rows: rows)
    #expect(walk(block + [5, 5], 54_468) == ("done", block.count))
    let header = Bytes.block(type, [], rows: 0)
    #expect(walk(header + [5, 5], 54_468) == ("done", header.count))
  }

  @Test("since revision 54492 texts have their offsets before them, but not in dictionaries")
  func offsets() {
    let block = Bytes.block("String", Self.longs([1, 3]) + Array("xyz".utf8), rows: 2, revision: 54_492)
    #expect(walk(block + [5], 54_492) == ("done", block.count))
    let dictionary = Self.longs([1, 0x600, 1]) + Bytes.text("a") + Self.longs([2]) + [0, 0]
    let packed = Bytes.block("LowCardinality(String)", dictionary, rows: 2, revision: 54_492)
    #expect(walk(packed + [5], 54_492) == ("done", packed.count))
  }

  @Test("of sparse columns only what is no default is there")
  func sparse() {
    let end: [UInt8] = [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x40]
    // UInt32: 0, 0, 5, 0, 7, 0, 0.
    var block = Bytes.text("") + Bytes.blockInformation + [1, 7] + Bytes.text("c") + Bytes.text("UInt32") + [1, 1]
    block += [2, 1, 0x82] + end + [5, 0, 0, 0, 7, 0, 0, 0]
    #expect(walk(block + [5], 54_468) == ("done", block.count))
    // Nullable has no map of what is missing.
    block = Bytes.text("") + Bytes.blockInformation + [1, 3] + Bytes.text("c") + Bytes.text("Nullable(UInt8)") + [1, 1]
    block += [1, 0x81] + end + [9]
    #expect(walk(block + [5], 54_484) == ("done", block.count))
  }

  static let refused = [
    "JSON", "Dynamic", "Variant(UInt8, String)", "AggregateFunction(sum, UInt64)", "Array(JSON)", "Enum99('a' = 1)", "Map(String)", "",
    String(repeating: "Array(", count: 40) + "UInt8" + String(repeating: ")", count: 40),
  ]

  @Test("types whose values nobody can tell the length of are refused, when there are values", arguments: refused)
  func refusedTypes(_ type: String) {
    #expect(walk(Bytes.block(type, [1, 2, 3], rows: 1), 54_468).0 == "unsupported")
    let header = Bytes.block(type, [], rows: 0)
    #expect(walk(header, 54_468) == ("done", header.count))
  }

  @Test("a block that is cut goes on where it stopped, at every byte", arguments: columns)
  func cut(_ type: String, _ rows: Int, _ data: [UInt8]) {
    let block = Bytes.block(type, data, rows: rows)
    for cut in 0..<block.count {
      var walker = ClickHouseBlockWalker.block(ClickHouseRevision(54_468), isPacked: false)
      var offset = 0
      var skipped = 0
      switch walker.advance(Array(block[..<cut]).span.bytes, &offset) {
      case .skip(let count): skipped = count
      case .starved: break
      default: Issue.record("\(cut) bytes")
      }
      let rest = Array(block[min(block.count, offset + skipped)...])
      offset = 0
      guard case .done = walker.advance(rest.span.bytes, &offset) else {
        Issue.record("\(cut) bytes")
        continue
      }
      #expect(offset == rest.count)
    }
  }

  @Test("a packed block whose pieces are full goes on with the next one")
  func pieces() {
    func piece(_ unpacked: UInt64, _ content: [UInt8]) -> [UInt8] {
      [UInt8](repeating: 3, count: 16) + [0x82] + Bytes.littleEndian(UInt64(content.count + 9), 4) + Bytes.littleEndian(unpacked, 4)
        + content
    }
    let content = [UInt8](repeating: 0xaa, count: 40)
    var run = Bytes.connection(54_468)
    run.send(Bytes.query("SELECT a FROM t", 54_468, isCompressed: true), from: .client)
    let profile: [UInt8] = [6, 9, 1, 8, 0, 9, 1]
    run.send(
      [1] + Bytes.text("") + piece(1 << 20, content) + piece(1 << 20, content) + piece(77, content) + profile + Bytes.end, from: .server)
    run.send(Bytes.query("SELECT a FROM t", 54_468, isCompressed: true), from: .client)
    run.send([1] + Bytes.text("") + piece(1 << 20, content), from: .server)
    run.send(profile + Bytes.end, from: .server)
    let all = run.exchanges(.closed).dropFirst()
    #expect(all.map(\.response) == ["status=ok rows=9", "status=ok rows=9"])
    #expect(all.map(\.isComplete) == [true, true])
    #expect(run.anomalyCount == 0)
  }

  @Test("lengths that cannot be are refused")
  func impossible() {
    let head = Bytes.text("") + Bytes.blockInformation
    let huge: [UInt8] = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f]
    #expect(walk(head + [1] + huge, 54_468).0 == "invalid: a block of an impossible size")
    #expect(walk(head + huge + [1], 54_468).0 == "invalid: a block of an impossible size")
    let array = Bytes.block("Array(UInt8)", [UInt8](repeating: 0xff, count: 8), rows: 1)
    #expect(walk(array, 54_468).0 == "invalid: a list of an impossible length")
  }
}
