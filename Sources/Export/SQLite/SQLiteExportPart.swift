#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// How much one part of a database holds, and how long it took to write: for benchmarks, never in the database.
package struct SQLiteExportPart: Sendable {
  /// The times at which a part was begun.
  struct Start {
    fileprivate let elapsed = SQLiteExportPart.microseconds(CLOCK_MONOTONIC)
    fileprivate let processor = SQLiteExportPart.microseconds(CLOCK_THREAD_CPUTIME_ID)
  }

  package let name: String
  package let rowCount: Int
  /// Values of the view; 0 for what only serves the views.
  package let cellCount: Int
  package let elapsedMicroseconds: Int64
  /// Of the one thread that writes.
  package let processorMicroseconds: Int64

  init(_ name: String, rowCount: Int, columnCount: Int, since start: Start) {
    self.name = name
    self.rowCount = rowCount
    cellCount = rowCount * columnCount
    elapsedMicroseconds = SQLiteExportPart.microseconds(CLOCK_MONOTONIC) - start.elapsed
    processorMicroseconds = SQLiteExportPart.microseconds(CLOCK_THREAD_CPUTIME_ID) - start.processor
  }

  private static func microseconds(_ clock: clockid_t) -> Int64 {
    var time = timespec()
    clock_gettime(clock, &time)
    return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000
  }
}

extension SQLiteExportPart: CustomStringConvertible {
  /// `l7_flow_log: 200000 rows, 11400000 cells, 781234 us, 771002 us of processor time`.
  package var description: String {
    "\(name): \(rowCount) rows, \(cellCount) cells, \(elapsedMicroseconds) us, \(processorMicroseconds) us of processor time"
  }
}
