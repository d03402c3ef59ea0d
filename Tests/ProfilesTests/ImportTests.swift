import Capture
@testable import Profiles
import Testing

@Suite struct ImportTests {
  @Test(
    "a folded line is frames and a number",
    arguments: [
      ("a;b;c 10", ["a", "b", "c"], 10), ("a 1", ["a"], 1), ("a b;c d 7", ["a b", "c d"], 7), ("a;;b 3", ["a", "b"], 3),
      ("a;b 2.75", ["a", "b"], 2),
      ("operator new(unsigned long);x 18446744073709551615", ["operator new(unsigned long)", "x"], UInt64.max),
    ])
  func foldedLine(line: String, frames: [String], value: UInt64) throws {
    let folded = try #require(FoldedLine(line[...]))
    #expect(folded.frames.map(String.init) == frames)
    #expect(folded.value == value)
  }

  @Test(
    "anything else is not a folded line",
    arguments: ["", " ", "a;b", "a;b ", "a;b -1", "a;b 1x", "10", " a;b 1", "# a 1", "; 1", "a 18446744073709551616", "a;b 1.x"])
  func notFolded(line: String) { #expect(FoldedLine(line[...]) == nil) }

  @Test("a headline of perf script is read in all its forms")
  func headlines() throws {
    func read(_ line: String) throws -> PerfScriptLine.Headline {
      guard case .sample(let headline) = PerfScriptLine(line[...]) else { throw Unexpected(line) }
      return headline
    }
    let full = try read("node 4242/4243 [001] 1234.567890:   10101010 cpu-clock: ")
    #expect(full == .init(command: "node", processID: 4242, threadID: 4243, processor: 1, period: 10_101_010, event: "cpu-clock"))
    let short = try read("swapper     0 1234.567890: cycles:ppp:")
    #expect(short == .init(command: "swapper", processID: 0, threadID: 0, processor: 0, event: "cycles:ppp"))
    let blanks = try read("tokio 2 worker 7  99/100 [003]  5.000001:     250000 task-clock:u: ")
    #expect(
      blanks == .init(command: "tokio 2 worker 7", processID: 99, threadID: 100, processor: 3, period: 250_000, event: "task-clock:u"))
    let inline = try read("a.out  5 [000] 1.5: 1 cycles:  ffffffff8100 do_idle+0x10 ([kernel.kallsyms])")
    #expect(inline.frame == .init(address: 0xffff_ffff_8100, name: "do_idle", module: "[kernel.kallsyms]"))
  }

  @Test(
    "a frame of perf script is address, name and module, whatever the name holds",
    arguments: [
      ("\t    7f3c8a1b2c3d foo+0x1d (/usr/lib/libfoo.so.1)", "foo", "/usr/lib/libfoo.so.1"),
      ("\tffffffff81234567 do_syscall_64+0x37 ([kernel.kallsyms])", "do_syscall_64", "[kernel.kallsyms]"),
      ("\t  55d0 operator()(int) const+0x0 (/tmp/a (deleted))", "operator()(int) const+0x0 (/tmp/a", "deleted)"),
      ("\t  55d0 std::f(a, b)+0xab (/opt/x)", "std::f(a, b)", "/opt/x"),
      ("\t  55d0 [unknown] ([unknown])", "", ""),
      ("ffffffffa0000000 nft_do_chain+0x1 ([nf_tables])", "nft_do_chain", "[nf_tables]"),
    ])
  func frames(line: String, name: String, module: String) throws {
    guard case .frame(let frame) = PerfScriptLine(line[...]) else { throw Unexpected(line) }
    if module == "deleted)" {
      // A path with parentheses is ambiguous; the name must be right all the same.
      #expect(frame.name.hasPrefix("operator()(int) const"))
    } else {
      #expect(frame.name == name)
      #expect(frame.module == module)
    }
  }

  @Test("folded text comes out as it went in")
  func foldedRoundTrip() {
    let text = """
      nginx;[t] nginx;main;[l] malloc;[k] do_page_fault 12
      nginx;[t] worker-1;main;[unknown] 7
      python3;[t] python3;[unknown] python3.11 1
      single;[t] single 5
      """
    let (collector, importer) = SampleCollector.importing(text)
    #expect(importer.format == .folded)
    #expect(importer.unreadableLineCount == 0)
    #expect(collector.folded == text.split(separator: "\n").map(String.init).sorted())
  }

  @Test("folded text without threads has the process as its thread, and equal stacks are added up")
  func plainFolded() {
    let (collector, importer) = SampleCollector.importing("# comment\n\na;b;c 1\nnonsense\na;b;c 2\n")
    #expect(collector.folded == ["a;[t] a;b;c 3"])
    #expect(importer.unreadableLineCount == 1)
    #expect(importer.sampleCount == 3)
  }

  @Test("perf script becomes stacks of threads, innermost last, with time where the event is a clock")
  func perfScript() {
    let text = """
      # ========
      node 4242/4243 [001] 1234.567890:   10101010 cpu-clock:
      \tffffffff81234567 do_syscall_64+0x37 ([kernel.kallsyms])
      \t    7f3c8a1b2c3d write+0x1d (/usr/lib/libc.so.6)
      \t        5566 main+0x20 (/usr/bin/node)

      node 4242/4242 [001] 1234.577890:   10101010 cpu-clock:
      \t        5566 main+0x21 (/usr/bin/node)
      \t        5577 JS:f (/tmp/perf-4242.map)

      """
    let (collector, importer) = SampleCollector.importing(text)
    #expect(importer.format == .perfScript)
    #expect(importer.unreadableLineCount == 0)
    #expect(collector.folded == ["node;[t] node;JS:f;main 10101", "node;[t] node;main;[l] write;[k] do_syscall_64 10101"])
    #expect(collector.samples.map(\.unit) == [.microseconds, .microseconds])
    #expect(collector.samples.map(\.threadID) == [4243, 4242])
    #expect(collector.frames.map(\.kind) == [.kernel, .library, .application, .generated])
  }

  @Test("events that are no clock count samples")
  func otherEvents() {
    let (collector, _) = SampleCollector.importing(
      "a 1 [000] 1.0: 99 cycles:\n\t 10 f+0x0 (/a)\n\na 1 [000] 1.0: 98 cycles:\n\t 10 f+0x0 (/a)\n")
    #expect(collector.folded == ["a;[t] a;f 2"])
    #expect(collector.samples.allSatisfy { $0.unit == .samples })
  }

  @Test("whatever the bytes, the importer ends, and counts what it does not understand", arguments: 0..<40)
  func hostile(seed: Int) {
    var generator = SeededGenerator(seed: UInt64(seed))
    var text = Array(
      "a 1/2 [000] 1.0: 99 cpu-clock:\n\t 10 f(g)+0x0 (/a.so)\n\nx;y;[k] z 10\nffffffff81 h+0x1 ([k])\n b;c 3\n".utf8)
    for _ in 0..<Int.random(in: 1...60, using: &generator) {
      let position = Int.random(in: 0..<text.count, using: &generator)
      switch Int.random(in: 0...2, using: &generator) {
      case 0: text[position] = UInt8.random(in: 0...255, using: &generator)
      case 1: text.insert(Array(" ;():+\n\t0".utf8).randomElement(using: &generator) ?? 0, at: position)
      default: text.remove(at: position)
      }
      if text.isEmpty { text = [0] }
    }
    var collector = SampleCollector()
    var importer = ProfileImporter()
    let lines = text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    for line in lines { importer.read(Array(line).span.bytes, into: &collector) }
    importer.finish(into: &collector)
    #expect(importer.unreadableLineCount <= UInt64(lines.count) + 1)
    #expect(UInt64(collector.samples.count) <= UInt64(lines.count))
    for line in collector.folded { #expect(FoldedLine(line[...]) != nil, "seed \(seed): \(line)") }
  }

  struct Unexpected: Error {
    var line: String
    init(_ line: String) { self.line = line }
  }
}
