#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// A thread that runs one function.
package struct WorkerThread: ~Copyable {
  private final class Job: Sendable {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }

  private let thread: pthread_t

  /// `nil` when the system gives no thread.
  package init?(_ body: @escaping @Sendable () -> Void) {
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
      return nil
    }
    self.thread = thread
  }

  /// Waits for the function's end.
  package consuming func join() { pthread_join(thread, nil) }

  /// Nobody waits for the function's end.
  package consuming func detach() { pthread_detach(thread) }
}

/// Counts what one thread has done and another waits for.
package final class Semaphore: Sendable {
  private nonisolated(unsafe) let semaphore: UnsafeMutablePointer<sem_t>

  package init(_ count: Int = 0) {
    semaphore = .allocate(capacity: 1)
    semaphore.initialize(to: sem_t())
    sem_init(semaphore, 0, UInt32(count))
  }

  deinit {
    sem_destroy(semaphore)
    semaphore.deallocate()
  }

  package func post(_ count: Int = 1) {
    for _ in 0..<count { sem_post(semaphore) }
  }

  /// Takes one, once there is one.
  package func wait() {
    // Signals interrupt it.
    while sem_wait(semaphore) != 0 {}
  }
}
