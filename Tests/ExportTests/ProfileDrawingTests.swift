import Capture
import Profiles
import Testing

@testable import Export

@Suite struct ProfileDrawingTests {
  /// A profile of these folded lines.
  private func profile(_ lines: [String]) -> FoldedProfile {
    struct Collector: ObservationSink {
      var store = SampleStore()
      mutating func sample(_ sample: StackSample) { store.add(sample) }
      mutating func stack(_ stack: SampledStack) { store.add(stack) }
      mutating func frame(_ frame: StackFrame) { store.add(frame) }
    }
    var collector = Collector()
    var options = ProfileImporter.Options()
    options.unit = .microseconds
    var importer = ProfileImporter(options: options)
    for line in lines { importer.read(Array(line.utf8).span.bytes, into: &collector) }
    importer.finish(into: &collector)
    return collector.store.folded { _, _ in nil }
  }

  private func drawing(_ lines: [String]) -> String {
    let profile = profile(lines)
    var bytes: [UInt8] = []
    let tree = FlameTree(profile, chosen: Array(profile.stacks.indices))
    ProfileDrawing(title: "on-cpu profile", notes: ["a note"], tree).append(to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  private static let lines = [
    "nginx;[t] nginx;main;serve;[l] write;[k] tcp_sendmsg 600000", "nginx;[t] nginx;main;parse 300000",
    "node;[t] node;[unknown] node 100000",
  ]

  @Test("the drawing is the golden file, byte for byte")
  func golden() { Golden.check(Array(drawing(Self.lines).utf8), "profile.svg") }

  @Test(
    "the drawing is well-formed XML and loads nothing, whatever functions are called",
    arguments: [
      Self.lines, ["a;[t] b;</svg><script>alert(1)</script> 5"], ["a;\"' onload=x;&amp;]]> 5"], ["\u{202e};[t] \u{1b}[31m;\u{0} 5"],
    ])
  func wellFormed(lines: [String]) {
    let text = drawing(lines)
    #expect(XMLCheck.fault(in: text) == nil)
    for word in ["href", "url(", "@import", "src=", "fetch(", "XMLHttp", "innerHTML"] { #expect(!text.contains(word), "\(word)") }
    #expect(text.components(separatedBy: "<script").count == 2)
    #expect(text.components(separatedBy: "http").count == text.components(separatedBy: "http://www.w3.org/2000/svg").count)
  }

  @Test("every bar says its function, its parent and what it amounts to")
  func data() {
    let text = drawing(Self.lines)
    #expect(
      text.contains("data-name=\"[k] tcp_sendmsg\" data-kind=\"function\" data-parent=\"6\" data-total=\"600000\" data-self=\"600000\""))
    #expect(text.contains("<title>main 900 ms, 90.0 %</title>"))
    #expect(text.contains("data-name=\"all\" data-kind=\"root\" data-parent=\"0\" data-total=\"1000000\" data-self=\"0\""))
  }

  @Test("numbers of profiles read well")
  func numbers() {
    #expect(ProfileText.share(0.12345) == "12.3 %")
    #expect(ProfileText.value(1_320_000, .microseconds) == "1.32 s")
    #expect(ProfileText.value(4096, .bytes) == "4,096 bytes")
    #expect(ProfileText.value(1, .samples) == "1 sample")
  }
}
