import Wire

/// Reads the text of a statement once, from its first byte to its last, in as many pieces as it comes in.
///
/// What is kept does not grow with the statement: literals and comments pass byte by byte, words and numbers in place. A token that may go on
/// behind a piece is left for the next one.
struct SQLScanner: Sendable {
  /// Bytes of a word, a number or a quoted name that are waited for.
  static let longestToken = 256

  private enum State: Sendable {
    case code
    case string(quote: UInt8)
    case dollarString(tag: [UInt8])
    case lineComment
    case blockComment(depth: Int)
  }

  private let dialect: SQLDialect
  private var state = State.code
  private var builder: SQLDigestBuilder
  private var isInVersionComment = false

  init(_ dialect: SQLDialect) {
    self.dialect = dialect
    builder = SQLDigestBuilder()
  }

  /// The digest of a text that is there as a whole.
  static func digest(_ range: Range<Int>, _ bytes: RawSpan, _ dialect: SQLDialect) -> SQLDigest {
    var scanner = SQLScanner(dialect)
    scanner.builder.reserve(range.count)
    _ = scanner.take(range, bytes, isLast: true)
    return scanner.finish()
  }

  /// What is known of the statement so far.
  mutating func finish() -> SQLDigest { builder.finish() }

  /// What is known of the statement, while more of it follows.
  func digestSoFar() -> SQLDigest {
    var copy = builder
    return copy.finish()
  }

  /// Reads a piece; returns the offset behind what was read.
  mutating func take(_ range: Range<Int>, _ bytes: RawSpan, isLast: Bool) -> Int {
    var offset = range.lowerBound
    let end = range.upperBound
    while offset < end {
      let next: Int?
      switch state {
      case .code: next = code(offset, end, bytes, isLast)
      case .string(let quote): next = string(quote, offset, end, bytes, isLast)
      case .dollarString(let tag): next = dollarString(tag, offset, end, bytes, isLast)
      case .lineComment: next = lineComment(offset, end, bytes)
      case .blockComment(let depth): next = blockComment(depth, offset, end, bytes, isLast)
      }
      guard let next else { return offset }
      offset = next
    }
    return offset
  }

  // MARK: Code

  /// One token from `offset` on; the offset behind it, or `nil` when more is needed to tell.
  private mutating func code(_ offset: Int, _ end: Int, _ bytes: RawSpan, _ isLast: Bool) -> Int? {
    let byte = bytes.load8(at: offset)
    if byte <= 0x20 {
      builder.space()
      return offset + 1
    }
    if isWordStart(byte) { return word(offset, end, bytes, isLast) }
    if byte.isASCIIDigit { return number(offset, end, bytes, isLast) }
    let follower: UInt8? = offset + 1 < end ? bytes.load8(at: offset + 1) : nil
    switch byte {
    case 0x27: return begin(string: byte, offset)
    case 0x22:
      return dialect.doubleQuotesAreStrings ? begin(string: byte, offset) : quotedName(byte, offset, end, bytes, isLast)
    case 0x60: return quotedName(byte, offset, end, bytes, isLast)
    case 0x5b where dialect.hasBracketedNames: return quotedName(0x5d, offset, end, bytes, isLast)
    case 0x2d, 0x2f, 0x24, 0x2e, 0x2a, 0x40:
      guard follower != nil || isLast else { return nil }
    case 0x23 where dialect.hasNumberSignComments:
      state = .lineComment
      builder.space()
      return offset + 1
    default: break
    }
    switch (byte, follower) {
    case (0x2d, 0x2d):
      // MySQL wants a blank behind the two dashes, others do not; "--1" is rare enough.
      state = .lineComment
      builder.space()
      return offset + 2
    case (0x2f, 0x2a): return blockCommentStart(offset, end, bytes, isLast)
    case (0x2a, 0x2f) where isInVersionComment:
      isInVersionComment = false
      builder.space()
      return offset + 2
    case (0x24, .some(let next)):
      if next.isASCIIDigit { return parameter(offset, end, bytes, isLast) }
      if dialect.hasDollarQuotes, let start = dollarTag(offset, end, bytes, isLast) { return start > 0 ? start : nil }
    case (0x2e, .some(let next)) where next.isASCIIDigit && !builder.isBehindName: return number(offset, end, bytes, isLast)
    case (0x40, .some(let next)) where isWordStart(next) || next == 0x40: return word(offset, end, bytes, isLast)
    case (0x3f, _):
      builder.marker()
      return offset + 1
    default: break
    }
    builder.symbol(byte)
    return offset + 1
  }

  private func isWordStart(_ byte: UInt8) -> Bool { byte.isASCIILetter || byte == 0x5f || byte >= 0x80 }

  private func isWordByte(_ byte: UInt8) -> Bool { byte.isASCIILetter || byte.isASCIIDigit || byte == 0x5f || byte >= 0x80 || byte == 0x24 }

  private mutating func word(_ start: Int, _ end: Int, _ bytes: RawSpan, _ isLast: Bool) -> Int? {
    var offset = start + 1
    let limit = min(end, start + SQLScanner.longestToken)
    // @@global.name: the at signs belong to the name.
    if bytes.load8(at: start) == 0x40 { while offset < limit, bytes.load8(at: offset) == 0x40 { offset += 1 } }
    while offset < limit, isWordByte(bytes.load8(at: offset)) { offset += 1 }
    if offset == end, !isLast, offset - start < SQLScanner.longestToken { return nil }
    // N'…', x'…', E'…', _utf8'…': the word belongs to the literal.
    if offset < end, bytes.load8(at: offset) == 0x27, offset - start <= 2 || bytes.load8(at: start) == 0x5f {
      return begin(string: 0x27, offset)
    }
    builder.word(start..<offset, bytes)
    return offset
  }

  /// A number: digits, letters and points, and a sign behind an exponent.
  private mutating func number(_ start: Int, _ end: Int, _ bytes: RawSpan, _ isLast: Bool) -> Int? {
    var offset = start
    let limit = min(end, start + SQLScanner.longestToken)
    while offset < limit {
      let byte = bytes.load8(at: offset)
      if byte.isASCIIDigit || byte.isASCIILetter || byte == 0x2e || byte == 0x5f {
        offset += 1
      } else if (byte == 0x2b || byte == 0x2d) && offset > start && bytes.load8(at: offset - 1).asciiLowercased == 0x65
        && bytes.load8(at: min(start + 1, offset)).asciiLowercased != 0x78
      {
        offset += 1
      } else {
        break
      }
    }
    if offset == end, !isLast, offset - start < SQLScanner.longestToken { return nil }
    builder.literal()
    return offset
  }

  /// `$1`.
  private mutating func parameter(_ start: Int, _ end: Int, _ bytes: RawSpan, _ isLast: Bool) -> Int? {
    var offset = start + 1
    let limit = min(end, start + 12)
    while offset < limit, bytes.load8(at: offset).isASCIIDigit { offset += 1 }
    if offset == end, !isLast { return nil }
    builder.literal()
    return offset
  }

  /// A name in quotes, a doubled quote within it included.
  private mutating func quotedName(_ quote: UInt8, _ start: Int, _ end: Int, _ bytes: RawSpan, _ isLast: Bool) -> Int? {
    var offset = start + 1
    let limit = min(end, start + SQLScanner.longestToken)
    while offset < limit {
      if bytes.load8(at: offset) == quote {
        guard offset + 1 < end || isLast else { return nil }
        if offset + 1 < end, bytes.load8(at: offset + 1) == quote {
          offset += 2
          continue
        }
        builder.quotedName(start..<offset + 1, bytes)
        return offset + 1
      }
      offset += 1
    }
    if offset >= end, !isLast, offset - start < SQLScanner.longestToken { return nil }
    // Longer than any name: text in quotes, then.
    state = .string(quote: quote)
    builder.literal()
    return min(offset, end)
  }

  // MARK: Strings

  private mutating func begin(string quote: UInt8, _ offset: Int) -> Int {
    state = .string(quote: quote)
    builder.literal()
    return offset + 1
  }

  private mutating func string(_ quote: UInt8, _ start: Int, _ end: Int, _ bytes: RawSpan, _ isLast: Bool) -> Int? {
    var offset = start
    while offset < end {
      let byte = bytes.load8(at: offset)
      if byte == quote {
        guard offset + 1 < end || isLast else { return offset > start ? offset : nil }
        if offset + 1 < end, bytes.load8(at: offset + 1) == quote {
          offset += 2
          continue
        }
        state = .code
        return offset + 1
      }
      if byte == 0x5c, dialect.escapesWithBackslash {
        guard offset + 1 < end || isLast else { return offset > start ? offset : nil }
        offset += 2
        continue
      }
      offset += 1
    }
    return min(offset, end)
  }

  /// `$tag$`; the offset behind it, 0 when more is needed to tell, `nil` when it is none.
  private mutating func dollarTag(_ start: Int, _ end: Int, _ bytes: RawSpan, _ isLast: Bool) -> Int? {
    var offset = start + 1
    while offset < min(end, start + 66), isWordByte(bytes.load8(at: offset)), bytes.load8(at: offset) != 0x24 { offset += 1 }
    guard offset < end else { return isLast || offset - start >= 66 ? nil : 0 }
    guard bytes.load8(at: offset) == 0x24 else { return nil }
    state = .dollarString(tag: bytes.copy(start..<offset + 1))
    builder.literal()
    return offset + 1
  }

  private mutating func dollarString(_ tag: [UInt8], _ start: Int, _ end: Int, _ bytes: RawSpan, _ isLast: Bool) -> Int? {
    var offset = start
    while let dollar = bytes.firstIndex(of: 0x24, from: offset, to: end) {
      guard dollar + tag.count <= end else {
        guard isLast else { return dollar > start ? dollar : nil }
        return end
      }
      if (0..<tag.count).allSatisfy({ bytes.load8(at: dollar + $0) == tag[$0] }) {
        state = .code
        return dollar + tag.count
      }
      offset = dollar + 1
    }
    return end
  }

  // MARK: Comments

  private mutating func lineComment(_ start: Int, _ end: Int, _ bytes: RawSpan) -> Int {
    let stop = bytes.firstIndex(of: 0x0a, from: start, to: end) ?? end
    builder.comment(start..<stop, bytes)
    guard stop < end else { return end }
    state = .code
    builder.commentEnd()
    return stop + 1
  }

  private mutating func blockCommentStart(_ start: Int, _ end: Int, _ bytes: RawSpan, _ isLast: Bool) -> Int? {
    builder.space()
    if dialect.hasVersionComments {
      guard start + 2 < end || isLast else { return nil }
      // "/*!40101 code */", and MariaDB's "/*M!100100 code */".
      var offset = start + 2
      if offset < end, bytes.load8(at: offset) == 0x4d {
        guard offset + 1 < end || isLast else { return nil }
        if offset + 1 < end, bytes.load8(at: offset + 1) == 0x21 { offset += 1 }
      }
      if offset < end, bytes.load8(at: offset) == 0x21 {
        offset += 1
        let limit = min(end, offset + 6)
        while offset < limit, bytes.load8(at: offset).isASCIIDigit { offset += 1 }
        if offset == end, !isLast { return nil }
        isInVersionComment = true
        return offset
      }
    }
    state = .blockComment(depth: 1)
    return start + 2
  }

  private mutating func blockComment(_ depth: Int, _ start: Int, _ end: Int, _ bytes: RawSpan, _ isLast: Bool) -> Int? {
    var offset = start
    while offset < end {
      let byte = bytes.load8(at: offset)
      if byte == 0x2a || (byte == 0x2f && dialect.nestsComments) {
        guard offset + 1 < end || isLast else {
          builder.comment(start..<offset, bytes)
          return offset > start ? offset : nil
        }
        let follower = offset + 1 < end ? bytes.load8(at: offset + 1) : 0
        if byte == 0x2a, follower == 0x2f {
          builder.comment(start..<offset, bytes)
          state = depth > 1 ? .blockComment(depth: depth - 1) : .code
          if depth == 1 { builder.commentEnd() }
          return offset + 2
        }
        if byte == 0x2f, follower == 0x2a {
          builder.comment(start..<offset, bytes)
          state = .blockComment(depth: depth + 1)
          return offset + 2
        }
      }
      offset += 1
    }
    builder.comment(start..<end, bytes)
    return end
  }
}
