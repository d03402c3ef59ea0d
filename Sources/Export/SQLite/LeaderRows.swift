/// Values of the leader's rows that rows of other tables with the same identifier are stored relative to (`StorageLayout.leaders`).
struct LeaderRows {
  private let width = StorageLayout.leaderColumns.count
  /// In ascending order, as rows are written.
  private var identifiers: [Int64] = []
  private var values: [Int64] = []
  private var position = 0

  /// Begins a row, whose values follow in the order of `StorageLayout.leaderColumns`.
  mutating func append(identifier: Int64) { identifiers.append(identifier) }

  mutating func append(value: Int64) { values.append(value) }

  /// To be called before the rows of a table are looked up.
  mutating func rewind() { position = 0 }

  /// Finds the row of an identifier. Identifiers must be asked for in ascending order.
  mutating func find(_ identifier: Int64) -> Int? {
    while position < identifiers.count, identifiers[position] < identifier { position += 1 }
    return position < identifiers.count && identifiers[position] == identifier ? position : nil
  }

  func value(_ row: Int, _ column: Int) -> Int64 { values[row * width + column] }
}
