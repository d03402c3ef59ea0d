import Capture

/// Renders parts of an output on several threads and delivers them in their order: the output does not depend on their number.
///
/// Threads take parts in turns. Each has two buffers, so that it works on one while the other is written, and waits when both are full:
/// memory is bounded by the threads, whatever the output.
struct RowParts {
  /// Rows of one part: enough to make handing it over cheap.
  static let rowCount = 1024
  private static let buffersPerThread = 2

  /// Buffers of one thread, which belong to it between `free` and `filled`, and to the reader between `filled` and `free`.
  private final class Lane: @unchecked Sendable {
    let filled = Semaphore()
    let free = Semaphore(RowParts.buffersPerThread)
    var buffers: [[UInt8]] = Array(repeating: [], count: RowParts.buffersPerThread)
    /// Written by the reader before it posts `free`.
    var isAbandoned = false
  }

  /// Calls `render` for every part of `rowCount` rows, on `workers` threads, and `deliver` with what it made, in order, on this one.
  ///
  /// - Parameter render: appends the rows of a range to the bytes. It is called on several threads at once, and only while this function
  ///   runs.
  static func deliver(
    rowCount: Int, workers: Int, render: (Range<Int>, inout [UInt8]) -> Void, to output: inout OutputFile
  ) throws(ExportError) {
    let partCount = (rowCount + RowParts.rowCount - 1) / RowParts.rowCount
    let laneCount = min(workers, partCount)
    func rows(_ part: Int) -> Range<Int> { part * RowParts.rowCount..<min(rowCount, (part + 1) * RowParts.rowCount) }
    guard laneCount > 1 else {
      for part in 0..<partCount {
        render(rows(part), &output.bytes)
        try output.flushIfFull()
      }
      return
    }
    let failure = withoutActuallyEscaping(render) { render -> ExportError? in
      // Every thread is waited for before this closure ends.
      nonisolated(unsafe) let render = render
      let lanes = (0..<laneCount).map { _ in Lane() }
      let threads = lanes.indices.map { index in
        Worker(
          WorkerThread {
            let lane = lanes[index]
            var buffer = 0
            for part in stride(from: index, to: partCount, by: laneCount) {
              lane.free.wait()
              if lane.isAbandoned { return }
              lane.buffers[buffer].removeAll(keepingCapacity: true)
              render(part * RowParts.rowCount..<min(rowCount, (part + 1) * RowParts.rowCount), &lane.buffers[buffer])
              lane.filled.post()
              buffer = (buffer + 1) % buffersPerThread
            }
          })
      }
      defer { for thread in threads { thread.join() } }
      for part in 0..<partCount {
        let lane = lanes[part % laneCount]
        do throws(ExportError) {
          if threads[part % laneCount].hasThread {
            lane.filled.wait()
            output.bytes += lane.buffers[part / laneCount % buffersPerThread]
            lane.free.post()
          } else {
            render(rows(part), &output.bytes)
          }
          try output.flushIfFull()
        } catch {
          for lane in lanes {
            lane.isAbandoned = true
            lane.free.post(buffersPerThread)
          }
          return error
        }
      }
      return nil
    }
    if let failure { throw failure }
  }

  /// A thread, unless the system gave none: then the reader does its parts.
  private final class Worker {
    private var thread: WorkerThread?
    let hasThread: Bool

    init(_ thread: consuming WorkerThread?) {
      hasThread = thread != nil
      self.thread = consume thread
    }

    func join() { thread.take()?.join() }
  }
}
