import Wire

/// Writes the normalised text of a statement: tokens with one blank between them where a blank belongs, `?` for literals and parameters, one
/// for a list of them, and one of several rows that look alike.
struct SQLShape: Sendable {
  /// Parentheses whose rows are compared; deeper ones are written as they are.
  private static let depthLimit = 8

  private enum Token: Hashable, Sendable {
    case start, word, literal, symbol(UInt8)
  }

  private(set) var text: [UInt8] = []
  private(set) var isCut = false
  private var last = Token.start
  private var depth = 0
  /// Where the innermost parentheses of each depth were opened, and where the group before them at the same depth lies.
  private var starts = [8 of Int](repeating: 0)
  private var groupStarts = [8 of Int](repeating: -1)
  private var groupEnds = [8 of Int](repeating: -1)
  /// Since the last parenthesis there were only literals and commas.
  private var isLiteralList = false
  /// Where the comma behind a literal of such a list stands.
  private var commaStart: Int?
  /// Where a sign stands that belongs to the number behind it.
  private var signStart: Int?

  mutating func reserve(_ count: Int) { text.reserveCapacity(min(count, SQLDigest.longestShape)) }

  mutating func word(_ bytes: RawSpan, hasSpace: Bool) {
    // user@host
    if hasSpace || last != .word || bytes.load8(at: 0) != 0x40 { separate(hasSpace, .word) }
    append(bytes)
    last = .word
    isLiteralList = false
    signStart = nil
  }

  /// A literal: a string, a number, a parameter, or a constant that stands in a list of them.
  mutating func literal(hasSpace: Bool) {
    if let signStart, !hasSpace {
      text.removeLast(text.count - signStart)
      last = tokenBeforeSign
    }
    signStart = nil
    if isLiteralList, let commaStart, commaStart < text.count {
      text.removeLast(text.count - commaStart)
      self.commaStart = nil
      last = .literal
      return
    }
    separate(hasSpace, .literal)
    append(0x3f)
    last = .literal
  }

  /// Whether the word NULL, TRUE or DEFAULT here is an element of a list.
  var isElementNext: Bool { isLiteralList && (last == .symbol(0x2c) || last == .symbol(0x28)) }

  private var tokenBeforeSign: Token = .start

  mutating func symbol(_ byte: UInt8, hasSpace: Bool) {
    let isSign = byte == 0x2d || byte == 0x2b
    let before = last
    signStart = nil
    switch byte {
    case 0x28, 0x5b: open(byte, hasSpace)
    case 0x29, 0x5d: close(byte)
    case 0x2c:
      commaStart = isLiteralList && last == .literal ? text.count : nil
      append(byte)
    default:
      let position = text.count
      if !isSign { isLiteralList = false }
      separate(hasSpace, .symbol(byte))
      append(byte)
      if isSign, canBeUnary(before) {
        signStart = position
        tokenBeforeSign = before
      } else if isSign {
        isLiteralList = false
      }
    }
    last = .symbol(byte)
  }

  private func canBeUnary(_ before: Token) -> Bool {
    switch before {
    case .start: true
    case .symbol(let byte): byte != 0x29 && byte != 0x5d
    case .word, .literal: false
    }
  }

  private mutating func open(_ byte: UInt8, _ hasSpace: Bool) {
    switch last {
    case .word where !hasSpace, .symbol(0x28), .symbol(0x5b), .start: break
    default: append(0x20)
    }
    if depth < SQLShape.depthLimit { starts[depth] = text.count }
    depth += 1
    if depth < SQLShape.depthLimit {
      groupStarts[depth] = -1
      groupEnds[depth] = -1
    }
    append(byte)
    isLiteralList = true
    commaStart = nil
  }

  /// A row that looks like the one before it is taken back.
  private mutating func close(_ byte: UInt8) {
    append(byte)
    isLiteralList = false
    commaStart = nil
    guard depth > 0 else { return }
    depth -= 1
    guard depth < SQLShape.depthLimit, !isCut else { return }
    let start = starts[depth]
    let end = groupEnds[depth]
    // "(…), (…)": a comma and a blank lie between.
    if end >= 0, start == end + 2, text[end] == 0x2c, text[start...].elementsEqual(text[groupStarts[depth]..<end]) {
      text.removeLast(text.count - end)
    } else {
      groupStarts[depth] = start
      groupEnds[depth] = text.count
    }
  }

  /// A blank, where one belongs between the last token and the next.
  private mutating func separate(_ hasSpace: Bool, _ next: Token) {
    switch (last, next) {
    case (.start, _), (.symbol(0x28), _), (.symbol(0x5b), _), (.symbol(0x2e), _), (_, .symbol(0x2e)), (_, .symbol(0x3b)): return
    // What belongs together is written together: <=, ::, @name, :name.
    case (.symbol(let byte), .symbol) where !hasSpace && byte != 0x29 && byte != 0x2c && byte != 0x5d: return
    case (.symbol(0x40), _) where !hasSpace, (.symbol(0x3a), _) where !hasSpace, (_, .symbol(0x3a)) where !hasSpace: return
    default: append(0x20)
    }
  }

  private mutating func append(_ byte: UInt8) {
    guard !isCut, text.count < SQLDigest.longestShape else { return isCut = true }
    text.append(byte)
  }

  private mutating func append(_ bytes: RawSpan) {
    guard !isCut, text.count + bytes.byteCount <= SQLDigest.longestShape else { return isCut = true }
    bytes.withUnsafeBytes { text.append(contentsOf: $0) }
  }
}
