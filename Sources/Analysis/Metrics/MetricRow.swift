import Capture

/// Figures that can be put together from parts: those of a minute from those of its seconds.
package protocol MergeableFigures: Sendable {
  init()
  mutating func merge(_ other: Self)
}

/// Figures of one group (a service, a pair, an endpoint …), in one interval of time or in the whole capture.
package struct MetricRow<Figures: MergeableFigures>: Sendable {
  /// Start of the interval, µs since the epoch; `nil` for the whole capture.
  package var time: Int64?
  /// Length of what the row covers, in seconds: what rates are per.
  package var seconds: Double
  /// What the rows are grouped by, in the order of the table's columns.
  package var dimensions: [Cell]
  package var figures: Figures
}

/// Length of the intervals of a time series.
package enum MetricInterval: String, Sendable, CaseIterable {
  case second = "1s"
  case minute = "1m"

  package var microseconds: Int64 {
    switch self {
    case .second: 1_000_000
    case .minute: 60_000_000
    }
  }

  /// The start of the interval that `time` (µs since the epoch) lies in. Intervals are aligned to the epoch, like DeepFlow's.
  func start(of time: Int64) -> Int64 {
    let remainder = time % microseconds
    let (start, overflowed) = time.subtractingReportingOverflow(remainder < 0 ? remainder + microseconds : remainder)
    return overflowed ? Int64.min : start
  }
}

/// Collects figures by group and interval.
struct MetricGroups<Figures: MergeableFigures> {
  private struct Key: Hashable {
    var start: Int64?
    var parts: [KeyPart]
  }

  let interval: MetricInterval?
  /// Seconds of the whole capture, for rows without an interval.
  let captureSeconds: Double
  private(set) var rows: [MetricRow<Figures>] = []
  /// Looked up only, never iterated: rows are in order of first appearance.
  private var indexOfKey: [Key: Int] = [:]
  /// The key that was looked up last, and its index: neighbours are often of one group.
  private var latestParts: [KeyPart] = []
  private var latestIndex: Int?

  init(_ interval: MetricInterval?, captureSeconds: Double) {
    self.interval = interval
    self.captureSeconds = captureSeconds
  }

  /// The figures of the group of `dimensions` in the interval of `time` (µs since the epoch), to be added to.
  mutating func update(_ dimensions: [Cell], at time: Int64, _ body: (inout Figures) -> Void) {
    let start = interval?.start(of: time)
    let key = Key(start: start, parts: dimensions.map { KeyPart($0) })
    let index = indexOfKey[key] ?? rows.count
    if index == rows.count {
      indexOfKey[key] = index
      let seconds = interval.map { Double($0.microseconds) / 1_000_000 } ?? captureSeconds
      rows.append(MetricRow(time: start, seconds: seconds, dimensions: dimensions, figures: Figures()))
    }
    body(&rows[index].figures)
  }

  /// The figures of the group that `row` belongs to, in no interval, to be added to. Of a known group nothing is allocated.
  mutating func update<Source>(_ columns: [Column<Source>], of row: borrowing Source, _ body: (inout Figures) -> Void) {
    var index = latestIndex
    for position in columns.indices {
      let part = KeyPart(columns[position].value(row))
      if latestIndex == nil {
        latestParts.append(part)
      } else if latestParts[position] != part {
        latestParts[position] = part
        index = nil
      }
    }
    if index == nil { index = self.index(of: Key(start: nil, parts: latestParts), columns, row) }
    latestIndex = index
    if let index { body(&rows[index].figures) }
  }

  private mutating func index<Source>(of key: Key, _ columns: [Column<Source>], _ row: borrowing Source) -> Int {
    if let known = indexOfKey[key] { return known }
    indexOfKey[key] = rows.count
    var cells: [Cell] = []
    for column in columns { cells.append(column.value(row)) }
    rows.append(MetricRow(time: nil, seconds: captureSeconds, dimensions: cells, figures: Figures()))
    return rows.count - 1
  }

  /// The rows in order of time, those of one interval in order of first appearance.
  var inOrder: [MetricRow<Figures>] {
    guard interval != nil else { return rows }
    return rows.indices.sorted { (rows[$0].time ?? 0, $0) < (rows[$1].time ?? 0, $1) }.map { rows[$0] }
  }
}

/// A cell as part of a key.
private enum KeyPart: Hashable {
  case null
  case integer(Int64)
  case text(TextID)
  case address(IPAddress)
  case string(String)

  init(_ cell: Cell) {
    switch cell {
    case .null, .attributes: self = .null
    case .integer(let value), .time(let value), .duration(let value), .code(let value, _): self = .integer(value)
    case .real(let value): self = .integer(Int64(bitPattern: value.bitPattern))
    case .text(let id): self = .text(id)
    case .name(let name): self = .string(name.description)
    case .hardwareAddress(let address): self = .integer(Int64(clamping: address))
    case .communityID(let name): self = .string(name.text)
    case .address(let address): self = .address(address)
    case .string(let text): self = .string(text)
    }
  }
}
