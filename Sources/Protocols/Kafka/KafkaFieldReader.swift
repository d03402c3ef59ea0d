import Wire

/// Walks over the fields of a body as its layout says, and keeps the first value of each kind. It stops where the bytes end.
struct KafkaFieldReader {
  /// Bytes of a text that is kept.
  private static let longestText = 1024
  /// Topics of one response whose names are kept.
  private static let topicLimit = 64

  private let layout: UnsafeBufferPointer<UInt8>
  private let version: Int16
  private let isFlexible: Bool
  private var offset: Int
  private(set) var fields = KafkaFields()
  /// The topic read last.
  private var lastTopic: Range<Int>?

  init(_ layout: StaticString, _ version: Int16, isFlexible: Bool, at offset: Int) {
    self.layout = UnsafeBufferPointer(start: layout.utf8Start, count: layout.utf8CodeUnitCount)
    self.version = version
    self.isFlexible = isFlexible
    self.offset = offset
  }

  mutating func read(_ bytes: RawSpan) {
    var position = 0
    _ = readFields(&position, bytes, isSkipped: false)
  }

  // MARK: Layout

  /// Fields up to the end of the layout or of an array. `false` when nothing more is to be read.
  private mutating func readFields(_ position: inout Int, _ bytes: RawSpan, isSkipped: Bool) -> Bool {
    while position < layout.count {
      let letter = layout[position]
      position += 1
      switch letter {
      case UInt8(ascii: " "): continue
      case UInt8(ascii: "]"), UInt8(ascii: ")"): return true
      case UInt8(ascii: "."): if isSkipped { continue } else { return false }
      default: break
      }
      let applies = readVersions(&position) && !isSkipped
      let kind = readKind(&position)
      if letter == UInt8(ascii: "[") || letter == UInt8(ascii: "(") {
        guard readArray(&position, bytes, applies: applies, ofStructures: letter == UInt8(ascii: "[")) else { return false }
      } else if applies {
        guard readValue(letter, kind, bytes) else { return false }
      }
    }
    return true
  }

  private mutating func readArray(_ position: inout Int, _ bytes: RawSpan, applies: Bool, ofStructures: Bool) -> Bool {
    let start = position
    var count = 0
    if applies {
      guard let read = readCount(bytes, isCompact: isFlexible) else { return false }
      count = read
    }
    // Of an array that is not there the layout is passed over.
    guard count > 0 else { return readFields(&position, bytes, isSkipped: true) }
    while count > 0 {
      position = start
      let before = offset
      guard readFields(&position, bytes, isSkipped: false), !(isFlexible && ofStructures) || skipTags(bytes), offset > before else {
        return false
      }
      count -= 1
    }
    return true
  }

  /// Whether the version has the field: `@3+`, `@2-4`, `@-12`, or no range.
  private func readVersions(_ position: inout Int) -> Bool {
    guard position < layout.count, layout[position] == UInt8(ascii: "@") else { return true }
    position += 1
    let least = readNumber(&position)
    guard position < layout.count else { return version == least }
    if layout[position] == UInt8(ascii: "+") {
      position += 1
      return version >= least ?? 0
    }
    position += 1
    let most = readNumber(&position)
    return version >= least ?? 0 && version <= most ?? .max
  }

  private func readNumber(_ position: inout Int) -> Int16? {
    var number: Int16?
    while position < layout.count, layout[position].isASCIIDigit {
      number = (number ?? 0) * 10 + Int16(layout[position] - 0x30)
      position += 1
    }
    return number
  }

  private func readKind(_ position: inout Int) -> UInt8? {
    guard position + 1 < layout.count, layout[position] == UInt8(ascii: "=") else { return nil }
    position += 2
    return layout[position - 1]
  }

  // MARK: Values

  private mutating func readValue(_ letter: UInt8, _ kind: UInt8?, _ bytes: RawSpan) -> Bool {
    switch letter {
    case UInt8(ascii: "1"), UInt8(ascii: "2"), UInt8(ascii: "4"), UInt8(ascii: "8"):
      let byteCount = Int(letter - 0x30)
      guard offset + byteCount <= bytes.byteCount else { return false }
      keepNumber(kind, bytes)
      offset += byteCount
    case UInt8(ascii: "u"):
      guard offset + 16 <= bytes.byteCount else { return false }
      keepIdentifier(kind)
      offset += 16
    case UInt8(ascii: "s"):
      guard let length = isFlexible ? readCount(bytes, isCompact: true) : readShortCount(bytes) else { return false }
      guard offset + length <= bytes.byteCount else { return false }
      if length > 0 { keepText(kind, offset..<offset + min(length, KafkaFieldReader.longestText)) }
      offset += length
    case UInt8(ascii: "R"):
      guard let length = readCount(bytes, isCompact: isFlexible) else { return false }
      let end = min(offset + length, bytes.byteCount)
      if fields.records == nil { fields.records = KafkaRecordBatch.read(offset..<end, bytes) }
      guard offset + length <= bytes.byteCount else { return false }
      offset += length
    default: return false
    }
    return true
  }

  private mutating func keepNumber(_ kind: UInt8?, _ bytes: RawSpan) {
    switch kind {
    case UInt8(ascii: "p"): if fields.partition == nil { fields.partition = Int32(bitPattern: bytes.loadBigEndian32(at: offset)) }
    case UInt8(ascii: "o"): if fields.offset == nil { fields.offset = Int64(bitPattern: bytes.loadBigEndian64(at: offset)) }
    case UInt8(ascii: "a"): fields.acknowledgements = Int16(bitPattern: bytes.loadBigEndian16(at: offset))
    case UInt8(ascii: "w"): fields.maximumWaitMilliseconds = Int32(bitPattern: bytes.loadBigEndian32(at: offset))
    case UInt8(ascii: "e"):
      let code = Int16(bitPattern: bytes.loadBigEndian16(at: offset))
      if fields.errorCode ?? 0 == 0 { fields.errorCode = code }
    default: break
    }
  }

  private mutating func keepText(_ kind: UInt8?, _ text: Range<Int>) {
    switch kind {
    case UInt8(ascii: "t"):
      fields.topic = fields.topic ?? text
      lastTopic = text
    case UInt8(ascii: "g"): fields.group = fields.group ?? text
    case UInt8(ascii: "x"): fields.transaction = fields.transaction ?? text
    case UInt8(ascii: "n"): fields.name = fields.name ?? text
    case UInt8(ascii: "v"): fields.softwareVersion = fields.softwareVersion ?? text
    case UInt8(ascii: "m"): fields.errorMessage = fields.errorMessage ?? text
    default: break
    }
  }

  private mutating func keepIdentifier(_ kind: UInt8?) {
    switch kind {
    case UInt8(ascii: "i"): if fields.topicIdentifier == nil { fields.topicIdentifier = offset..<offset + 16 }
    case UInt8(ascii: "T"):
      if let lastTopic, fields.topics.count < KafkaFieldReader.topicLimit { fields.topics.append((lastTopic, offset..<offset + 16)) }
    default: break
    }
  }

  // MARK: Lengths

  /// A number of elements or bytes; null is none. Compact: a variable-length number, one too high.
  private mutating func readCount(_ bytes: RawSpan, isCompact: Bool) -> Int? {
    if isCompact {
      guard let number = KafkaVariableLength.unsigned(bytes, &offset) else { return nil }
      return number == 0 ? 0 : Int(number - 1)
    }
    guard let word = bytes.bigEndian32(at: offset) else { return nil }
    offset += 4
    return max(0, Int(Int32(bitPattern: word)))
  }

  private mutating func readShortCount(_ bytes: RawSpan) -> Int? {
    guard let word = bytes.bigEndian16(at: offset) else { return nil }
    offset += 2
    return max(0, Int(Int16(bitPattern: word)))
  }

  private mutating func skipTags(_ bytes: RawSpan) -> Bool { KafkaVariableLength.skipTags(bytes, &offset) }
}

/// Numbers of seven bits a byte. Source: "Kafka Protocol Guide", primitive types.
enum KafkaVariableLength {
  static func unsigned(_ bytes: RawSpan, _ offset: inout Int) -> UInt32? {
    var value: UInt32 = 0
    var index = offset
    for shift in stride(from: UInt32(0), to: 35, by: 7) {
      guard let byte = bytes.uint8(at: index) else { return nil }
      index += 1
      value |= UInt32(byte & 0x7f) << shift
      if byte & 0x80 == 0 {
        offset = index
        return value
      }
    }
    return nil
  }

  /// Zigzag, as records have them; of 64 bits, although most are of 32.
  static func signed(_ bytes: RawSpan, _ offset: inout Int) -> Int64? {
    var value: UInt64 = 0
    var index = offset
    for shift in stride(from: UInt64(0), to: 70, by: 7) {
      guard let byte = bytes.uint8(at: index) else { return nil }
      index += 1
      value |= UInt64(byte & 0x7f) << shift
      if byte & 0x80 == 0 {
        offset = index
        return Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1)
      }
    }
    return nil
  }

  /// Tagged fields: how many, then each with its tag and its length. Source: KIP-482.
  static func skipTags(_ bytes: RawSpan, _ offset: inout Int) -> Bool {
    var index = offset
    guard let count = unsigned(bytes, &index), count <= 256 else { return false }
    for _ in 0..<count {
      guard unsigned(bytes, &index) != nil, let length = unsigned(bytes, &index), Int(length) <= bytes.byteCount - index else {
        return false
      }
      index += Int(length)
    }
    offset = index
    return true
  }
}
