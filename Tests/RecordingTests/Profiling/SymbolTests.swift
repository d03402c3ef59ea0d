import CDeepFlow
import Capture
import Glibc
import Testing

@testable import Recording

@Suite struct SymbolTests {
  @Test("a symbol covers its bytes and no more; one without a size reaches to the next")
  func lookup() {
    let names = Array("outer\0inner\0asm\0alias\0".utf8)
    let table = SymbolTable(
      [
        .init(address: 100, byteCount: 50, name: 0, rank: 4), .init(address: 120, byteCount: 10, name: 6, rank: 4),
        .init(address: 200, byteCount: 0, name: 12, rank: 0), .init(address: 100, byteCount: 50, name: 16, rank: 1),
        .init(address: 300, byteCount: 5, name: 999, rank: 0),
      ], names: names)
    #expect(table.name(at: 99) == nil)
    #expect(table.name(at: 100) == "outer")
    #expect(table.name(at: 119) == "outer")
    #expect(table.name(at: 125) == "inner")
    #expect(table.name(at: 149) == "outer")
    #expect(table.name(at: 150) == nil)
    #expect(table.name(at: 299) == "asm")
    #expect(table.name(at: 301) == nil)
  }

  @Test("kallsyms gives functions by address; data and hidden addresses are left out")
  func kernel() {
    let text = """
      ffffffff81000000 T _stext
      ffffffff81000100 t do_thing\t[module]
      ffffffff81000180 D some_data
      ffffffff81000200 W weak_one [nf_tables]
      """
    let table = KernelSymbols.table(Array(text.utf8)[...])
    #expect(table?.count == 3)
    #expect(table?.name(at: 0xffff_ffff_8100_00ff) == "_stext")
    #expect(table?.name(at: 0xffff_ffff_8100_0190) == "do_thing")
    #expect(table?.name(at: 0xffff_ffff_8100_0200) == "weak_one")
    #expect(KernelSymbols.table(Array("0000000000000000 T a\n0000000000000000 t b\n".utf8)[...]) == nil)
  }

  @Test("of code made at one address the latest counts, and lines that are no entry are passed over")
  func generatedCode() {
    let map = GeneratedCodeMap(text: "1000 100 first\n2000 10 other name\nnonsense\n1080 20 second\n0x3000 0x10 prefixed\nunfinished 1")
    #expect(map.name(at: 0x1000) == "first")
    #expect(map.name(at: 0x1085) == "second")
    #expect(map.name(at: 0x10a0) == "first")
    #expect(map.name(at: 0x1100) == nil)
    #expect(map.name(at: 0x200f) == "other name")
    #expect(map.name(at: 0x300f) == "prefixed")
    #expect(map.name(at: 0) == nil)
  }

  @Test("a map of generated code is read while it grows, and not through a link")
  func growing() {
    let path = "/tmp/deepflow-map-test-\(getpid())"
    let link = path + "-link"
    defer {
      unlink(path)
      unlink(link)
    }
    func append(_ text: String) {
      guard let file = fopen(path, "a") else { return }
      fputs(text, file)
      fclose(file)
    }
    var map = GeneratedCodeMap()
    append("1000 10 one\n20")
    let found = map.update(paths: ["/nonexistent", path])
    #expect(found)
    #expect(map.name(at: 0x1001) == "one")
    #expect(map.name(at: 0x2000) == nil)
    let foundNothing = !map.update(paths: [path])
    #expect(foundNothing)
    append("00 10 two\n")
    let foundMore = map.update(paths: [path])
    #expect(foundMore)
    #expect(map.name(at: 0x2000) == "two")
    symlink(path, link)
    var other = GeneratedCodeMap()
    let followed = other.update(paths: [link])
    #expect(!followed)
  }

  @Test(
    "mangled names become readable, others stay",
    arguments: [
      ("_ZN3foo3barEi", "foo::bar(int)"), ("$s4main5helloyyF", "main.hello() -> ()"), ("main", "main"), ("_Znonsense", "_Znonsense"),
      ("$snonsense", "$snonsense"), ("", ""),
    ])
  func names(mangled: String, readable: String) { #expect(SymbolName.readable(mangled) == readable) }

  @Test("a program's own file gives its functions, its build identifier and its addresses")
  func ownFile() throws {
    let descriptor = open("/proc/self/exe", O_RDONLY)
    defer { close(descriptor) }
    let file = try #require(ELFFile(descriptor: descriptor))
    #expect(file.symbols != nil)
    #expect(!file.segments.isEmpty)
    let first = try #require(file.segments.first)
    #expect(file.address(ofFileOffset: first.fileOffset) == first.address)
    #expect(file.address(ofFileOffset: .max) == nil)
  }

  @Test("what is no ELF file, or a cut one, is none, and does not trap", arguments: [0, 1, 16, 52, 64, 100, 1000, 4096, 100_000])
  func hostileFile(byteCount: Int) {
    let path = "/tmp/deepflow-elf-test-\(getpid())-\(byteCount)"
    defer { unlink(path) }
    var bytes = ProcessFiles.bytes("/proc/self/exe", limit: max(byteCount, 1)) ?? []
    bytes.removeLast(bytes.count - min(byteCount, bytes.count))
    for round in 0..<20 {
      // The first round is the cut file itself, the others have a few bytes changed.
      var changed = bytes
      for step in 0..<round where !changed.isEmpty {
        changed[(round * 7919 + step * 104_729) % changed.count] ^= UInt8(truncatingIfNeeded: round * 37 + step)
      }
      guard let file = fopen(path, "w") else { continue }
      _ = fwrite(changed, 1, changed.count, file)
      fclose(file)
      let descriptor = open(path, O_RDONLY)
      let read = ELFFile(descriptor: descriptor)
      close(descriptor)
      if byteCount < 16 { #expect(read == nil) }
      _ = read?.symbols?.name(at: 0x1000)
    }
  }

  @Test("the vDSO is read from memory")
  func vdso() {
    let file = ModuleFiles.readVDSO()
    guard MemoryMap.read(processID: UInt32(getpid()))?.regions.contains(where: { $0.path == "[vdso]" }) == true else { return }
    #expect((file?.symbols?.count ?? 0) > 0)
  }
}

@Suite struct StackSampleRecordTests {
  private func bytes(kernel: [UInt64], user: [UInt64], kind: UInt8 = UInt8(DF_KIND_STACK_SAMPLE.rawValue)) -> [UInt8] {
    var header = df_stack_sample()
    header.kind = kind
    header.kernel_frames = UInt8(kernel.count)
    header.user_frames = UInt8(user.count)
    header.time_ns = 123
    header.process_id = 4
    header.thread_id = 5
    header.processor = 6
    withUnsafeMutableBytes(of: &header.command) { $0.copyBytes(from: "worker".utf8) }
    var bytes = withUnsafeBytes(of: header) { Array($0) }
    for address in kernel + user { withUnsafeBytes(of: address) { bytes += Array($0) } }
    return bytes
  }

  @Test("a record is header and addresses, the kernel's first")
  func record() throws {
    let whole = bytes(kernel: [1, 2], user: [3, 4, 5])
    let parsed = StackSampleRecord(whole.span.bytes)
    let record = try #require(parsed)
    #expect(record.kernelAddresses == [1, 2])
    #expect(record.userAddresses == [3, 4, 5])
    #expect(record.timeNanoseconds == 123)
    #expect((record.processID, record.threadID, record.processor) == (4, 5, 6))
    #expect(record.command.description == "worker")
  }

  @Test("a record of another kind or cut short is none")
  func others() {
    var wrong = bytes(kernel: [], user: [], kind: 1)
    let other = StackSampleRecord(wrong.span.bytes)
    #expect(other == nil)
    let whole = bytes(kernel: [1], user: [2])
    for count in 0..<whole.count {
      wrong = Array(whole[0..<count])
      let cut = StackSampleRecord(wrong.span.bytes)
      #expect(cut == nil)
    }
  }

  @Test(
    "a stack is complete when it reaches where threads begin",
    arguments: [
      ([("main", "/bin/a"), ("__libc_start_call_main", "/lib/libc.so.6")], true),
      ([("f", "/bin/a"), ("main", "/bin/a"), ("", "/lib/x86_64-linux-gnu/libc.so.6")], true), ([("memcpy", "/lib/libc.so.6")], false),
      ([("f", "/bin/a"), ("main", "/bin/a")], false), ([("f", "/bin/a"), ("_start", "/bin/a")], true), ([], true),
      ([("runtime.mallocgc", "/bin/go"), ("runtime.goexit.abi0", "/bin/go")], true),
    ])
  func completeness(frames: [(String, String)], isComplete: Bool) {
    let stack = frames.map { StackFrame(id: 0, kind: .application, name: $0.0, module: $0.1) }
    #expect(StackCompleteness.reachesThreadStart(stack) == isComplete)
  }
}
