import Analysis
package import Capture

/// Rows as an aligned table for people. Widths come from the first rows; what does not fit is cut with `…`.
package struct TextRows<Row>: Sendable {
  /// Rows that decide the widths. Later ones are shown in the same columns.
  package static var measuredRowLimit: Int { 1000 }
  /// Width of a line that does not go to a terminal.
  package static var defaultLineWidth: Int { 100 }
  /// Blanks between columns.
  private static var separatorWidth: Int { 1 }

  private var columns: [TextColumn<Row>]
  private let isColored: Bool
  private var widths: [Int]

  /// Measures the rows at the front of `rows`.
  package init(
    _ columns: [TextColumn<Row>], rows: [Row], order: some Collection<Int>, _ texts: borrowing TextTable, lineWidth: Int, isColored: Bool
  ) {
    self.columns = columns
    self.isColored = isColored
    widths = columns.map { $0.heading.count }
    var scratch: [UInt8] = []
    for index in order.prefix(TextRows.measuredRowLimit) {
      for (column, definition) in columns.enumerated() {
        scratch.removeAll(keepingCapacity: true)
        scratch.append(text: definition.cell(rows[index]), texts)
        widths[column] = max(widths[column], scratch.displayWidth)
      }
    }
    dropExtras(beyond: lineWidth)
    shrink(to: lineWidth)
  }

  package func appendHeader(to bytes: inout [UInt8]) {
    if isColored { bytes.append("\u{1b}[1m") }
    for (index, column) in columns.enumerated() {
      var cell: [UInt8] = []
      cell.append(text: column.heading)
      append(cell, column: index, to: &bytes)
    }
    if isColored { bytes.append("\u{1b}[0m") }
    bytes.append(UInt8(ascii: "\n"))
  }

  package func append(_ row: borrowing Row, _ texts: borrowing TextTable, to bytes: inout [UInt8]) {
    var cell: [UInt8] = []
    for (index, column) in columns.enumerated() {
      cell.removeAll(keepingCapacity: true)
      cell.append(text: column.cell(row), texts)
      var color: TextColor?
      if isColored, let state = column.state { color = TextColor(state: state.value(row), texts) }
      append(cell, column: index, color, to: &bytes)
    }
    bytes.append(UInt8(ascii: "\n"))
  }

  private func append(_ cell: [UInt8], column: Int, _ color: TextColor? = nil, to bytes: inout [UInt8]) {
    if column > 0 { bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: TextRows.separatorWidth)) }
    let blankCount = max(0, widths[column] - cell.displayWidth)
    if columns[column].isRightAligned { bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: blankCount)) }
    if let color { bytes.append(color.begin) }
    if columns[column].isFlexible {
      bytes.append(cut: cell, toWidth: widths[column])
    } else {
      bytes.append(contentsOf: cell)
    }
    if color != nil { bytes.append(TextColor.end) }
    // No blanks at the end of a line.
    if !columns[column].isRightAligned, column < columns.count - 1 {
      bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: blankCount))
    }
  }

  /// Leaves out the columns for wide lines that do not fit, those of the highest ranks first.
  private mutating func dropExtras(beyond lineWidth: Int) {
    var isShown = columns.map { $0.extraRank == nil }
    func width() -> Int {
      columns.indices.reduce(-TextRows.separatorWidth) { isShown[$1] ? $0 + widths[$1] + TextRows.separatorWidth : $0 }
    }
    // Columns of one rank belong together.
    for rank in Set(columns.compactMap(\.extraRank)).sorted() {
      let before = isShown
      for index in columns.indices where columns[index].extraRank == rank { isShown[index] = true }
      if width() > lineWidth {
        isShown = before
        break
      }
    }
    widths = columns.indices.filter { isShown[$0] }.map { widths[$0] }
    columns = columns.indices.filter { isShown[$0] }.map { columns[$0] }
  }

  /// Takes columns away from the widest flexible column, again and again, until the line fits or nothing can give way.
  private mutating func shrink(to lineWidth: Int) {
    var excess = widths.reduce(0, +) + (columns.count - 1) * TextRows.separatorWidth - lineWidth
    while excess > 0 {
      let candidates = columns.indices.filter { columns[$0].isFlexible && widths[$0] > columns[$0].narrowestWidth }
      guard let widest = candidates.max(by: { widths[$0] < widths[$1] }) else { return }
      let second = candidates.filter { $0 != widest }.map { widths[$0] }.max() ?? 0
      let floor = max(columns[widest].narrowestWidth, min(second, widths[widest] - 1))
      let step = min(excess, widths[widest] - floor)
      widths[widest] -= step
      excess -= step
    }
  }
}

/// Colours of text output: the eight that every terminal has.
package enum TextColor: Sendable {
  case red, yellow, faint

  package var begin: StaticString {
    switch self {
    case .red: "\u{1b}[31m"
    case .yellow: "\u{1b}[33m"
    case .faint: "\u{1b}[2m"
    }
  }

  package static let end: StaticString = "\u{1b}[0m"

  /// The colour of a state, if it has one.
  init?(state: Cell, _ texts: borrowing TextTable) {
    switch state.withText(texts, { String(decoding: $0, as: UTF8.self) }) {
    case "server_error", "timeout": self = .red
    case "client_error", "parse_failed": self = .yellow
    default: return nil
    }
  }
}

extension [UInt8] {
  /// A cell for people: names for codes, units on durations, RFC 3339 for times, text from a capture escaped.
  mutating func append(text cell: Cell, _ texts: borrowing TextTable) {
    switch cell {
    case .null: append("-")
    case .integer(let value): appendDecimal(value)
    case .real(let value):
      value.isFinite && value.magnitude < 1e12 ? appendFixed(Int64((value * 100).rounded()), fractionDigits: 2) : append("-")
    case .text(let id): texts.withBytes(id) { append(terminal: $0) }
    case .name(let name): append(name)
    case .address(let address): append(address)
    case .code(let number, nil): appendDecimal(number)
    case .code(_, let name?): append(name)
    case .hardwareAddress(let address): Cell.hardwareAddressText(address).span.withUnsafeBufferPointer { append(contentsOf: $0) }
    case .communityID(let name): name.ascii.span.withUnsafeBufferPointer { append(contentsOf: $0) }
    case .time(let value): append(time: value)
    case .duration(let value): append(duration: value)
    case .string(let text): append(terminal: text)
    case .attributes(let pairs): append(jsonAttributes: pairs, texts)
    }
  }

  /// Columns that these bytes, which are valid UTF-8, take on a terminal.
  var displayWidth: Int {
    withUnsafeBytes { raw in
      var width = 0
      var offset = 0
      while offset < raw.count {
        let (scalar, byteCount) = CapturedText.scalar(raw, at: offset)
        width += CapturedText.columnCount(scalar)
        offset += byteCount
      }
      return width
    }
  }

  /// `text`, which is valid UTF-8, cut to at most `width` columns; a cut shows as `…`.
  mutating func append(cut text: [UInt8], toWidth width: Int) {
    guard text.displayWidth > width else {
      append(contentsOf: text)
      return
    }
    text.withUnsafeBytes { raw in
      var used = 0
      var offset = 0
      while offset < raw.count {
        let (scalar, byteCount) = CapturedText.scalar(raw, at: offset)
        let columns = CapturedText.columnCount(scalar)
        if used + columns > width - 1 { break }
        used += columns
        offset += byteCount
      }
      append(contentsOf: raw[0..<offset])
    }
    append("…")
  }
}
