#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// Runs a `FlowStage` on a thread of its own. Batches reach it in the order in which they are exchanged; a few may be under way, so that
/// neither thread waits for the other's every batch, and no more, so that memory stays bounded.
final class FlowStageThread {
  /// Batches under way at once.
  static let depth = 48
  /// Batches handed on, and back, together: to wake the other thread costs as much as some of them. Neither thread can wait for what
  /// the other holds back, because that is less than half of all.
  static let groupSize = 16

  /// What both threads hold. A batch belongs to the analysing thread between `filled` and `free`, otherwise to the reading one.
  private final class Ring: @unchecked Sendable {
    let batches: UnsafeMutablePointer<ObservationBatch>
    let filled: UnsafeMutablePointer<sem_t>
    let free: UnsafeMutablePointer<sem_t>
    let options: AnalysisOptions
    /// Written before the last batch is handed over.
    var lostFragmentCount: UInt64 = 0
    var isAbandoned = false
    /// Written before the thread ends.
    var result: AnalysisResult?

    init(_ options: AnalysisOptions) {
      self.options = options
      batches = .allocate(capacity: FlowStageThread.depth)
      for index in 0..<FlowStageThread.depth { (batches + index).initialize(to: ObservationBatch()) }
      filled = .allocate(capacity: 1)
      free = .allocate(capacity: 1)
      sem_init(filled, 0, 0)
      sem_init(free, 0, UInt32(FlowStageThread.depth))
    }

    deinit {
      batches.deinitialize(count: FlowStageThread.depth)
      batches.deallocate()
      sem_destroy(filled)
      sem_destroy(free)
      filled.deallocate()
      free.deallocate()
    }

    /// The analysing thread, from its first batch to its last.
    func run() {
      var stage = FlowStage(options)
      var position = 0
      while true {
        wait(filled)
        if batches[position].isEmpty { break }
        stage.take(batches[position])
        batches[position].removeAll()
        position = (position + 1) % FlowStageThread.depth
        if position % FlowStageThread.groupSize == 0 { post(free, FlowStageThread.groupSize) }
      }
      post(free, position % FlowStageThread.groupSize)
      if !isAbandoned { result = stage.finish(lostFragmentCount: lostFragmentCount) }
    }

    func post(_ semaphore: UnsafeMutablePointer<sem_t>, _ count: Int) {
      for _ in 0..<count { sem_post(semaphore) }
    }

    func wait(_ semaphore: UnsafeMutablePointer<sem_t>) {
      // Signals interrupt it.
      while sem_wait(semaphore) != 0 {}
    }
  }

  private let ring: Ring
  private let thread: pthread_t
  private var position = 0
  private var isJoined = false

  /// `nil` when the system gives no thread.
  init?(_ options: AnalysisOptions) {
    ring = Ring(options)
    let argument = Unmanaged.passRetained(ring)
    var thread = pthread_t()
    let status = pthread_create(
      &thread, nil,
      { argument in
        if let argument { Unmanaged<Ring>.fromOpaque(argument).takeRetainedValue().run() }
        return nil
      }, argument.toOpaque())
    guard status == 0 else {
      argument.release()
      return nil
    }
    self.thread = thread
  }

  deinit {
    if isJoined { return }
    ring.isAbandoned = true
    end()
  }

  /// Gives away a batch and receives an empty one.
  func exchange(_ batch: inout ObservationBatch) {
    ring.wait(ring.free)
    swap(&ring.batches[position], &batch)
    position = (position + 1) % FlowStageThread.depth
    if position % FlowStageThread.groupSize == 0 { ring.post(ring.filled, FlowStageThread.groupSize) }
  }

  /// Waits for the result.
  func finish(lostFragmentCount: UInt64) -> AnalysisResult {
    ring.lostFragmentCount = lostFragmentCount
    end()
    guard let result = ring.result.take() else { preconditionFailure("a stage that was not abandoned has a result") }
    return result
  }

  /// An empty batch is the last one.
  private func end() {
    ring.wait(ring.free)
    ring.post(ring.filled, position % FlowStageThread.groupSize + 1)
    pthread_join(thread, nil)
    isJoined = true
  }
}
