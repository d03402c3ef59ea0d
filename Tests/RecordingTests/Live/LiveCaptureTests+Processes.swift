import BundleFormat
import Capture
import Dispatch
import Glibc
import Recording
import Testing

extension LiveCaptureTests {
  /// Commands, their descendants, filters by process, and the ends of a recording.
  @Suite struct Processes {
    private func run(_ name: String, _ options: RecordingOptions) throws -> (summary: RecordingSummary, observations: RecordedObservations)
    {
      var options = options
      let path = LiveRecording.temporaryPath(name)
      options.output = path
      defer { unlink(path) }
      let summary = try Recorder.run(options) { _ in }
      return (summary, try RecordedObservations(path: path))
    }

    private func options(_ command: [String] = []) -> RecordingOptions {
      var options = RecordingOptions()
      options.interfaces = ["lo"]
      options.command = command
      return options
    }

    @Test("with --follow a grandchild is recorded and nobody else, and the process table says whose child it is")
    func follow() throws {
      let listener = LoopbackSocket.tcp()
      let port = listener.listening()
      defer { listener.closed() }
      let serving = LiveRecording.onThread("df-test-server") {
        let connection = listener.accepted()
        _ = connection.reading()
        connection.writing("answer\n")
        connection.closed()
      }
      let dial = "exec 3<>/dev/tcp/127.0.0.1/\(port); echo question >&3; read line <&3; exit 5"
      var options = self.options(["bash", "-c", "bash -c '\(dial)'; exit $?", "--password=hunter2"])
      options.followsDescendants = true
      options.recordsItself = true
      let (summary, recorded) = try run("follow", options)
      serving.wait()
      #expect(summary.commandStatus == 5)
      #expect(summary.exitStatus == 5)
      #expect(summary.reason == .commandExited)
      let data = recorded.events.filter { $0.event.kind == .data && $0.event.ipProtocol == .tcp }
      #expect(data.map { String(decoding: $0.payload, as: UTF8.self) }.first == "question\n")
      #expect(data.allSatisfy { $0.event.processID != UInt32(getpid()) && $0.event.remote.port == port })
      let grandchild = try #require(data.first?.event.processID)
      let executed = recorded.processes.filter { $0.kind == .executed }
      let command = try #require(executed.first { $0.arguments.hasSuffix("--password=***") })
      #expect(executed.first { $0.processID == grandchild }?.parentProcessID == command.processID)
      #expect(command.command == "bash")
      #expect(command.executable.hasSuffix("/bash"))
      #expect(!recorded.processes.contains { $0.arguments.contains("hunter2") })
      let exits = recorded.processes.filter { $0.kind == .exited && $0.threadID == $0.processID }
      #expect(exits.first { $0.processID == grandchild }?.exitCode == 5)
      #expect(
        recorded.processes.filter { $0.kind == .started }.allSatisfy {
          $0.parentProcessID == command.processID || $0.parentProcessID == grandchild
        })
    }

    @Test("without --follow the whole node is recorded while the command runs")
    func wholeNode() throws {
      let listener = LoopbackSocket.tcp()
      let port = listener.listening()
      defer { listener.closed() }
      let serving = LiveRecording.onThread("df-test-server") {
        let connection = listener.accepted()
        connection.writing("greeting")
        connection.closed()
      }
      var options = self.options(["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/\(port); cat <&3"])
      options.recordsItself = true
      let recorded = try run("whole-node", options).observations
      serving.wait()
      let greeting = recorded.events.filter { String(decoding: $0.payload, as: UTF8.self) == "greeting" }.map(\.event)
      #expect(Set(greeting.compactMap(\.direction)) == [.send, .receive])
      #expect(greeting.contains { $0.processID == UInt32(getpid()) })
      #expect(recorded.packets.contains { $0.bytes.suffix(8) == Array("greeting".utf8)[...] })
    }

    @Test("a command's end is passed on", arguments: [("exit 0", 0), ("exit 7", 7), ("kill -9 $$", 137)] as [(String, Int32)])
    func status(script: String, status: Int32) throws {
      #expect(try run("status", options(["sh", "-c", script])).summary.exitStatus == status)
    }

    @Test(
      "a command that cannot be run leaves no file",
      arguments: [("deepflow-no-such-command", 127), ("/etc/passwd", 126)] as [(String, Int32)])
    func cannotRun(name: String, status: Int32) throws {
      let path = LiveRecording.temporaryPath("cannot-run")
      var options = self.options([name])
      options.output = path
      do throws(RecordingError) {
        _ = try Recorder.run(options) { _ in }
        Issue.record("it ran")
      } catch {
        #expect(error.exitStatus == status)
      }
      #expect(access(path, F_OK) != 0)
    }

    @Test("every short-lived process has its beginning, program and end")
    func shortLived() throws {
      // 5,000 by request: they take half a minute on a small machine.
      let count = getenv("DEEPFLOW_TEST_PROCESSES").flatMap { Int(String(cString: $0)) } ?? 300
      var options = self.options(["sh", "-c", "i=0; while [ $i -lt \(count) ]; do /bin/true \"n=$i\"; i=$((i+1)); done"])
      options.followsDescendants = true
      options.capturesPackets = false
      options.interfaces = []
      let recorded = try run("short-lived", options).observations
      let executed = recorded.processes.filter { $0.kind == .executed && $0.command == "true" }
      #expect(executed.count == count)
      #expect(Set(executed.map(\.arguments)).count == count)
      let identifiers = Set(executed.map(\.processID))
      #expect(recorded.processes.filter { $0.kind == .started && identifiers.contains($0.processID) }.count == count)
      #expect(recorded.processes.filter { $0.kind == .exited && identifiers.contains($0.processID) && $0.exitCode == 0 }.count == count)
      #expect(recorded.losses.isEmpty)
    }

    @Test("--comm records threads of that name only")
    func commandName() throws {
      let server = LoopbackSocket.udp()
      let port = server.bound()
      let client = LoopbackSocket.udp()
      var options = self.options()
      options.commandName = "df-wanted"
      let recorded = try LiveRecording.record("comm", options) {
        for name in ["df-wanted", "df-unwanted"] { LiveRecording.onThread(name) { client.sending(name, to: port) }.wait() }
      }.observations
      for socket in [server, client] { socket.closed() }
      #expect(recorded.events.filter { $0.event.kind == .data }.map { String(decoding: $0.payload, as: UTF8.self) } == ["df-wanted"])
    }

    @Test("-c ends the recording at exactly so many packets")
    func packetLimit() throws {
      let server = LoopbackSocket.udp()
      let port = server.bound()
      var options = self.options(["bash", "-c", "for i in 1 2 3 4 5 6 7 8 9; do echo $i >/dev/udp/127.0.0.1/\(port); done; sleep 1"])
      options.packetFilter = "udp and dst port \(port)"
      options.packetLimit = 4
      let (summary, recorded) = try run("packet-limit", options)
      server.closed()
      #expect(summary.reason == .count)
      #expect(recorded.packets.map { $0.bytes.suffix(2) } == ["1\n", "2\n", "3\n", "4\n"].map { Array($0.utf8)[...] })
    }

    @Test("--duration ends the recording in time")
    func duration() throws {
      var options = self.options()
      options.durationNanoseconds = 300_000_000
      let (summary, recorded) = try run("duration", options)
      #expect(summary.reason == .duration)
      let first = try #require(recorded.clocks.first)
      let last = try #require(recorded.clocks.last)
      #expect(last.monotonic - first.monotonic >= 300_000_000)
      #expect(recorded.ending?.reason == "duration")
      #expect(recorded.info?.sources == ["packets", "socket events", "processes"])
    }

    @Test("--max-size is kept and nearly used, and the file is closed properly")
    func size() throws {
      let server = LoopbackSocket.udp()
      let port = server.bound()
      let client = LoopbackSocket.udp()
      var options = self.options()
      options.byteLimit = 1 << 20
      options.recordsItself = true
      let path = LiveRecording.temporaryPath("size")
      options.output = path
      defer { unlink(path) }
      let stop = LiveRecording.Flag()
      let sending = LiveRecording.onThread("df-test-client") {
        // What cannot be compressed away: it must be the packets that fill the file.
        while !stop.isSet { client.sending(String(repeating: "payload ", count: 100), to: port) }
      }
      let summary = try Recorder.run(options) { _ in }
      stop.isSet = true
      sending.wait()
      for socket in [server, client] { socket.closed() }
      var status = stat()
      #expect(stat(path, &status) == 0)
      #expect(status.st_size <= 1 << 20)
      #expect(status.st_size > 800_000)
      #expect(summary.reason == .size)
      #expect(try RecordedObservations(path: path).ending?.reason == "size")
    }

    @Test("a disk that is full ends the recording with a message, status 1 and a readable file")
    func diskFull() throws {
      let folder = "/tmp/deepflow-recording-test-\(getpid())-full"
      mkdir(folder, 0o700)
      defer { rmdir(folder) }
      try #require(mount("tmpfs", folder, "tmpfs", 0, "size=256k") == 0)
      defer { umount(folder) }
      let server = LoopbackSocket.udp()
      let port = server.bound()
      let client = LoopbackSocket.udp()
      var options = self.options()
      options.recordsItself = true
      let path = folder + "/full.pcapng"
      options.output = path
      defer { unlink(path) }
      let stop = LiveRecording.Flag()
      let sending = LiveRecording.onThread("df-test-client") {
        while !stop.isSet { client.sending(String(repeating: "payload ", count: 100), to: port) }
      }
      let summary = try Recorder.run(options) { _ in }
      stop.isSet = true
      sending.wait()
      for socket in [server, client] { socket.closed() }
      #expect(summary.exitStatus == 1)
      #expect(summary.failure?.contains("No space left on device") == true)
      let recorded = try RecordedObservations(path: path)
      #expect(recorded.info != nil)
      #expect(recorded.losses.isEmpty || recorded.losses.allSatisfy { $0.source != .file })
    }

    @Test("nothing of the recording stays in the kernel")
    func noTraces() throws {
      var options = self.options()
      options.durationNanoseconds = 50_000_000
      _ = try run("no-traces", options)
      var kept: [String] = []
      var buffer = [CChar](repeating: 0, count: 256)
      for descriptor in 0..<1024 {
        let count = readlink("/proc/self/fd/\(descriptor)", &buffer, 255)
        guard count > 0 else { continue }
        let target = String(decoding: buffer[0..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
        if target.contains("bpf") || target.contains("packet") { kept.append(target) }
      }
      #expect(kept.isEmpty)
    }

    @Test("a recorder that is killed leaves what it had written")
    func killed() throws {
      let binary = try #require(LiveRecording.binary, "the deepflow binary lies beside the tests")
      let server = LoopbackSocket.udp()
      let port = server.bound()
      let client = LoopbackSocket.udp()
      let path = LiveRecording.temporaryPath("killed")
      defer { unlink(path) }
      let recorder = try LiveRecording.spawn([binary, "record", "-q", "-i", "lo", "-w", path])
      // The file is handed to the system once a second, and first when the probes are attached.
      var status = stat()
      for _ in 0..<100 where stat(path, &status) != 0 || status.st_size == 0 {
        usleep(100_000)
      }
      for _ in 0..<25 {
        client.sending("before the end", to: port)
        usleep(100_000)
      }
      kill(recorder, SIGKILL)
      waitpid(recorder, nil, 0)
      for socket in [server, client] { socket.closed() }
      let recorded = try RecordedObservations(path: path)
      #expect(recorded.info != nil)
      #expect(recorded.ending == nil)
      #expect(recorded.events.contains { String(decoding: $0.payload, as: UTF8.self) == "before the end" })
      #expect(recorded.packets.contains { $0.bytes.suffix(14) == Array("before the end".utf8)[...] })
    }

    @Test(
      "an interface that comes up joins the recording, and one that goes away does not end it",
      .enabled(if: access("/sbin/ip", X_OK) == 0, "the command ip makes the interface"))
    func interfacesComeAndGo() throws {
      func ip(_ arguments: String) throws {
        let process = try LiveRecording.spawn(["/sbin/ip"] + arguments.split(separator: " ").map(String.init))
        waitpid(process, nil, 0)
      }
      var options = RecordingOptions()
      options.tracesSystemCalls = false
      let (summary, recorded) = try LiveRecording.record("interfaces", options) {
        try ip("link add dft0 type veth peer name dft1")
        try ip("link set dft0 up")
        try ip("link set dft1 up")
        // Interfaces are looked for once a second. IPv6 then announces itself on a new one.
        for _ in 0..<30 { usleep(100_000) }
        try ip("link del dft0")
        usleep(300_000)
      }
      #expect(recorded.interfaces.contains { $0.name == "dft0" })
      #expect(recorded.interfaces.map(\.index) == (0..<UInt32(recorded.interfaces.count)).map { $0 })
      #expect(summary.failure == nil)
      #expect(summary.reason == .interrupted)
      #expect(recorded.ending != nil)
    }
  }
}
