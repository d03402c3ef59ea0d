import Capture

/// Whether the unwinding of a stack came to where its thread began.
enum StackCompleteness {
  /// Where threads of the C library and of runtimes begin.
  private static let outermostFunctions: Set<String> = [
    "_start", "__libc_start_main", "__libc_start_main_impl", "__libc_start_call_main", "generic_start_main", "start_thread", "clone",
    "clone3", "__clone", "__clone3", "__GI___clone3", "_dl_start_user", "runtime.goexit", "runtime.goexit.abi0", "runtime.mstart",
    "runtime.mstart.abi0", "runtime.rt0_go", "runtime.rt0_go.abi0", "thread_start",
  ]
  /// Libraries that call a program's main or a thread's function; their own symbols for that are often stripped.
  private static let threadLibraries = ["libc.so", "libc-", "libpthread", "ld-musl", "libc.musl"]

  /// - Parameter frames: of the process, innermost first.
  static func reachesThreadStart(_ frames: [StackFrame]) -> Bool {
    guard let outermost = frames.last else { return true }
    if outermostFunctions.contains(outermost.name) { return true }
    let file = outermost.module.split(separator: "/").last ?? ""
    return threadLibraries.contains { file.hasPrefix($0) } && frames.contains { $0.module != outermost.module }
  }
}
