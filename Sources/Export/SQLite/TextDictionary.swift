import Capture

/// Numbers for every text of a database (table `text`), given in order of first use, so that what occurs everywhere has the shortest
/// numbers. Texts of the capture are found by their identifier, names of the program by their address, addresses by value: no
/// `String` is made for a cell.
struct TextDictionary: ~Copyable {
  private enum Origin {
    case captured(TextID)
    case own(TextID)
  }

  /// Number of each text of the capture; 0 when it was not used yet.
  private var numberOfCaptured: [Int32]
  /// Texts that the capture does not hold, and their numbers.
  private var own = TextTable()
  private var numberOfOwn: [Int32] = []
  /// Position i holds what has number i + 1.
  private var order: [Origin] = []
  private var names: [UnsafePointer<UInt8>: Int64] = [:]
  private var addresses: [IPAddress: Int64] = [:]
  private var strings: [String: Int64] = [:]
  private var attributes: [[TextID]: Int64] = [:]
  private var scratch: [UInt8] = []
  /// The latest names and addresses, each at a place that follows from it.
  private var recentNames: [(start: UnsafePointer<UInt8>?, number: Int64)] = Array(repeating: (nil, 0), count: recentCount)
  private var recentAddresses: [(address: IPAddress?, number: Int64)] = Array(repeating: (nil, 0), count: recentCount)
  private static let recentCount = 64

  init(capturedCount: Int) {
    numberOfCaptured = Array(repeating: 0, count: capturedCount)
  }

  var count: Int { order.count }

  @inline(__always)
  mutating func number(of id: TextID) -> Int64 {
    let known = numberOfCaptured[Int(id.rawValue)]
    return known != 0 ? Int64(known) : add(captured: id)
  }

  mutating func number(of name: StaticString, _ texts: borrowing TextTable) -> Int64 {
    let start = name.utf8Start
    let place = Int(bitPattern: start) >> 3 & (TextDictionary.recentCount - 1)
    if recentNames[place].start == start { return recentNames[place].number }
    let number = names[start] ?? add(own: UnsafeRawBufferPointer(start: start, count: name.utf8CodeUnitCount), texts)
    names[start] = number
    recentNames[place] = (start, number)
    return number
  }

  mutating func number(of address: IPAddress, _ texts: borrowing TextTable) -> Int64 {
    let place = Int(truncatingIfNeeded: address.high ^ address.low) & (TextDictionary.recentCount - 1)
    if recentAddresses[place].address == address { return recentAddresses[place].number }
    let number = addresses[address] ?? self.number(of: address.description, texts)
    addresses[address] = number
    recentAddresses[place] = (address, number)
    return number
  }

  mutating func number(of text: String, _ texts: borrowing TextTable) -> Int64 {
    if let known = strings[text] { return known }
    var copy = text
    let number = copy.withUTF8 { add(own: UnsafeRawBufferPointer($0), texts) }
    strings[text] = number
    return number
  }

  /// Name and value pairs as the text of a JSON object.
  mutating func number(ofAttributes pairs: [TextID], _ texts: borrowing TextTable) -> Int64 {
    if let known = attributes[pairs] { return known }
    scratch.removeAll(keepingCapacity: true)
    scratch.append(jsonAttributes: pairs, texts)
    let bytes = scratch
    let number = bytes.withUnsafeBytes { add(own: $0, texts) }
    attributes[pairs] = number
    return number
  }

  /// Hexadecimal identifiers, of traces above all, are stored as the bytes they stand for; the view `text` gives them back.
  static let createStatements = [
    "CREATE TABLE text_values(id INTEGER PRIMARY KEY, value)",
    "CREATE VIEW text AS SELECT id, CASE typeof(value) WHEN 'blob' THEN lower(hex(value)) ELSE value END AS value FROM text_values",
  ]
  static let insertStatement = "INSERT INTO text_values VALUES(?,?)"
  /// Shorter ones would save less than they cost.
  private static let shortestHexadecimal = 8

  /// Inserts every text, repaired to UTF-8, by number from 1.
  func insertAll(_ texts: borrowing TextTable, into insert: borrowing Statement) throws(ExportError) {
    for index in order.indices {
      insert.bind(Int64(index + 1), at: 0)
      switch order[index] {
      case .captured(let id): try texts.withBytes(id) { TextDictionary.insert($0, insert) }.get()
      case .own(let id): try own.withBytes(id) { TextDictionary.insert($0, insert) }.get()
      }
    }
  }

  private mutating func add(captured id: TextID) -> Int64 {
    order.append(.captured(id))
    numberOfCaptured[Int(id.rawValue)] = Int32(order.count)
    return Int64(order.count)
  }

  private mutating func add(own bytes: UnsafeRawBufferPointer, _ texts: borrowing TextTable) -> Int64 {
    if let captured = texts.identifier(of: bytes.bytes) { return number(of: captured) }
    let id = own.intern(bytes.bytes)
    if Int(id.rawValue) < numberOfOwn.count { return Int64(numberOfOwn[Int(id.rawValue)]) }
    order.append(.own(id))
    numberOfOwn.append(Int32(order.count))
    return Int64(order.count)
  }

  private static func insert(_ bytes: UnsafeRawBufferPointer, _ insert: borrowing Statement) -> Result<Void, ExportError> {
    do throws(ExportError) {
      if let packed = packed(bytes) { try insert.insert(blob: packed, at: 1) } else { try insert.insert(text: bytes, at: 1) }
      return .success(())
    } catch {
      return .failure(error)
    }
  }

  /// The bytes that the text stands for, when it consists of pairs of hexadecimal digits in lower case.
  private static func packed(_ text: UnsafeRawBufferPointer) -> [UInt8]? {
    guard text.count >= shortestHexadecimal, text.count.isMultiple(of: 2), text.allSatisfy({ digit($0) != nil }) else { return nil }
    return stride(from: 0, to: text.count, by: 2).map { (digit(text[$0]) ?? 0) << 4 | (digit(text[$0 + 1]) ?? 0) }
  }

  private static func digit(_ character: UInt8) -> UInt8? {
    switch character {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): character - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): character - UInt8(ascii: "a") + 10
    default: nil
    }
  }
}
