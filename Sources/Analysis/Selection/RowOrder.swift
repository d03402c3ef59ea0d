package import Capture

/// The rows of a view that a selection leaves, in its order.
package enum RowOrder {
  /// Indices into `rows`: those that `filter` lets pass, sorted, at most `limit`.
  package static func select<Row>(
    _ rows: [Row], _ table: Table<Row>, _ selection: RowSelection, _ texts: borrowing TextTable
  ) throws(SelectionError) -> [Int] {
    let filter = try RowFilter(selection, table)
    var order: [Int] = []
    // Without sorting, the limit ends the search.
    let enough = selection.sort.isEmpty ? selection.limit ?? .max : .max
    for index in rows.indices {
      if order.count >= enough { break }
      if filter.isEmpty || filter.matches(rows[index], texts) { order.append(index) }
    }
    return try sort(order, rows, table, selection, texts)
  }

  /// Finds out whether the selection can be applied, before anything is read.
  package static func check<Row>(_ selection: RowSelection, _ table: Table<Row>) throws(SelectionError) {
    _ = try RowFilter(selection, table)
    _ = try columns(selection.sort.map(\.name), of: table)
    _ = try columns(selection.fields, of: table)
  }

  /// `order` by the selection's fields, cut to its limit. Null stands last; equal rows keep their order.
  package static func sort<Row>(
    _ order: [Int], _ rows: [Row], _ table: Table<Row>, _ selection: RowSelection, _ texts: borrowing TextTable
  ) throws(SelectionError) -> [Int] {
    var order = order
    if !selection.sort.isEmpty {
      let columns = try columns(selection.sort.map(\.name), of: table)
      var keys: [(index: Int, keys: [SortKey])] = []
      keys.reserveCapacity(order.count)
      for index in order { keys.append((index, columns.map { SortKey($0.value(rows[index]), texts) })) }
      keys.sort { left, right in
        for (position, field) in selection.sort.enumerated() {
          let (a, b) = (left.keys[position], right.keys[position])
          if a == b { continue }
          if a == .null || b == .null { return b == .null }
          return field.isDescending ? b < a : a < b
        }
        return left.index < right.index
      }
      order = keys.map(\.index)
    }
    return selection.limit.map { Array(order.prefix($0)) } ?? order
  }

  /// The columns of these names.
  package static func columns<Row>(_ names: [String], of table: Table<Row>) throws(SelectionError) -> [Column<Row>] {
    var columns: [Column<Row>] = []
    for name in names {
      guard let column = table.columns.first(where: { $0.name == name }) else {
        throw .unknownField(name, table: table.name, nearest: NearestName.of(name, among: table.columns.map(\.name)))
      }
      columns.append(column)
    }
    return columns
  }
}

/// What rows are sorted by.
private enum SortKey: Comparable {
  case null
  case integer(Int64)
  case real(Double)
  case address(IPAddress)
  case text(String)

  init(_ cell: Cell, _ texts: borrowing TextTable) {
    switch cell {
    case .null, .attributes: self = .null
    case .integer(let value), .time(let value), .duration(let value), .code(let value, _): self = .integer(value)
    case .real(let value): self = value.isNaN ? .null : .real(value)
    case .address(let address): self = .address(address)
    case .hardwareAddress(let address): self = .integer(Int64(clamping: address))
    case .communityID(let name): self = .text(name.text)
    case .text(let id): self = .text(texts.string(id))
    case .name(let name): self = .text(name.description)
    case .string(let text): self = .text(text)
    }
  }
}
