import Glibc

/// Runs the built program, which stands beside the test bundle, and collects what it says.
struct Program {
  struct Outcome {
    var status: Int32
    var output: String
    var errors: String
  }

  /// - Parameter readsOutput: false closes the reading end of the output at once.
  static func run(_ arguments: [String], input: String? = nil, readsOutput: Bool = true) -> Outcome {
    var outputPipe: [Int32] = [0, 0]
    var errorPipe: [Int32] = [0, 0]
    precondition(pipe(&outputPipe) == 0 && pipe(&errorPipe) == 0, "pipes can be made")
    for descriptor in outputPipe + errorPipe { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    posix_spawn_file_actions_addopen(&actions, 0, input ?? "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_adddup2(&actions, outputPipe[1], 1)
    posix_spawn_file_actions_adddup2(&actions, errorPipe[1], 2)
    var words = ([path] + arguments).map { strdup($0) } + [nil]
    var process: pid_t = 0
    let spawned = posix_spawn(&process, path, &actions, nil, &words, environ)
    precondition(spawned == 0, "the program was built: \(path)")
    posix_spawn_file_actions_destroy(&actions)
    for word in words { free(word) }
    close(outputPipe[1])
    close(errorPipe[1])
    if !readsOutput { close(outputPipe[0]) }
    let (output, errors) = drain(readsOutput ? outputPipe[0] : nil, errorPipe[0])
    var status: Int32 = 0
    waitpid(process, &status, 0)
    // WEXITSTATUS, or 128 and the signal, as a shell says it.
    let code = status & 0x7f == 0 ? status >> 8 & 0xff : 128 + status & 0x7f
    return Outcome(status: code, output: output, errors: errors)
  }

  /// Reads both pipes to their ends, whichever has something first.
  private static func drain(_ output: Int32?, _ errors: Int32) -> (String, String) {
    var texts: [[UInt8]] = [[], []]
    var open: [(descriptor: Int32, index: Int)] = [(errors, 1)]
    if let output { open.append((output, 0)) }
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while !open.isEmpty {
      var waiting = open.map { pollfd(fd: $0.descriptor, events: Int16(POLLIN), revents: 0) }
      poll(&waiting, nfds_t(waiting.count), -1)
      for (position, entry) in waiting.enumerated().reversed() where entry.revents != 0 {
        let count = read(entry.fd, &buffer, buffer.count)
        if count > 0 {
          texts[open[position].index] += buffer[0..<count]
        } else {
          close(entry.fd)
          open.remove(at: position)
        }
      }
    }
    return (String(decoding: texts[0], as: UTF8.self), String(decoding: texts[1], as: UTF8.self))
  }

  /// The program beside the running test bundle: the test runner is given the bundle's path, or is the bundle itself.
  private static let path: String = {
    var candidates = CommandLine.arguments
    var buffer = [CChar](repeating: 0, count: 4096)
    let count = readlink("/proc/self/exe", &buffer, buffer.count - 1)
    if count > 0 { candidates.append(String(decoding: buffer[0..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)) }
    for candidate in candidates {
      guard let slash = candidate.lastIndex(of: "/") else { continue }
      let program = candidate[..<slash] + "/deepflow"
      if access(String(program), X_OK) == 0 { return String(program) }
    }
    preconditionFailure("the program stands beside the test bundle")
  }()

  /// A file of `fixtures/`.
  static func fixture(_ name: String) -> String {
    var parts = "\(#filePath)".split(separator: "/", omittingEmptySubsequences: false)
    parts.removeLast(3)
    return parts.joined(separator: "/") + "/fixtures/" + name
  }
}
