import CDeepFlow
import Glibc

/// The command after `--`: a child that waits until the probes are attached.
struct CommandProcess: ~Copyable {
  let processID: pid_t
  /// Becomes readable when the command has exited (pidfd_open(2)).
  let pollDescriptor: Int32
  private var release: Int32
  private var failure: Int32
  private let name: String
  /// The exit status in the shell's terms, once the command has exited.
  private(set) var exitStatus: Int32?

  /// Forks the child; it waits for `start`.
  init(_ command: [String]) throws(RecordingError) {
    name = command[0]
    var child = df_child()
    var arguments: [UnsafeMutablePointer<CChar>?] = command.map { strdup($0) }
    arguments.append(nil)
    let status = df_child_start(&arguments, &child)
    for argument in arguments { free(argument) }
    guard status == 0 else { throw .system(what: "fork", errorNumber: status) }
    processID = child.process_id
    release = child.release
    failure = child.failure
    pollDescriptor = child.exit
  }

  deinit {
    if release >= 0 { close(release) }
    if failure >= 0 { close(failure) }
    if pollDescriptor >= 0 { close(pollDescriptor) }
  }

  /// Lets the child execute the command.
  /// - Throws: `RecordingError.command` when there is no such program, or it cannot be executed.
  mutating func start() throws(RecordingError) {
    var byte: UInt8 = 1
    _ = write(release, &byte, 1)
    close(release)
    release = -1
    var number: Int32 = 0
    var count = 0
    repeat { count = read(failure, &number, MemoryLayout<Int32>.size) } while count < 0 && errno == EINTR
    close(failure)
    failure = -1
    guard count == MemoryLayout<Int32>.size else { return }
    _ = wait(blocking: true)
    throw .command(name: name, errorNumber: number)
  }

  /// Whether the command has exited; with `blocking` waits until it has.
  mutating func wait(blocking: Bool) -> Bool {
    guard exitStatus == nil else { return true }
    var status: Int32 = 0
    var result: pid_t
    repeat { result = waitpid(processID, &status, blocking ? 0 : WNOHANG) } while result < 0 && errno == EINTR
    guard result == processID else { return result < 0 }
    exitStatus = status & 0x7f == 0 ? status >> 8 & 0xff : 128 + (status & 0x7f)
    return true
  }

  func send(signal: Int32) {
    if exitStatus == nil { kill(processID, signal) }
  }
}
