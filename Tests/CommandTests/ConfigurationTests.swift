import Glibc
import Testing

@Suite("Configuration on the command line")
struct ConfigurationTests {
  private static let capture = Program.fixture("http/nginx-keep-alive.pcap")

  /// Runs a command with a configuration file that holds `text`.
  private func run(_ arguments: [String], _ text: String) -> (outcome: Program.Outcome, path: String) {
    var template = Array("/tmp/deepflow-config-test.XXXXXX".utf8CString)
    let descriptor = mkstemp(&template)
    let path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    _ = text.withCString { write(descriptor, $0, strlen($0)) }
    close(descriptor)
    defer { unlink(path) }
    return (Program.run(arguments + ["--config", path]), path)
  }

  @Test("the file says what an endpoint is, and a flag goes before it")
  func endpoints() {
    let text = "processors: {request_log: {tag_extraction: {http_endpoint: {match_rules: [{url_prefix: /, keep_segments: 0}]}}}}\n"
    let fields = ["requests", Self.capture, "--format", "csv", "--fields", "endpoint"]
    let none = run(fields, text).outcome
    #expect(none.status == 0 && none.errors == "")
    #expect(none.output.split(separator: "\n").dropFirst().allSatisfy { !$0.contains("/") })
    let flag = run(fields + ["--endpoint-rule", "/=1"], text).outcome
    #expect(flag.output.split(separator: "\n").contains { $0.hasPrefix("/") })
  }

  @Test("keys without a use are named on standard error, and change nothing")
  func unusedKeys() {
    let plain = Program.run(["requests", Self.capture, "--json"])
    let (outcome, path) = run(["requests", Self.capture, "--json"], "global:\n  limits:\n    max_memory: 768\n")
    #expect(outcome.output == plain.output)
    #expect(outcome.errors == "deepflow: \(path): passed over, because an analysis has no use for it: global.limits.max_memory\n")
  }

  @Test("a mistake is one line with its place, before anything is read, and status 1")
  func mistakes() {
    let (outcome, path) = run(["analyze", "/nonexistent.pcap"], "\nprocesors: {}\n")
    #expect(outcome.status == 1)
    #expect(outcome.output == "")
    #expect(outcome.errors == "deepflow: \(path):2: unknown key 'procesors'; did you mean 'processors'?\n")
    let missing = Program.run(["analyze", Self.capture, "--config", "/nonexistent.yaml"])
    #expect(missing.status == 1)
    #expect(missing.errors == "deepflow: /nonexistent.yaml: cannot be read: No such file or directory\n")
  }
}
