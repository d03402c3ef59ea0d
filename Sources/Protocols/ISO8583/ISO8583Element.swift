import Wire

/// How long a data element is, and of what. Source: ISO 8583:1987, §4.4, table of data elements.
struct ISO8583Element: Sendable {
  enum Content: UInt8, Sendable {
    case digits
    /// Letters and signs too.
    case text
    /// A magnetic track: digits and a separator.
    case track
    case binary
  }

  var content: Content
  /// Digits of the length before the element; 0 when the length is fixed.
  var lengthDigitCount: Int
  /// The length, or the largest one. In bytes for binary elements, else in characters.
  var length: Int

  private init(_ content: Content, _ length: Int, lengthDigits: Int = 0) {
    self.content = content
    self.length = length
    lengthDigitCount = lengthDigits
  }

  static func named(_ number: Int) -> ISO8583Element {
    switch number {
    case 2: ISO8583Element(.digits, 19, lengthDigits: 2)
    case 3, 11, 12, 73: ISO8583Element(.digits, 6)
    case 4...6, 82...85: ISO8583Element(.digits, 12)
    case 7, 74...81: ISO8583Element(.digits, 10)
    case 8...10: ISO8583Element(.digits, 8)
    case 13...18, 71, 72: ISO8583Element(.digits, 4)
    case 19...24, 68...70: ISO8583Element(.digits, 3)
    case 25, 26, 67: ISO8583Element(.digits, 2)
    case 27, 66: ISO8583Element(.digits, 1)
    case 28...31: ISO8583Element(.text, 9)
    case 32, 33, 99, 100: ISO8583Element(.digits, 11, lengthDigits: 2)
    case 34, 102, 103: ISO8583Element(.text, 28, lengthDigits: 2)
    case 35: ISO8583Element(.track, 37, lengthDigits: 2)
    case 36: ISO8583Element(.track, 104, lengthDigits: 3)
    case 37: ISO8583Element(.text, 12)
    case 38: ISO8583Element(.text, 6)
    case 39, 92: ISO8583Element(.text, 2)
    case 40, 49...51: ISO8583Element(.text, 3)
    case 41: ISO8583Element(.text, 8)
    case 42: ISO8583Element(.text, 15)
    case 43: ISO8583Element(.text, 40)
    case 44: ISO8583Element(.text, 25, lengthDigits: 2)
    case 45: ISO8583Element(.text, 76, lengthDigits: 2)
    case 52, 64, 65, 96, 128: ISO8583Element(.binary, 8)
    case 53, 86...89: ISO8583Element(.digits, 16)
    case 54: ISO8583Element(.text, 120, lengthDigits: 3)
    case 90: ISO8583Element(.digits, 42)
    case 91: ISO8583Element(.text, 1)
    case 93: ISO8583Element(.text, 5)
    case 94: ISO8583Element(.text, 7)
    case 95: ISO8583Element(.text, 42)
    case 97: ISO8583Element(.text, 17)
    case 98: ISO8583Element(.text, 25)
    case 101: ISO8583Element(.text, 17, lengthDigits: 2)
    default: ISO8583Element(.text, 999, lengthDigits: 3)
    }
  }
}

/// Walks the data elements of a message, whose bitmap says which are there.
struct ISO8583Elements {
  struct Found {
    var number: Int
    var range: Range<Int>
    /// Digits two a byte, as many as `characterCount`, from the right.
    var isPacked: Bool
    var characterCount: Int
  }

  private(set) var offset: Int
  private let end: Int
  private let encoding: ISO8583Format.Encoding
  private var first: UInt64
  private var second: UInt64 = 0
  private var number = 1
  /// An element is not what it must be, or does not end within the message.
  private(set) var isBroken = false

  /// `nil` when the bitmap is not there.
  init?(_ range: Range<Int>, _ encoding: ISO8583Format.Encoding, _ bytes: RawSpan) {
    self.encoding = encoding
    end = range.upperBound
    offset = range.lowerBound
    guard let bitmap = ISO8583Elements.bitmap(bytes, offset, end, encoding) else { return nil }
    first = bitmap
    offset += encoding.bitmapByteCount
    guard bitmap >> 63 == 1 else { return }
    guard let bitmap = ISO8583Elements.bitmap(bytes, offset, end, encoding) else { return nil }
    second = bitmap
    offset += encoding.bitmapByteCount
  }

  var isAtEnd: Bool { offset == end && !isBroken }

  mutating func next(_ bytes: RawSpan) -> Found? {
    while !isBroken, number < 128 {
      number += 1
      let isThere = number <= 64 ? first >> UInt64(64 - number) & 1 : second >> UInt64(128 - number) & 1
      guard isThere == 1 else { continue }
      if let found = read(ISO8583Element.named(number), bytes) { return found }
      isBroken = true
    }
    return nil
  }

  private mutating func read(_ element: ISO8583Element, _ bytes: RawSpan) -> Found? {
    var count = element.length
    if element.lengthDigitCount > 0 {
      guard let length = length(element.lengthDigitCount, bytes), length <= element.length else { return nil }
      count = length
    }
    let isPacked = encoding == .packed && (element.content == .digits || element.content == .track)
    let byteCount = isPacked ? (count + 1) / 2 : element.content == .binary && encoding == .hexadecimal ? count * 2 : count
    guard byteCount <= end - offset, byteCount <= bytes.byteCount - offset else { return nil }
    let range = offset..<offset + byteCount
    guard isSound(element.content, range, isPacked, bytes) else { return nil }
    offset += byteCount
    return Found(number: number, range: range, isPacked: isPacked, characterCount: count)
  }

  private mutating func length(_ digitCount: Int, _ bytes: RawSpan) -> Int? {
    let byteCount = encoding == .packed ? (digitCount + 1) / 2 : digitCount
    guard byteCount <= end - offset, byteCount <= bytes.byteCount - offset else { return nil }
    defer { offset += byteCount }
    guard encoding == .packed else { return bytes.decimal(in: offset..<offset + byteCount) }
    var value = 0
    for index in offset..<offset + byteCount {
      let byte = bytes.load8(at: index)
      guard byte >> 4 <= 9, byte & 15 <= 9 else { return nil }
      value = value * 100 + Int(byte >> 4) * 10 + Int(byte & 15)
    }
    return value
  }

  private func isSound(_ content: ISO8583Element.Content, _ range: Range<Int>, _ isPacked: Bool, _ bytes: RawSpan) -> Bool {
    for index in range {
      let byte = bytes.load8(at: index)
      switch content {
      case .digits: guard isPacked ? byte >> 4 <= 9 && (byte & 15 <= 9 || byte & 15 == 15) : byte.isASCIIDigit else { return false }
      case .track: guard isPacked || (0x20...0x7e).contains(byte) else { return false }
      case .text: guard encoding == .packed || byte >= 0x20 || range.count > 15 else { return false }
      case .binary: break
      }
    }
    return true
  }

  private static func bitmap(_ bytes: RawSpan, _ offset: Int, _ end: Int, _ encoding: ISO8583Format.Encoding) -> UInt64? {
    guard offset + encoding.bitmapByteCount <= end, encoding == .hexadecimal else {
      return offset + encoding.bitmapByteCount <= end ? bytes.bigEndian64(at: offset) : nil
    }
    var value: UInt64 = 0
    for index in offset..<offset + 16 {
      guard let byte = bytes.uint8(at: index) else { return nil }
      switch byte {
      case 0x30...0x39: value = value << 4 | UInt64(byte - 0x30)
      case 0x41...0x46, 0x61...0x66: value = value << 4 | UInt64((byte | 0x20) - 0x57)
      default: return nil
      }
    }
    return value
  }
}
