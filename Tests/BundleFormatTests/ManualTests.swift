import BundleFormat
import Capture
import Testing
import Wire

/// Holds man/deepflow-bundle.5, Sources/CDeepFlow/include/df_event.h and the code together.
@Suite struct ManualTests {
  struct Field: Hashable, CustomStringConvertible {
    var offset: Int
    var size: Int
    var name: String

    var description: String { "\(name) at \(offset), \(size) bytes" }
  }

  static let root = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3).joined(separator: "/")

  static func lines(of path: String) -> [Substring] {
    String(decoding: TemporaryFile.contents("\(root)/\(path)"), as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
  }

  /// The rows `.It OFFSET Ta BYTES Ta FIELD Ta …` below `.Ss heading`; fields without a fixed offset are left out.
  static func table(_ heading: String) -> [Field] {
    let lines = lines(of: "man/deepflow-bundle.5")
    guard let start = lines.firstIndex(of: ".Ss \(heading)") else { return [] }
    var fields: [Field] = []
    for line in lines[(start + 1)...] {
      if line.hasPrefix(".Ss") || line.hasPrefix(".Sh") { break }
      // The end of the first table.
      if line == ".El", !fields.isEmpty { break }
      guard line.hasPrefix(".It ") else { continue }
      let cells = line.dropFirst(4).split(separator: "Ta", omittingEmptySubsequences: false)
        .map { $0.split(separator: " ").joined(separator: " ") }
      guard cells.count >= 3, let offset = Int(cells[0]), let size = Int(cells[1]) else { continue }
      fields.append(Field(offset: offset, size: size, name: cells[2]))
    }
    return fields
  }

  @Test("the header of a bundle block is where the manual says")
  func blockHeader() {
    let offsets = [
      ("magic", BundleBlock.Offset.magic), ("kind", BundleBlock.Offset.kind), ("version", BundleBlock.Offset.version),
      ("record_count", BundleBlock.Offset.recordCount), ("flags", BundleBlock.Offset.flags),
      ("stored_byte_count", BundleBlock.Offset.storedByteCount), ("payload_byte_count", BundleBlock.Offset.payloadByteCount),
      ("checksum", BundleBlock.Offset.checksum), ("payload", BundleBlock.headerByteCount),
    ]
    let table = Self.table("Bundle blocks")
    #expect(table.map(\.name) == offsets.map(\.0))
    #expect(table.map(\.offset) == offsets.map(\.1))
    expectContiguous(table, byteCount: BundleBlock.headerByteCount)
    let text = Self.lines(of: "man/deepflow-bundle.5").joined(separator: "\n")
    #expect(text.contains(".Li 0x\(String(BundleBlock.type, radix: 16))\n"))
    for kind in BundleBlock.Kind.allCases { #expect(text.contains(".It \(kind.rawValue) Ta \(kind.name) Ta ")) }
  }

  @Test("struct df_event, the manual and the code agree on every offset")
  func kernelRecord() throws {
    var offset = 0
    var fields: [Field] = []
    let lines = Self.lines(of: "Sources/CDeepFlow/include/df_event.h")
    let start = try #require(lines.firstIndex(of: "struct df_event {"))
    let sizes = ["__df_u8": 1, "__df_u16": 2, "__df_u32": 4, "__df_s32": 4, "__df_u64": 8, "char": 1]
    for line in lines[(start + 1)...] {
      if line == "};" { break }
      let words = line.split(separator: ";")[0].split { $0 == " " || $0 == "\t" || $0 == "[" || $0 == "]" }
      let element = try #require(sizes[String(words[0])])
      let count = words.count > 2 ? try #require(words[2] == "DF_COMMAND_BYTES" ? 16 : Int(words[2])) : 1
      #expect(offset % element == 0, "\(words[1]) is aligned without padding")
      fields.append(Field(offset: offset, size: element * count, name: String(words[1])))
      offset += element * count
    }
    #expect(offset == KernelRecord.headerByteCount)
    #expect(Self.table("Socket events") == fields)
    let offsets = [
      KernelRecord.Offset.recordByteCount, KernelRecord.Offset.kind, KernelRecord.Offset.systemCall, KernelRecord.Offset.direction,
      KernelRecord.Offset.ipProtocol, KernelRecord.Offset.enterTime, KernelRecord.Offset.exitTime, KernelRecord.Offset.processID,
      KernelRecord.Offset.threadID, KernelRecord.Offset.command, KernelRecord.Offset.socketID, KernelRecord.Offset.cgroupID,
      KernelRecord.Offset.localAddress, KernelRecord.Offset.remoteAddress, KernelRecord.Offset.localPort,
      KernelRecord.Offset.remotePort, KernelRecord.Offset.tcpSequence, KernelRecord.Offset.byteCount,
      KernelRecord.Offset.capturedByteCount, KernelRecord.Offset.fileDescriptor, KernelRecord.Offset.errorNumber,
      KernelRecord.Offset.networkNamespace, KernelRecord.Offset.flags, KernelRecord.Offset.oldState, KernelRecord.Offset.newState,
    ]
    #expect(fields.map(\.offset) == offsets)
  }

  @Test("the fields of every record lie where the manual says")
  func records() throws {
    let bytes = try SampleBundle.bytes(compressesSocketEvents: false)
    let expected: [(String, BundleBlock.Kind, [String: Int64])] = [
      (
        "Processes", .processes,
        [
          "kind": 1, "flags": 1, "time": 1, "process_id": 811, "thread_id": 812, "parent_process_id": 1,
          "start_time": 77, "cgroup_id": 99,
        ]
      ),
      (
        "Clock snapshots", .clocks,
        [
          "record_bytes": 32, "monotonic": 5_000_000_000, "boot_time": 6_000_000_000,
          "real_time": 1_700_000_001_000_000_000,
        ]
      ),
      ("Losses", .losses, ["source": 1, "cause": 1, "time": 9, "count": 12]),
      (
        "Recording information", .information,
        [
          "processor_count": 2, "start_time": 1_700_000_000_000_000_000,
          "payload_byte_limit": 4096,
        ]
      ),
      (
        "Stack samples", .samples,
        [
          "record_bytes": 64, "event_type": 1, "unit": 1, "flags": 1, "time": 5_000_300_000, "process_id": 811, "thread_id": 812,
          "processor": 3, "stack_id": 1, "value": 10_101, "sample_count": 1,
        ]
      ),
      ("Stacks", .stacks, ["record_bytes": 20, "flags": 6, "frame_count": 2, "stack_id": 1]),
      ("Symbols", .symbols, ["kind": 3, "symbol_id": 0, "address": 0x7fff_0000_1234, "module_address": 0x1234]),
      ("End", .end, ["entry_count": 12, "time": 1_700_000_003_000_000_000, "packet_count": 2, "socket_event_count": 3]),
    ]
    for (heading, kind, values) in expected {
      let table = Self.table(heading)
      let payload = try #require(storedPayload(of: kind, in: bytes))
      expectContiguous(table, byteCount: nil)
      for (name, value) in values.sorted(by: { $0.key < $1.key }) {
        let field = try #require(table.first { $0.name == name }, "\(heading) has \(name)")
        let stored = payload[field.offset..<field.offset + field.size].reversed().reduce(0 as Int64) { $0 << 8 | Int64($1) }
        #expect(stored == value, "\(heading): \(field)")
      }
      let reserved = table.filter { $0.name == "reserved" }
      #expect(reserved.allSatisfy { payload[$0.offset..<$0.offset + $0.size].allSatisfy { $0 == 0 } })
    }
  }

  private func expectContiguous(_ table: [Field], byteCount: Int?) {
    var offset = 0
    for field in table {
      #expect(field.offset == offset, "\(field)")
      offset += field.size
    }
    #expect(offset > 0)
    if let byteCount { #expect(offset == byteCount) }
  }

  /// The payload of the first block of a kind.
  private func storedPayload(of kind: BundleBlock.Kind, in bytes: [UInt8]) -> [UInt8]? {
    var offset = 0
    let span = bytes.span.bytes
    while let type = span.littleEndian32(at: offset), let length = span.littleEndian32(at: offset + 4) {
      let body = offset + 8
      if type == BundleBlock.type, span.littleEndian16(at: body + 8) == kind.rawValue,
        let stored = span.littleEndian32(at: body + 20)
      {
        return Array(bytes[body + 32..<body + 32 + Int(stored)])
      }
      offset += Int(length)
    }
    return nil
  }
}
