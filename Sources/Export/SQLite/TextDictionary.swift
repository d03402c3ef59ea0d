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
  private var names: [(start: UnsafePointer<UInt8>, number: Int64)] = []
  private var addresses: [IPAddress: Int64] = [:]
  private var strings: [String: Int64] = [:]
  private var scratch: [UInt8] = []

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
    // Few names exist, and the last ones found are the likeliest.
    for known in names where known.start == name.utf8Start { return known.number }
    let bytes = UnsafeRawBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount)
    let number = add(own: bytes, texts)
    names.append((name.utf8Start, number))
    return number
  }

  mutating func number(of address: IPAddress, _ texts: borrowing TextTable) -> Int64 {
    if let known = addresses[address] { return known }
    let number = self.number(of: address.description, texts)
    addresses[address] = number
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
    scratch.removeAll(keepingCapacity: true)
    scratch.append(jsonAttributes: pairs, texts)
    let bytes = scratch
    return bytes.withUnsafeBytes { add(own: $0, texts) }
  }

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
      try insert.insert(text: bytes, at: 1)
      return .success(())
    } catch {
      return .failure(error)
    }
  }
}
