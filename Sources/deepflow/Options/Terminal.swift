import Export

#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// What standard output is.
struct Terminal {
  /// Columns of a line: the terminal's, or 100 when the output goes elsewhere.
  let width: Int
  let isColored: Bool

  init(_ color: ColorChoice) {
    let isTerminal = isatty(1) == 1
    var size = winsize()
    width = isTerminal && ioctl(1, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col >= 40 ? Int(size.ws_col) : 100
    switch color {
    case .always: isColored = true
    case .never: isColored = false
    // https://no-color.org: present and not empty, whatever its value.
    case .auto: isColored = isTerminal && (getenv("NO_COLOR").map { $0.pointee == 0 } ?? true)
    }
  }

  /// Processors of the machine that runs the analysis.
  static var processorCount: Int { max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))) }

  /// Standard output for results. A reader that closes the pipe must show as an error of write(2), not kill the program.
  static func standardOutput() -> OutputFile {
    signal(SIGPIPE, SIG_IGN)
    return OutputFile(descriptor: 1, place: "standard output")
  }
}
