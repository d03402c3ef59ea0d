import Analysis
import Capture

/// Turns the cells of one table's rows into integers: texts into their numbers, recurring combinations into theirs.
struct RowEncoder: ~Copyable {
  private let storage: TableStorage
  private let base: Int64
  /// The combination of each group that the current row is about to have: a mask of nulls, then the values.
  private var tuples: [[Int64]]
  /// The number in each column of the current row, 0 where there is none: what later columns are stored relative to.
  private var numbers: [Int64]
  private var dictionaries: [TupleDictionary.Box]

  init(_ storage: TableStorage, base: Int64) {
    self.storage = storage
    self.base = base
    tuples = storage.groups.map { Array(repeating: 0, count: $0.columns.count + 1) }
    numbers = Array(repeating: 0, count: storage.columns.count)
    dictionaries = storage.groups.map { TupleDictionary.Box($0.columns.count + 1) }
  }

  func combinationCount(_ group: Int) -> Int { dictionaries[group].dictionary.count }

  /// A value of a stored combination; `nil` for null.
  func combination(_ group: Int, _ number: Int, _ position: Int) -> Int64? {
    let width = dictionaries[group].dictionary.width
    let mask = dictionaries[group].dictionary.values[number * width]
    if mask >> Int64(position) & 1 == 1 { return nil }
    return dictionaries[group].dictionary.values[number * width + 1 + position]
  }

  /// Binds every parameter of the table's insert statement.
  mutating func encode<Row>(
    _ row: borrowing Row, _ columns: [Column<Row>], _ captured: borrowing TextTable, _ texts: inout TextDictionary,
    into insert: borrowing Statement
  ) {
    for group in tuples.indices { tuples[group][0] = 0 }
    for index in columns.indices {
      let cell = columns[index].value(row)
      let stored: Int64?
      numbers[index] = 0
      switch cell {
      case .null: stored = nil
      case .integer(let value), .code(let value, _), .duration(let value), .time(let value):
        numbers[index] = value
        stored = value &- offset(of: index)
      case .text(let id): stored = texts.number(of: id)
      case .name(let name): stored = texts.number(of: name, captured)
      case .address(let address): stored = texts.number(of: address, captured)
      case .hardwareAddress(let address):
        stored = texts.number(of: String(decoding: Cell.hardwareAddressText(address), as: UTF8.self), captured)
      case .string(let text): stored = texts.number(of: text, captured)
      case .attributes(let pairs): stored = texts.number(ofAttributes: pairs, captured)
      case .real(let value):
        guard case .row(let position) = storage.columns[index].place else { preconditionFailure("real columns stand in the table of rows") }
        value.isFinite ? insert.bind(real: value, at: position) : insert.bindNull(at: position)
        continue
      }
      switch storage.columns[index].place {
      case .row(let position):
        if let stored { insert.bind(stored, at: position) } else { insert.bindNull(at: position) }
      case .group(let group, let position):
        tuples[group][position + 1] = stored ?? 0
        if stored == nil { tuples[group][0] |= 1 << Int64(position) }
      }
    }
    for group in tuples.indices {
      insert.bind(dictionaries[group].dictionary.number(of: tuples[group]), at: storage.rowColumnCount + group)
    }
  }

  @inline(__always)
  private func offset(of index: Int) -> Int64 {
    let column = storage.columns[index]
    if let subtracted = column.subtracted { return numbers[subtracted] &- (column.added.map { numbers[$0] } ?? 0) }
    return column.isBased ? base : 0
  }
}

extension TupleDictionary {
  /// Holds a dictionary in an array, which cannot hold values that are not copyable.
  final class Box {
    var dictionary: TupleDictionary

    init(_ width: Int) { dictionary = TupleDictionary(width: width) }
  }
}
