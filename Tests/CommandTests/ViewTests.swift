import Glibc
import Testing

@Suite struct ViewTests {
  private static let capture = Program.fixture("http/nginx-keep-alive.pcap")

  @Test(
    "every view reads a plain pcap and says nothing on standard error",
    arguments: [
      ["analyze"], ["flows"], ["requests"], ["traces"], ["trace", "slowest"], ["inspect"], ["inspect", "--verify"],
    ])
  func views(command: [String]) {
    let outcome = Program.run(command + [ViewTests.capture])
    #expect(outcome.status == 0)
    #expect(outcome.errors == "")
    #expect(outcome.output.split(separator: "\n").count > 1)
    for line in outcome.output.split(separator: "\n") where command == ["requests"] || command == ["flows"] || command == ["traces"] {
      #expect(line.count <= 100)
    }
  }

  @Test("standard input gives what the file gives", arguments: ["requests", "flows", "traces"])
  func standardInput(command: String) {
    let file = Program.run([command, ViewTests.capture, "--json"])
    let input = Program.run([command, "-", "--json"], input: ViewTests.capture)
    #expect(file.status == 0 && input.status == 0)
    #expect(!file.output.isEmpty)
    #expect(file.output == input.output)
  }

  @Test(
    "--json is one object a row on row views, and one object on reports",
    arguments: [
      ("requests", true), ("flows", true), ("traces", true), ("analyze", false), ("inspect", false),
    ])
  func json(command: String, isRows: Bool) {
    let outcome = Program.run([command, ViewTests.capture, "--json"])
    let lines = outcome.output.split(separator: "\n")
    #expect(outcome.status == 0)
    #expect(isRows ? lines.count >= 1 : lines.count == 1)
    #expect(lines.allSatisfy { $0.hasPrefix("{") && $0.hasSuffix("}") })
  }

  @Test("selection, order and fields decide what is shown")
  func selection() {
    let all = Program.run(["requests", ViewTests.capture, "--format", "csv", "--fields", "_id"]).output.split(separator: "\n")
    let limited = Program.run(["requests", ViewTests.capture, "--format", "csv", "--fields", "_id", "--limit", "1"])
    #expect(limited.output.split(separator: "\n") == Array(all.prefix(2)))
    let reversed = Program.run(["requests", ViewTests.capture, "--format", "csv", "--fields", "_id", "--sort", "-start_time,-_id"])
    #expect(reversed.output.split(separator: "\n").dropFirst().reversed() == Array(all.dropFirst()))
    let none = Program.run(["requests", ViewTests.capture, "--json", "--ip", "203.0.113.0/24"])
    #expect(none.status == 0 && none.output == "")
  }

  @Test("a file that cannot be read is one line on standard error, and status 1")
  func missing() {
    let outcome = Program.run(["requests", "/nonexistent/file.pcapng"])
    #expect(outcome.status == 1)
    #expect(outcome.output == "")
    #expect(outcome.errors.hasPrefix("deepflow: /nonexistent/file.pcapng: cannot open: "))
    #expect(outcome.errors.split(separator: "\n").count == 1)
  }

  @Test("a trace that does not exist says where the traces are")
  func unknownTrace() {
    let outcome = Program.run(["trace", "12345678901", ViewTests.capture])
    #expect(outcome.status == 1)
    #expect(outcome.errors.contains("'deepflow traces' lists them"))
  }

  @Test("a report is about what was selected; what was captured is told of the whole")
  func reportSelection() {
    let whole = Program.run(["analyze", ViewTests.capture]).output.split(separator: "\n")
    let none = Program.run(["analyze", ViewTests.capture, "--path", "/nowhere"])
    #expect(none.status == 0)
    #expect(none.output.contains("No request of a protocol that deepflow knows was seen."))
    #expect(none.output.contains("0 flows"))
    #expect(none.output.split(separator: "\n").first == whole.first)
    let same = Program.run(["analyze", ViewTests.capture, "--protocol", "HTTP"]).output
    #expect(same.split(separator: "\n") == whole)
  }

  @Test("the slowest trace is that of the selection")
  func traceSelection() {
    let slowest = Program.run(["trace", "slowest", ViewTests.capture, "--status", "ok"])
    #expect(slowest.status == 0 && !slowest.output.isEmpty)
    let listed = Program.run([
      "traces", ViewTests.capture, "--status", "client_error", "--sort", "-duration", "--limit", "1", "--format", "csv",
    ])
    let chosen = Program.run(["trace", "slowest", ViewTests.capture, "--status", "client_error", "--json"])
    let identifier = listed.output.split(separator: "\n").last?.split(separator: ",").first ?? "-"
    #expect(chosen.output.hasPrefix("{\"trace\":{\"_id\":\(identifier),"), "\(chosen.output.prefix(200))")
    let none = Program.run(["trace", "slowest", ViewTests.capture, "--path", "/nowhere"])
    #expect(none.status == 1)
    #expect(none.errors.contains("meets the selection"))
  }

  @Test("a closed pipe is no error", arguments: ["requests", "flows", "analyze", "inspect"])
  func closedPipe(command: String) {
    let outcome = Program.run([command, ViewTests.capture], readsOutput: false)
    #expect(outcome.status == 0)
    #expect(outcome.errors == "")
  }

  @Test("exports write their files, never over their input, and only for the owner")
  func exports() throws {
    var template = Array("/tmp/deepflow-command-test.XXXXXX".utf8CString)
    _ = template.withUnsafeMutableBufferPointer { mkdtemp($0.baseAddress!) }
    let directory = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    defer { rmdir(directory) }
    for kind in ["sqlite", "json", "flamegraph"] {
      let path = directory + "/" + kind
      let outcome = Program.run(["export", kind, ViewTests.capture, "-o", path])
      #expect(outcome.status == 0, "\(outcome.errors)")
      #expect(outcome.output == "")
      var status = stat()
      #expect(stat(path, &status) == 0)
      #expect(status.st_size > 100)
      #expect(status.st_mode & 0o777 == 0o600)
      unlink(path)
    }
    let over = Program.run(["export", "json", ViewTests.capture, "-o", ViewTests.capture])
    #expect(over.status == 1)
    #expect(over.errors.contains("one of the captures"))
    let nowhere = Program.run(["export", "sqlite", ViewTests.capture, "-o", "/nonexistent/out.sqlite"])
    #expect(nowhere.status == 1)
    #expect(nowhere.errors.hasPrefix("deepflow: /nonexistent/out.sqlite: create failed: "))
  }

  @Test("colours are off in a pipe, and on when they are asked for")
  func color() {
    #expect(!Program.run(["requests", ViewTests.capture]).output.contains("\u{1b}"))
    #expect(Program.run(["requests", ViewTests.capture, "--color", "always"]).output.contains("\u{1b}[1m"))
  }

  @Test("lost evidence is told, and is status 3 with --fail-on-loss")
  func loss() throws {
    // The capture without its last bytes: a packet is cut off.
    let whole = try #require(Files.read(ViewTests.capture))
    let path = "/tmp/deepflow-command-test-\(getpid()).pcap"
    defer { unlink(path) }
    Files.write(Array(whole.dropLast(7)), to: path)
    let told = Program.run(["requests", path, "--json"])
    #expect(told.status == 0)
    #expect(told.errors.hasPrefix("deepflow: \(path): "))
    #expect(!told.output.isEmpty)
    #expect(Program.run(["requests", path, "--fail-on-loss"]).status == 3)
    #expect(Program.run(["requests", ViewTests.capture, "--fail-on-loss"]).status == 0)
  }
}

/// Whole files.
enum Files {
  static func read(_ path: String) -> [UInt8]? {
    guard let file = fopen(path, "r") else { return nil }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = fread(&buffer, 1, buffer.count, file)
      if count == 0 { return bytes }
      bytes += buffer[0..<count]
    }
  }

  static func write(_ bytes: [UInt8], to path: String) {
    guard let file = fopen(path, "w") else { return }
    bytes.withUnsafeBytes { _ = fwrite($0.baseAddress, 1, $0.count, file) }
    fclose(file)
  }
}
