import Capture

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
    let filled = Semaphore()
    let free = Semaphore(FlowStageThread.depth)
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
    }

    deinit {
      batches.deinitialize(count: FlowStageThread.depth)
      batches.deallocate()
    }

    /// The analysing thread, from its first batch to its last.
    func run() {
      var stage = FlowStage(options)
      var position = 0
      while true {
        filled.wait()
        if batches[position].isEmpty { break }
        stage.take(batches[position])
        batches[position].removeAll()
        position = (position + 1) % FlowStageThread.depth
        if position % FlowStageThread.groupSize == 0 { free.post(FlowStageThread.groupSize) }
      }
      free.post(position % FlowStageThread.groupSize)
      if !isAbandoned { result = stage.finish(lostFragmentCount: lostFragmentCount) }
    }
  }

  private let ring: Ring
  /// Until it is waited for.
  private var thread: WorkerThread?
  private var position = 0

  /// `nil` when the system gives no thread.
  init?(_ options: AnalysisOptions) {
    let ring = Ring(options)
    guard let thread = WorkerThread({ ring.run() }) else { return nil }
    self.ring = ring
    self.thread = consume thread
  }

  deinit {
    ring.isAbandoned = true
    end()
  }

  /// Gives away a batch and receives an empty one.
  func exchange(_ batch: inout ObservationBatch) {
    ring.free.wait()
    swap(&ring.batches[position], &batch)
    position = (position + 1) % FlowStageThread.depth
    if position % FlowStageThread.groupSize == 0 { ring.filled.post(FlowStageThread.groupSize) }
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
    guard let thread = thread.take() else { return }
    ring.free.wait()
    ring.filled.post(position % FlowStageThread.groupSize + 1)
    thread.join()
  }
}
