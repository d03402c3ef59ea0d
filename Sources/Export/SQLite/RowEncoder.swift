import Analysis
import Capture

/// Turns the cells of one table's rows into integers: texts into their numbers, recurring combinations into theirs, values into
/// differences. Rows are given by address, so that nothing here is compiled for their types or copies them.
struct RowEncoder: ~Copyable {
  /// Where a stored value goes.
  private enum Destination {
    /// A parameter of the insert statement.
    case parameter(Int)
    /// A place in `tuples`, whose null is a bit of another place.
    case tuple(Int, mask: Int, bit: Int64)
  }

  /// What becomes of the cell of a column. Apart from the readers, so that looking at it counts no references.
  private struct Step {
    var reference: TableStorage.Reference
    var destination: Destination
  }

  private struct SequenceStep {
    var column: Int
    var parameter: Int
    var position: Int
  }

  private let storage: TableStorage
  private let readers: [CellReader]
  private let steps: [Step]
  private let base: Int64
  /// The number in each column of the current row, 0 where there is none: what later columns are stored relative to.
  private let numbers: UnsafeMutablePointer<Int64>
  /// The values of the leader's row, 0 where there is none.
  private let leader: UnsafeMutablePointer<Int64>
  /// The combination of each group that the current row is about to have, one after the other: a mask of nulls, then the values.
  private let tuples: UnsafeMutablePointer<Int64>
  private let tupleStarts: [Int]
  private let dictionaries: UnsafeMutablePointer<TupleDictionary>
  private let sequenceSteps: [SequenceStep]
  /// The first sequence numbers of each combination of the sequence group.
  private var firstSequences: [Int64?] = []
  private var currentSequences: [Int64?]

  init(_ storage: TableStorage, _ readers: [CellReader], base: Int64) {
    self.storage = storage
    self.readers = readers
    self.base = base
    var starts: [Int] = []
    var length = 0
    for group in storage.groups {
      starts.append(length)
      length += group.columns.count + 1
    }
    var sequenceSteps: [SequenceStep] = []
    steps = storage.columns.indices.map { index in
      let column = storage.columns[index]
      switch column.place {
      case .row(let position):
        if case .sequence(let sequence) = column.reference {
          sequenceSteps.append(SequenceStep(column: index, parameter: position, position: sequence))
        }
        return Step(reference: column.reference, destination: .parameter(position))
      case .group(let group, let position):
        return Step(
          reference: column.reference,
          destination: .tuple(starts[group] + 1 + position, mask: starts[group], bit: 1 << Int64(position)))
      }
    }
    self.sequenceSteps = sequenceSteps
    currentSequences = Array(repeating: nil, count: storage.sequenceColumns.count)
    tupleStarts = starts
    numbers = .allocate(capacity: storage.columns.count)
    numbers.initialize(repeating: 0, count: storage.columns.count)
    leader = .allocate(capacity: StorageLayout.leaderColumns.count)
    leader.initialize(repeating: 0, count: StorageLayout.leaderColumns.count)
    tuples = .allocate(capacity: max(length, 1))
    tuples.initialize(repeating: 0, count: max(length, 1))
    dictionaries = .allocate(capacity: max(storage.groups.count, 1))
    for (index, group) in storage.groups.enumerated() {
      (dictionaries + index).initialize(to: TupleDictionary(width: group.columns.count + 1))
    }
  }

  deinit {
    dictionaries.deinitialize(count: storage.groups.count)
    dictionaries.deallocate()
    tuples.deallocate()
    leader.deallocate()
    numbers.deallocate()
  }

  /// Sets a value of the leader's row for the next row: one of `StorageLayout.leaderColumns`.
  func setLeader(_ column: Int, _ value: Int64) { leader[column] = value }

  /// Binds every parameter of the table's insert statement.
  /// - Parameter row: address of a row of the type that the readers are made for.
  mutating func encode(
    _ row: UnsafeRawPointer, _ captured: borrowing TextTable, _ texts: inout TextDictionary, into insert: borrowing Statement
  ) {
    for start in tupleStarts { tuples[start] = 0 }
    for index in steps.indices {
      let step = steps[index]
      var isNull = false
      var isReal = false
      var value: Int64 = 0
      switch readers[index](row) {
      case .null: isNull = true
      case .integer(let number), .code(let number, _), .duration(let number), .time(let number): value = number
      case .text(let id): value = texts.number(of: id)
      case .name(let name): value = texts.number(of: name, captured)
      case .address(let address): value = texts.number(of: address, captured)
      case .hardwareAddress(let address):
        value = texts.number(of: Cell.hardwareAddressText(address).span.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }, captured)
      case .communityID(let name): value = texts.number(of: name.text, captured)
      case .string(let text): value = texts.number(of: text, captured)
      case .attributes(let pairs): value = texts.number(ofAttributes: pairs, captured)
      case .real(let number):
        isReal = true
        isNull = !number.isFinite
        value = Int64(bitPattern: number.bitPattern)
      }
      numbers[index] = isNull ? 0 : value
      switch step.reference {
      case .nothing: break
      case .base: value &-= base
      case .column(let subtracted, let minus): value = value &- numbers[subtracted] &+ (minus.map { numbers[$0] } ?? 0)
      case .leader(let position): value &-= leader[position]
      case .identifier: if !isNull { value = IdentifierDistance.from(numbers[0], to: value) }
      case .sequence(let position):
        currentSequences[position] = isNull ? nil : value
        continue
      }
      switch step.destination {
      case .parameter(let position):
        if isNull {
          insert.bindNull(at: position)
        } else if isReal {
          insert.bind(real: Double(bitPattern: UInt64(bitPattern: value)), at: position)
        } else {
          insert.bind(value, at: position)
        }
      case .tuple(let place, let mask, let bit):
        tuples[place] = isNull ? 0 : value
        if isNull { tuples[mask] |= bit }
      }
    }
    for group in tupleStarts.indices {
      let number = dictionaries[group].number(of: tuples + tupleStarts[group])
      insert.bind(number, at: storage.rowColumnCount + group)
      if group == storage.sequenceGroup { bindSequences(combination: Int(number - 1), insert) }
    }
  }

  private mutating func bindSequences(combination: Int, _ insert: borrowing Statement) {
    let width = storage.sequenceColumns.count
    while firstSequences.count < (combination + 1) * width { firstSequences.append(nil) }
    for step in sequenceSteps {
      guard let value = currentSequences[step.position] else {
        insert.bindNull(at: step.parameter)
        continue
      }
      let place = combination * width + step.position
      let first = firstSequences[place] ?? value
      firstSequences[place] = first
      // RFC 9293 §3.4: sequence numbers are compared modulo 2^32.
      insert.bind(Int64(Int32(truncatingIfNeeded: value &- first)), at: step.parameter)
    }
  }

  /// The number in a column of the row that was encoded last; 0 for null.
  func number(_ column: Int) -> Int64 { numbers[column] }

  /// Inserts the combinations of a group, by number from 1.
  func insertCombinations(_ group: Int, into insert: borrowing Statement) throws(ExportError) {
    let columns = storage.groups[group].columns.map { name in storage.columns.first { $0.name == name } }
    for combination in 0..<dictionaries[group].count {
      insert.bind(Int64(combination + 1), at: 0)
      let mask = dictionaries[group].value(combination, 0)
      for position in columns.indices {
        let value = dictionaries[group].value(combination, position + 1)
        if mask >> Int64(position) & 1 == 1 {
          insert.bindNull(at: position + 1)
        } else if columns[position]?.isReal == true {
          insert.bind(real: Double(bitPattern: UInt64(bitPattern: value)), at: position + 1)
        } else {
          insert.bind(value, at: position + 1)
        }
      }
      if group == storage.sequenceGroup {
        let width = storage.sequenceColumns.count
        for position in 0..<width {
          let first = firstSequences[combination * width + position]
          if let first { insert.bind(first, at: columns.count + 1 + position) } else { insert.bindNull(at: columns.count + 1 + position) }
        }
      }
      try insert.insert()
    }
  }
}
