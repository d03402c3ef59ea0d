import BundleFormat
import Capture
import Dispatch
import Glibc
import Recording
import Testing

extension LiveCaptureTests {
  /// A known client, buffers that are much too small and a recorder that seldom gets to run: what happened is either in the file or in
  /// the loss ledger, to the last one.
  @Suite struct Losses {
    /// The smallest ring there is: some twenty records.
    private static let ringByteCount = 4096

    /// Asked by the recorder at every turn, and makes it miss many.
    private static let stall: @Sendable () -> Bool = {
      usleep(30_000)
      return false
    }

    private static func total(_ losses: [LossRecord], _ source: LossRecord.Source) -> (count: UInt64, byteCount: UInt64) {
      losses.filter { $0.source == source }.reduce((0, 0)) { ($0.0 + $1.count, $0.1 + $1.byteCount) }
    }

    @Test("system calls made are system calls recorded and lost, and so are their bytes")
    func systemCalls() throws {
      let threadCount = 3
      let callsPerThread = 4000
      let server = LoopbackSocket.udp()
      let port = server.bound()
      let clients = (0..<threadCount).map { _ in LoopbackSocket.udp() }
      var options = RecordingOptions()
      options.capturesPackets = false
      options.ringByteCount = Losses.ringByteCount
      options.commandName = "df-known"
      options.shouldStop = Losses.stall
      let (summary, recorded) = try LiveRecording.record("tiny-ring", options) {
        let threads = clients.map { client in
          LiveRecording.onThread("df-known") {
            for call in 0..<callsPerThread { client.sending(String(repeating: "x", count: 1 + call % 50), to: port) }
          }
        }
        for thread in threads { thread.wait() }
      }
      for socket in clients + [server] { socket.closed() }
      let sent = recorded.events(of: "df-known")
      let lost = Losses.total(recorded.losses, .socketEvents)
      let byteCount = (0..<callsPerThread).reduce(0) { $0 + 1 + $1 % 50 } * threadCount
      #expect(!sent.isEmpty)
      #expect(lost.count > 1000)
      #expect(UInt64(sent.count) + lost.count == UInt64(threadCount * callsPerThread))
      #expect(sent.reduce(0) { $0 + UInt64($1.event.byteCount) } + lost.byteCount == UInt64(byteCount))
      #expect(recorded.losses.allSatisfy { $0.source != .socketEvents || $0.cause == .ringBufferFull })
      #expect(Losses.total(summary.losses, .socketEvents) == lost)
      let others = Losses.total(recorded.losses, .processes).count
      let line = summary.lines.first { $0.contains(" events lost ") } ?? ""
      #expect(line.hasPrefix("\(lost.count + others) events lost (") && line.contains("ring buffer full: \(lost.count)"))
    }

    @Test("beginnings, programs and ends of processes are recorded or counted as lost")
    func processes() throws {
      let count = 200
      var options = RecordingOptions()
      options.capturesPackets = false
      options.ringByteCount = Losses.ringByteCount
      options.command = ["sh", "-c", "i=0; while [ $i -lt \(count) ]; do /bin/true; i=$((i+1)); done"]
      options.followsDescendants = true
      options.shouldStop = Losses.stall
      let path = LiveRecording.temporaryPath("tiny-ring-processes")
      options.output = path
      defer { unlink(path) }
      _ = try Recorder.run(options) { _ in }
      let recorded = try RecordedObservations(path: path)
      let lives = recorded.processes.filter { $0.kind != .existing }
      let lost = Losses.total(recorded.losses, .processes)
      #expect(!lives.isEmpty)
      #expect(lost.count > 0)
      // The shell executes and ends; each of its children begins, executes and ends.
      #expect(UInt64(lives.count) + lost.count == UInt64(2 + 3 * count))
    }

    @Test("packets sent are packets recorded and dropped, also on the loopback interface, which sees each twice")
    func packets() throws {
      let count = 20_000
      let server = LoopbackSocket.udp()
      let port = server.bound()
      let client = LoopbackSocket.udp()
      var options = RecordingOptions()
      options.interfaces = ["lo"]
      options.packetFilter = "udp and dst port \(port)"
      options.tracesSystemCalls = false
      options.packetBufferByteCount = 65_536
      options.shouldStop = Losses.stall
      let (summary, recorded) = try LiveRecording.record("tiny-buffer", options) {
        for _ in 0..<count { client.sending("a datagram", to: port) }
      }
      for socket in [client, server] { socket.closed() }
      let lost = Losses.total(recorded.losses, .packets)
      #expect(!recorded.packets.isEmpty)
      #expect(lost.count > 0)
      #expect(UInt64(recorded.packets.count) + lost.count == UInt64(count))
      #expect(summary.packetsReceived == UInt64(count))
      #expect(summary.packetsDroppedByKernel == lost.count)
    }
  }
}
