#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// How much one part of a database holds, and how long it took to write: for benchmarks, never in the database.
package struct SQLiteExportPart: Sendable {
  package let name: String
  package let rowCount: Int
  /// Values of the view; 0 for what only serves the views.
  package let cellCount: Int
  package let nanoseconds: Int64

  init(_ name: String, rowCount: Int, columnCount: Int, since start: Int64) {
    self.name = name
    self.rowCount = rowCount
    cellCount = rowCount * columnCount
    nanoseconds = SQLiteExportPart.now() - start
  }

  static func now() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }
}

extension SQLiteExportPart: CustomStringConvertible {
  /// `l7_flow_log: 200000 rows, 11800000 cells, 781234 us`.
  package var description: String { "\(name): \(rowCount) rows, \(cellCount) cells, \(nanoseconds / 1000) us" }
}
