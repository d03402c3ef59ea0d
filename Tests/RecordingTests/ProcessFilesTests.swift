import CDeepFlow
import Capture
import Glibc
import Testing

@testable import Recording

@Suite struct ProcessFilesTests {
  @Test("a command that holds parentheses and spaces ends at the last parenthesis")
  func status() throws {
    let fields = "S 7 1 1 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 123456 0 0"
    let status = try #require(ProcessStatus("42 (a) b (c)) \(fields)\n"))
    #expect(status.command == "a) b (c)")
    #expect(status.parentProcessID == 7)
    #expect(status.startTicks == 123_456)
  }

  @Test("a status that is cut is none", arguments: ["", "42", "42 (a", "42 (a) S 7", "42 )a( S 7 1 1 0 -1 1 1 2 3 4 5 6 7 8 20 0 1 0 1"])
  func brokenStatus(text: String) {
    #expect(ProcessStatus(text) == nil)
  }

  @Test(
    "the unified hierarchy's path is taken, or the first that says something",
    arguments: [
      ("0::/system.slice/nginx.service\n", "/system.slice/nginx.service"), ("4:memory:/docker/ab\n0::/\n", "/docker/ab"),
      ("2:cpu:/\n1:name=systemd:/init.scope\n", "/init.scope"), ("0::/\n", "/"), ("0::/a:b\n", "/a:b"),
    ])
  func controlGroup(text: String, path: String) {
    #expect(ControlGroup.path(text) == path)
  }

  @Test("no path comes of no line")
  func noControlGroup() { #expect(ControlGroup.path("") == nil) }

  @Test("a blocked receive becomes a call in flight, other calls do not")
  func callsInFlight() throws {
    #if arch(x86_64)
      let call = try #require(CallsInFlight.parse("45 0x7 0x7ffd00 0x1000 0x0 0x0 0x0 0x7ffd 0x7f\n"))
      #expect(call.fd == 7)
      #expect(call.syscall == UInt8(DF_SYSCALL_RECVFROM.rawValue))
      for text in ["running\n", "", "202 0x7 0x0\n", "-1 0x7ffd 0x7f\n", "45\n", "45 7\n"] { #expect(CallsInFlight.parse(text) == nil) }
    #endif
  }

  /// A record as the BPF side makes it.
  private func event(_ kind: df_kind, process: UInt32, thread: UInt32? = nil, parent: UInt32 = 1, status: Int32 = 0, payload: String = "")
    -> ProcessKernelEvent?
  {
    var header = df_event()
    header.kind = UInt8(kind.rawValue)
    header.enter_ns = 1000
    header.process_id = process
    header.thread_id = thread ?? process
    header.socket_id = UInt64(parent)
    header.error_number = status
    header.captured_bytes = UInt32(payload.utf8.count)
    var bytes = withUnsafeBytes(of: header) { Array($0) }
    bytes += payload.utf8
    return ProcessKernelEvent(bytes.span.bytes)
  }

  /// Process ids beyond what any kernel gives, so that /proc has nothing to say of them.
  private let stranger: UInt32 = 0x7fff_0001

  @Test("an exec record carries path and arguments, and its child inherits them")
  func inheritance() throws {
    var table = ProcessTable()
    let executed = table.record(
      try #require(event(DF_KIND_PROCESS_EXEC, process: stranger, payload: "/bin/app\0app\0--token=x\0\0last\0")),
      time: Timestamp(nanoseconds: 5))
    #expect(executed.kind == .executed)
    #expect(executed.executable == "/bin/app")
    #expect(executed.arguments == "app --token=***  last")
    let forked = table.record(
      try #require(event(DF_KIND_PROCESS_FORK, process: stranger + 1, parent: stranger)), time: Timestamp(nanoseconds: 6))
    #expect(forked.kind == .started)
    #expect(forked.arguments == executed.arguments)
    #expect(forked.startTime == Timestamp(nanoseconds: 6))
    let thread = table.record(
      try #require(event(DF_KIND_PROCESS_FORK, process: stranger, thread: stranger + 2, parent: stranger)), time: Timestamp(nanoseconds: 7))
    #expect(thread.threadID == stranger + 2)
    #expect(thread.arguments.isEmpty)
  }

  @Test("an exit status is the code, or 128 and the signal", arguments: [(0x300, 3), (0, 0), (9, 137), (0x8b, 139)] as [(Int32, Int32)])
  func exit(status: Int32, code: Int32) throws {
    var table = ProcessTable()
    let exited = table.record(try #require(event(DF_KIND_PROCESS_EXIT, process: stranger, status: status)), time: Timestamp(nanoseconds: 1))
    #expect(exited.kind == .exited)
    #expect(exited.exitCode == code)
  }

  @Test("a record that claims more payload than it has is read as far as it goes")
  func cutRecord() throws {
    var header = df_event()
    header.kind = UInt8(DF_KIND_PROCESS_EXEC.rawValue)
    header.captured_bytes = 5000
    let bytes = withUnsafeBytes(of: header) { Array($0) } + Array("/x".utf8)
    let read = ProcessKernelEvent(bytes.span.bytes)
    let event = try #require(read)
    #expect(event.path == "/x")
    #expect(event.arguments.isEmpty)
    let cut = ProcessKernelEvent(bytes[0..<127].span.bytes)
    #expect(cut == nil)
  }

  @Test("this process is found in /proc with its command and its threads' process")
  func existing() {
    var table = ProcessTable()
    var own: [ProcessRecord] = []
    table.readExisting(clock: NodeClock.snapshot()) { if $0.processID == UInt32(getpid()) { own.append($0) } }
    #expect(own.first?.threadID == UInt32(getpid()))
    #expect(own.first?.kind == .existing)
    #expect(own.first?.executable.isEmpty == false)
    if let start = own.first?.startTime { #expect(start < NodeClock.now()) } else { Issue.record("no start time") }
  }
}
