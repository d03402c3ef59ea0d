/// A small aligned table inside a report, whose cells are text already.
struct ReportTable {
  let headings: [String]
  let leftAligned: Set<Int>
  /// Columns that give way when the line becomes too long.
  let flexible: [Int]

  private static let narrowestColumn = 12

  func append(_ lines: [[[UInt8]]], _ lineWidth: Int, _ isColored: Bool, to bytes: inout [UInt8]) {
    var widths = headings.map { $0.count }
    for line in lines {
      for (index, cell) in line.enumerated() { widths[index] = max(widths[index], cell.displayWidth) }
    }
    var excess = widths.reduce(0, +) + 2 * (widths.count - 1) - lineWidth
    for column in flexible.sorted(by: { (widths[$1], $0) < (widths[$0], $1) }) where excess > 0 {
      let step = min(excess, max(0, widths[column] - max(ReportTable.narrowestColumn, headings[column].count)))
      widths[column] -= step
      excess -= step
    }
    if isColored { bytes.append("\u{1b}[1m") }
    append(headings.map { Array($0.utf8) }, widths, to: &bytes)
    if isColored { bytes.append("\u{1b}[0m") }
    for line in lines { append(line, widths, to: &bytes) }
  }

  private func append(_ line: [[UInt8]], _ widths: [Int], to bytes: inout [UInt8]) {
    for (index, cell) in line.enumerated() {
      if index > 0 { bytes.append("  ") }
      if !leftAligned.contains(index) {
        bytes.append(rightAligned: cell, toWidth: widths[index])
      } else if index < line.count - 1 {
        bytes.append(padded: cell, toWidth: widths[index])
      } else {
        bytes.append(cut: cell, toWidth: widths[index])
      }
    }
    bytes.append("\n")
  }
}
