import Testing

@testable import deepflow

@Suite struct UsageTests {
  @Test(
    "wrong usage is told on standard error with the program's name in front, and ends with status 64",
    arguments: [
      (["requests"], "Missing expected argument"), (["requests", "--fieldz", "a", "x"], "Did you mean '--fields'?"),
      (["requests", "x", "--fields", "start_tim"], "did you mean 'start_time'?"),
      (["requests", "x", "--sort", "-durations"], "is not a field of l7_flow_log"),
      (["requests", "x", "--close-type", "finish"], "--close-type"), (["requests", "x", "--protocol", "HTPP"], "did you mean 'HTTP'?"),
      (["requests", "x", "--status", "bad"], "--status"), (["requests", "x", "--min-duration", "5"], "write it with a unit"),
      (["requests", "x", "--since", "yesterday"], "is not a time"), (["requests", "x", "--ip", "10.0.0.256"], "--ip"),
      (["requests", "x", "--namespace", "n"], "Unknown option '--namespace'"),
      (["requests", "x", "--json", "--format", "csv"], "contradict"),
      (["requests", "x", "--limit", "-1"], "--limit"), (["flows", "x", "--request-id", "1"], "--request-id"), (["nonsense"], "nonsense"),
      (["requests", "x", "--decode-as", "HTTP"], "write it like 8443=HTTP2"),
      (["requests", "x", "--decode-as", "70000=HTTP"], "write it like 8443=HTTP2"),
      (["flows", "x", "--decode-as", "80=HTPP"], "deepflow knows no protocol 'HTPP'; did you mean 'HTTP'?"),
      (["trace", "slowest", "x", "--decode-as", "80=HTTP", "--decode-as", "80=DNS"], "gives port 80 two protocols"),
      (["metrics", "x", "--obfuscate", "Redi"], "did you mean 'Redis'?"),
      (["metrics", "x", "--obfuscate", "DNS"], "DNS is not a protocol that this applies to"),
      (["requests", "x", "--endpoint-rule", "/api"], "write it like /api/=3"),
      (["requests", "x", "--endpoint-rule", "/api=-1"], "is not a number of segments"),
      (["export", "sqlite", "x"], "--output"), (["analyze", "x", "--format", "csv"], "csv"),
      (["trace", "7", "x", "--status", "ok"], "chooses the slowest of several traces"),
      (["analyze", "x", "--close-type", "finish"], "--close-type"), (["analyze", "x", "--limit", "1"], "Unknown option '--limit'"),
    ])
  func usage(arguments: [String], part: String) {
    let outcome = Program.run(arguments)
    #expect(outcome.status == 64)
    #expect(outcome.output == "")
    #expect(outcome.errors.hasPrefix("deepflow: "))
    #expect(outcome.errors.contains(part), "\(outcome.errors)")
  }

  @Test(
    "help and version are answers on standard output", arguments: [["--version"], ["--help"], ["help", "requests"], ["export", "--help"]])
  func answers(arguments: [String]) {
    let outcome = Program.run(arguments)
    #expect(outcome.status == 0)
    #expect(!outcome.output.isEmpty)
    #expect(outcome.errors == "")
  }

  @Test("only record splits its arguments at --")
  func split() {
    let record = Invocation.split(["record", "-w", "x", "--", "curl", "--", "-s"])
    #expect(record.arguments == ["record", "-w", "x"])
    #expect(record.trailingCommand == ["curl", "--", "-s"])
    let requests = Invocation.split(["requests", "--", "-odd-name"])
    #expect(requests.arguments == ["requests", "--", "-odd-name"])
    #expect(requests.trailingCommand ?? [] == [])
  }
}
