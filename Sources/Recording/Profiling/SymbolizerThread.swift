import Capture
import Glibc
import Synchronization

/// Runs a `Symbolizer` on a thread of its own, so that reading files never keeps the recorder from the kernel's ring.
///
/// The recorder gives orders, and takes results when it likes. Orders wait in a queue of limited length.
final class SymbolizerThread: Sendable {
  enum Order: Sendable {
    case readImage(processID: UInt32, generation: UInt32)
    case inheritImage(child: UInt32, childGeneration: UInt32, parent: UInt32, parentGeneration: UInt32)
    case resolve(stack: UInt64, processID: UInt32, generation: UInt32, kernel: [UInt64], user: [UInt64])
  }

  struct Results {
    var frames: [StackFrame] = []
    var stacks: [SampledStack] = []
  }

  /// Orders that may wait: stacks, and in front of them less urgent reading of maps.
  static let longestQueue = 65_536
  static let longestQueueOfMaps = 4096
  /// Orders that are carried out before results are handed over.
  private static let ordersPerTurn = 256
  /// How often names that were missing are looked for again, nanoseconds.
  private static let retryNanoseconds: Int64 = 500_000_000
  /// How long the end of a recording waits for files that were not read yet.
  private static let closingNanoseconds: Int64 = 10_000_000_000

  private struct Shared {
    var orders: [Order] = []
    var results = Results()
    var isFinishing = false
    var isDone = false
  }

  private let shared = Mutex(Shared())
  private nonisolated(unsafe) let wake: UnsafeMutablePointer<sem_t>
  private let seesProcesses: Bool

  init(seesProcesses: Bool) {
    self.seesProcesses = seesProcesses
    wake = .allocate(capacity: 1)
    wake.initialize(to: sem_t())
    sem_init(wake, 0, 0)
  }

  deinit {
    sem_destroy(wake)
    wake.deallocate()
  }

  /// Starts the thread. Returns whether the system allowed it.
  func start() -> Bool {
    var thread = pthread_t()
    let status = pthread_create(
      &thread, nil,
      { argument in
        Unmanaged<SymbolizerThread>.fromOpaque(argument!).takeRetainedValue().run()
        return nil
      }, Unmanaged.passRetained(self).toOpaque())
    guard status == 0 else {
      Unmanaged.passUnretained(self).release()
      return false
    }
    pthread_detach(thread)
    return true
  }

  /// Adds an order. Returns whether there was room for it.
  func add(_ order: Order) -> Bool {
    let isAdded = shared.withLock { shared in
      if case .resolve = order {
        guard shared.orders.count < SymbolizerThread.longestQueue else { return false }
      } else {
        guard shared.orders.count < SymbolizerThread.longestQueueOfMaps else { return false }
      }
      shared.orders.append(order)
      return true
    }
    if isAdded { sem_post(wake) }
    return isAdded
  }

  /// What was resolved since the last call.
  func takeResults() -> Results {
    shared.withLock { shared in
      defer { shared.results = Results() }
      return shared.results
    }
  }

  /// Waits until every order is carried out and the thread has ended, and returns the last results.
  func finish() -> Results {
    shared.withLock { $0.isFinishing = true }
    sem_post(wake)
    while !shared.withLock({ $0.isDone }) { usleep(1000) }
    return takeResults()
  }

  private func run() {
    var symbolizer = Symbolizer(seesProcesses: seesProcesses)
    var nextRetry = NodeClock.monotonicNanoseconds() + SymbolizerThread.retryNanoseconds
    while true {
      let (orders, isFinishing) = shared.withLock { shared in
        let taken = Array(shared.orders.prefix(SymbolizerThread.ordersPerTurn))
        shared.orders.removeFirst(taken.count)
        return (taken, shared.isFinishing)
      }
      let now = NodeClock.monotonicNanoseconds()
      if isFinishing, symbolizer.deadline == .max { symbolizer.deadline = now + SymbolizerThread.closingNanoseconds }
      for order in orders { SymbolizerThread.carryOut(order, &symbolizer) }
      let isLast = isFinishing && orders.isEmpty
      if now >= nextRetry || isLast {
        symbolizer.retry()
        nextRetry = now + SymbolizerThread.retryNanoseconds
      }
      hand(over: &symbolizer, isLast: isLast)
      if isLast { return }
      if orders.isEmpty { wait() }
    }
  }

  private func hand(over symbolizer: inout Symbolizer, isLast: Bool) {
    let frames = symbolizer.takeFrames()
    let stacks = symbolizer.takeStacks()
    guard isLast || !frames.isEmpty || !stacks.isEmpty else { return }
    shared.withLock { shared in
      shared.results.frames += frames
      shared.results.stacks += stacks
      shared.isDone = isLast
    }
  }

  /// Until there is an order, or it is time to try again.
  private func wait() {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    time.tv_nsec += Int(SymbolizerThread.retryNanoseconds)
    if time.tv_nsec >= 1_000_000_000 {
      time.tv_sec += 1
      time.tv_nsec -= 1_000_000_000
    }
    sem_timedwait(wake, &time)
  }

  private static func carryOut(_ order: Order, _ symbolizer: inout Symbolizer) {
    switch order {
    case .readImage(let processID, let generation): symbolizer.readImage(processID: processID, generation: generation)
    case .inheritImage(let child, let childGeneration, let parent, let parentGeneration):
      symbolizer.inheritImage(child: child, childGeneration: childGeneration, parent: parent, parentGeneration: parentGeneration)
    case .resolve(let stack, let processID, let generation, let kernel, let user):
      symbolizer.resolve(stack: stack, processID: processID, generation: generation, kernel: kernel, user: user)
    }
  }
}
