import Capture
import Glibc
import Synchronization

/// Runs a `Symbolizer` on a thread of its own, so that reading files never keeps the recorder from the kernel's ring, and next to it
/// an `ImageReader`, so that reading large files never keeps maps from being read while their processes live.
///
/// The recorder gives orders, and takes results when it likes. Orders wait in queues of limited length.
final class SymbolizerThread: Sendable {
  enum Order: Sendable {
    case inheritImage(child: ProcessImage.Key, parent: ProcessImage.Key)
    case resolve(stack: UInt64, image: ProcessImage.Key, kernel: [UInt64], user: [UInt64])
  }

  struct Results {
    var frames: [StackFrame] = []
    var stacks: [SampledStack] = []
  }

  /// Orders that may wait: stacks, and in front of them what only helps.
  static let longestQueue = 65_536
  static let longestQueueOfForks = 16_384
  /// Orders that are carried out before results are handed over.
  private static let ordersPerTurn = 256
  /// How often names that were missing are looked for again, nanoseconds.
  private static let retryNanoseconds: Int64 = 500_000_000
  /// At the end of a recording: how long maps are waited for, and until when files are read that were not read yet.
  private static let closingMapNanoseconds: Int64 = 1_000_000_000
  private static let closingFileNanoseconds: Int64 = 10_000_000_000
  /// How long the recorder waits for all that; a thread that is stuck in the kernel is left behind.
  private static let closingNanoseconds: Int64 = 15_000_000_000

  private struct Shared {
    var orders: [Order] = []
    var results = Results()
    var finishTime: Int64?
    var isDone = false
  }

  private let shared = Mutex(Shared())
  private let thread: BackgroundThread
  private let images: ImageReader
  private let seesProcesses: Bool

  /// - Parameter seesProcesses: whether process numbers are those of our /proc. Without that only the kernel's part gets names.
  init(seesProcesses: Bool) {
    self.seesProcesses = seesProcesses
    let thread = BackgroundThread()
    self.thread = thread
    images = ImageReader { thread.wake() }
  }

  /// Starts the threads. Returns whether the system allowed it.
  func start() -> Bool { images.start() && BackgroundThread.start { self.run() } }

  /// Adds an order. Returns whether there was room for it.
  func add(_ order: Order) -> Bool {
    let isAdded = shared.withLock { shared in
      switch order {
      case .resolve: if shared.orders.count >= SymbolizerThread.longestQueue { return false }
      case .inheritImage: if shared.orders.count >= SymbolizerThread.longestQueueOfForks { return false }
      }
      shared.orders.append(order)
      return true
    }
    if isAdded { thread.wake() }
    return isAdded
  }

  /// Has the map of a process read. Returns whether that will happen.
  func readImage(_ key: ProcessImage.Key) -> Bool { seesProcesses && images.order(key) }

  /// What was resolved since the last call.
  func takeResults() -> Results {
    shared.withLock { shared in
      defer { shared.results = Results() }
      return shared.results
    }
  }

  /// Waits until every order is carried out, as long as that takes a bearable time, and returns the last results.
  func finish() -> Results {
    let start = NodeClock.monotonicNanoseconds()
    shared.withLock { $0.finishTime = start }
    thread.wake()
    images.finish()
    while !shared.withLock({ $0.isDone }), NodeClock.monotonicNanoseconds() - start < SymbolizerThread.closingNanoseconds { usleep(1000) }
    return takeResults()
  }

  private func run() {
    var symbolizer = Symbolizer(seesProcesses: seesProcesses)
    var nextRetry = NodeClock.monotonicNanoseconds() + SymbolizerThread.retryNanoseconds
    while true {
      for (key, image) in images.take() { symbolizer.take(image, of: key) }
      let (orders, finishTime) = shared.withLock { shared in
        let taken = Array(shared.orders.prefix(SymbolizerThread.ordersPerTurn))
        shared.orders.removeFirst(taken.count)
        return (taken, shared.finishTime)
      }
      let now = NodeClock.monotonicNanoseconds()
      if let finishTime, symbolizer.deadline == .max { symbolizer.deadline = finishTime + SymbolizerThread.closingFileNanoseconds }
      for order in orders { SymbolizerThread.carryOut(order, &symbolizer) }
      for key in symbolizer.takeWantedImages() { _ = images.order(key) }
      var isLast = false
      if let finishTime, orders.isEmpty {
        isLast = !symbolizer.isWaiting || now - finishTime >= SymbolizerThread.closingMapNanoseconds
        if isLast { symbolizer.stopWaiting() }
      }
      if now >= nextRetry || isLast {
        symbolizer.retry()
        nextRetry = now + SymbolizerThread.retryNanoseconds
      }
      hand(over: &symbolizer, isLast: isLast)
      if isLast { return }
      if orders.isEmpty { thread.sleep(nanoseconds: finishTime == nil ? SymbolizerThread.retryNanoseconds : 1_000_000) }
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

  private static func carryOut(_ order: Order, _ symbolizer: inout Symbolizer) {
    switch order {
    case .inheritImage(let child, let parent): symbolizer.inheritImage(child, from: parent)
    case .resolve(let stack, let image, let kernel, let user):
      symbolizer.resolve(Symbolizer.Stack(id: stack, image: image, kernel: kernel, user: user))
    }
  }
}
