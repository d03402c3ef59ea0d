// The members of `timespec` belong to the module whose headers the compiler reads first, which may be this one.
import CPcap
import Capture
import Glibc

/// A thread that works beside the recorder, and how it is woken.
final class BackgroundThread: Sendable {
  private nonisolated(unsafe) let wakeUps: UnsafeMutablePointer<sem_t>

  init() {
    wakeUps = .allocate(capacity: 1)
    wakeUps.initialize(to: sem_t())
    sem_init(wakeUps, 0, 0)
  }

  deinit {
    sem_destroy(wakeUps)
    wakeUps.deallocate()
  }

  /// Runs `body` on a new thread. Returns whether the system allowed it.
  static func start(_ body: @escaping @Sendable () -> Void) -> Bool {
    guard let thread = WorkerThread(body) else { return false }
    thread.detach()
    return true
  }

  func wake() { sem_post(wakeUps) }

  /// Until it is woken, or the time is over. Wake-ups that came before count.
  func sleep(nanoseconds: Int64) {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    let end = Int64(time.tv_nsec) + nanoseconds
    time.tv_sec += Int(end / 1_000_000_000)
    time.tv_nsec = Int(end % 1_000_000_000)
    sem_timedwait(wakeUps, &time)
  }
}
