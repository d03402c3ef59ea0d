import Glibc
import Recording
import Testing

extension LiveCaptureTests {
  /// However a recorder ends, the kernel has nothing of it afterwards.
  @Suite struct Endings {
    /// How the recorder is made to end, and the status it then has in the shell's terms.
    struct Ending: Sendable, CustomTestStringConvertible {
      var testDescription: String
      var signal: Int32?
      var command: [String] = []
      var status: Int32
    }

    private static let endings = [
      Ending(testDescription: "killed", signal: SIGKILL, status: 128 + SIGKILL),
      Ending(testDescription: "terminated", signal: SIGTERM, status: 0),
      Ending(testDescription: "interrupted", signal: SIGINT, status: 0),
      Ending(testDescription: "the command exits", command: ["sleep", "0.3"], status: 0),
      Ending(testDescription: "the command cannot be run", command: ["deepflow-no-such-command"], status: 127),
    ]

    @Test("no BPF program, map or link is left behind", arguments: endings)
    func leavesNothing(_ ending: Ending) throws {
      let binary = try #require(LiveRecording.binary, "the deepflow binary lies beside the tests")
      let path = LiveRecording.temporaryPath("ending")
      defer { unlink(path) }
      var arguments = [binary, "record", "-q", "-i", "lo", "-w", path]
      if !ending.command.isEmpty { arguments += ["--"] + ending.command }
      let recorder = try LiveRecording.spawn(arguments)
      var objects = KernelObjects()
      var status: Int32 = 0
      var turnsUntilSignal = 50
      var hasExited = false
      // 30 s at most, and 150 ms from the first link to the signal.
      for _ in 0..<10_000 where !hasExited {
        objects.add(of: recorder)
        if !objects.links.isEmpty, let signal = ending.signal {
          turnsUntilSignal -= 1
          if turnsUntilSignal == 0 { kill(recorder, signal) }
        }
        usleep(3000)
        hasExited = waitpid(recorder, &status, WNOHANG) == recorder
      }
      if !hasExited {
        kill(recorder, SIGKILL)
        waitpid(recorder, &status, 0)
        Issue.record("the recorder did not end")
      }
      #expect((status & 0x7f == 0 ? status >> 8 & 0xff : 128 + status & 0x7f) == ending.status)
      #expect(objects.programs.count >= 5 && objects.maps.count >= 5 && objects.links.count >= 5)
      for _ in 0..<100 where !objects.remaining.isEmpty { usleep(50_000) }
      #expect(objects.remaining.isEmpty)
    }
  }
}
