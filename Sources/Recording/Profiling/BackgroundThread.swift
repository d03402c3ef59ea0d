// The members of `timespec` belong to the module whose headers the compiler reads first, which may be this one.
import CPcap
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
    final class Job: Sendable {
      let body: @Sendable () -> Void
      init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }
    let job = Unmanaged.passRetained(Job(body))
    var thread = pthread_t()
    let status = pthread_create(
      &thread, nil,
      { argument in
        if let argument { Unmanaged<Job>.fromOpaque(argument).takeRetainedValue().body() }
        return nil
      }, job.toOpaque())
    guard status == 0 else {
      job.release()
      return false
    }
    pthread_detach(thread)
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
