import Testing

@Suite struct MetricsViewTests {
  private static let capture = Program.fixture("http/nginx-keep-alive.pcap")

  /// The cells of a CSV output below its header.
  private static func cells(_ output: String) -> [[String]] {
    output.split(separator: "\n").dropFirst().map { $0.split(separator: ",", omittingEmptySubsequences: false).map { String($0) } }
  }

  private static func sum(_ arguments: [String], _ field: String) -> Int {
    let outcome = Program.run(["metrics", capture, "--format", "csv", "--fields", field] + arguments)
    #expect(outcome.status == 0, "\(outcome.errors)")
    return cells(outcome.output).reduce(0) { $0 + (Int($1[0]) ?? 0) }
  }

  @Test(
    "counts are the logs', whatever they are grouped by",
    arguments: [
      [], ["--interval", "1s"], ["--interval", "1m"], ["--by", "endpoint,type"], ["--table", "application_map"],
      ["--by", "response_code", "--interval", "1s"], ["--seen-by", "client"],
    ])
  func requests(arguments: [String]) {
    // A plain capture has one point: a row of the log is an exchange.
    let log = Program.run(["requests", Self.capture, "--format", "csv", "--fields", "type"])
    let requests = Self.cells(log.output).filter { $0[0] != "response" }
    #expect(requests.count > 3)
    #expect(Self.sum(arguments, "request") == requests.count)
  }

  @Test("bytes are the flow log's", arguments: [[], ["--interval", "1s"], ["--by", "client,server,port"]])
  func bytes(arguments: [String]) {
    let log = Program.run(["flows", Self.capture, "--format", "csv", "--fields", "byte_tx,byte_rx"])
    let bytes = Self.cells(log.output).reduce(0) { $0 + (Int($1[0]) ?? 0) + (Int($1[1]) ?? 0) }
    #expect(bytes > 0)
    #expect(Self.sum(["--table", "network"] + arguments, "byte") == bytes)
    let map = Program.run(["map", Self.capture, "--format", "csv", "--fields", "byte_tx,byte_rx"])
    #expect(Self.cells(map.output).reduce(0) { $0 + (Int($1[0]) ?? 0) + (Int($1[1]) ?? 0) } == bytes)
  }

  @Test("groups of flows add up to the flow log", arguments: ["close_type", "process", "service", "pair", "interface", "client,port"])
  func flowGroups(by: String) {
    let log = Program.run(["flows", Self.capture, "--format", "csv", "--fields", "_id"])
    let groups = Program.run(["flows", Self.capture, "--by", by, "--no-l7", "--format", "csv", "--fields", "flow_count"])
    #expect(groups.status == 0 && groups.errors == "")
    #expect(Self.cells(groups.output).reduce(0) { $0 + (Int($1[0]) ?? 0) } == Self.cells(log.output).count)
    let text = Program.run(["flows", Self.capture, "--by", by])
    #expect(text.output.split(separator: "\n").allSatisfy { $0.count <= 100 })
    let limited = Program.run(["flows", Self.capture, "--by", by, "--sort", "-rtt_max", "--limit", "1", "--json"])
    #expect(limited.output.split(separator: "\n").count == 1)
    let mistake = Program.run(["flows", "/nonexistent/file.pcapng", "--by", by + ",nothing"])
    #expect(mistake.status != 0 && mistake.errors.contains("'nothing' is not a field of l4_flow_log"))
  }

  @Test("the selection chooses what is counted, and order and limit what is shown")
  func selection() {
    let missing = Program.run(["requests", Self.capture, "--json", "--status", "404"]).output.split(separator: "\n").count
    #expect(Self.sum(["--status", "404"], "request") == missing)
    let limited = Program.run(["metrics", Self.capture, "--by", "endpoint", "--sort", "-rrt_max", "--limit", "1", "--json"])
    #expect(limited.output.split(separator: "\n").count == 1)
  }

  @Test("the map says who calls whom")
  func map() throws {
    let outcome = Program.run(["map", Self.capture, "--json"])
    #expect(outcome.status == 0)
    let line = try #require(outcome.output.split(separator: "\n").first)
    for key in ["service_0", "service_1", "l7_protocol_str", "request_rate", "error_ratio", "rrt_p95", "byte_tx", "retrans"] {
      #expect(key == "service_0" || line.contains("\"\(key)\":"), "\(key)")
    }
    #expect(line.contains("\"l7_protocol_str\":\"HTTP\""))
  }

  @Test("SQL is answered, and a mistake in it is one line and status 1")
  func query() {
    let answer = Program.run(["query", "SELECT count(*) AS n FROM l7_flow_log", Self.capture, "--json"])
    #expect(answer.status == 0)
    #expect(answer.output.hasPrefix("{\"n\":"))
    let mistake = Program.run(["query", "SELECT * FROM nowhere", "/nonexistent/file.pcapng"])
    #expect(mistake.status == 1)
    #expect(mistake.errors.hasPrefix("deepflow: the query cannot be run: no such table: nowhere; "))
    #expect(mistake.errors.split(separator: "\n").count == 1)
  }

  @Test("the schema lists tables, and columns of one")
  func schema() {
    #expect(Program.run(["schema"]).output.contains("\napplication_map "))
    #expect(Program.run(["schema", "span"]).output.contains("  self_time "))
    let mistake = Program.run(["schema", "spann"])
    #expect(mistake.status == 64)
    #expect(mistake.errors.contains("did you mean 'span'?"))
  }

  @Test("the doctor's status is 0 when something can be recorded, and it says what")
  func doctor() {
    let outcome = Program.run(["doctor", "--json"])
    let isPossible = outcome.output.contains("\"system_calls\":true") || outcome.output.contains("\"packets\":true")
    #expect(outcome.status == (isPossible ? 0 : 1))
    #expect(outcome.output.contains("\"name\":\"BTF\""))
  }
}
