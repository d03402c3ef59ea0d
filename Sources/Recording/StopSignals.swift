// The members of `timespec` belong to the module whose headers the compiler reads first, which may be this one.
import CPcap
import Glibc

/// SIGINT, SIGTERM and SIGHUP, held back while the recording runs and asked for. After the first one they have their usual effect
/// again, so that a second aborts, whatever the recorder is doing.
struct StopSignals: ~Copyable {
  private static let signals = [SIGINT, SIGTERM, SIGHUP]
  private var isRestored = false

  init() {
    var set = StopSignals.set()
    sigprocmask(SIG_BLOCK, &set, nil)
    // A reader of standard output that goes away is an error of write(2), not a reason to die.
    signal(SIGPIPE, SIG_IGN)
  }

  deinit {
    if !isRestored { StopSignals.unblock() }
  }

  /// The signal that has arrived, if any; the next one aborts.
  mutating func take() -> Int32? {
    guard !isRestored else { return nil }
    var set = StopSignals.set()
    var immediately = timespec()
    let number = sigtimedwait(&set, nil, &immediately)
    guard number > 0 else { return nil }
    restore()
    return number
  }

  /// From here on the signals have their usual effect.
  mutating func restore() {
    guard !isRestored else { return }
    isRestored = true
    StopSignals.unblock()
  }

  private static func set() -> sigset_t {
    var set = sigset_t()
    sigemptyset(&set)
    for number in signals { sigaddset(&set, number) }
    return set
  }

  private static func unblock() {
    var set = set()
    sigprocmask(SIG_UNBLOCK, &set, nil)
  }
}
