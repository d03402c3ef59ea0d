import Wire

/// Puts a digest together from the tokens of a statement.
struct SQLDigestBuilder: Sendable {
  private enum Credential: Hashable, Sendable {
    case none
    /// IDENTIFIED was seen, and then BY: the next word or name is a password.
    case identified, due
  }

  private var digest = SQLDigest()
  private var shape = SQLShape()
  private var tables = SQLTableFinder()
  private var hasSpace = false
  /// The word of the statement that the last semicolon opened.
  private var statementVerb: SQLVerb?
  /// No word of the statement was seen.
  private var isAtStart = true
  private var isWith = false
  private var depth = 0
  private var credential = Credential.none
  private var sawPasswordWord = false
  private var isBehindPasswordWord = false
  private(set) var isBehindName = false

  mutating func reserve(_ count: Int) { shape.reserve(count) }

  mutating func space() { hasSpace = true }

  mutating func word(_ range: Range<Int>, _ bytes: RawSpan) {
    let keyword = SQLKeyword(range, bytes)
    if credential == .due { return secret() }
    noteCredential(keyword)
    if keyword == .constant, shape.isElementNext { return literal() }
    shape.word(bytes.extracting(range), hasSpace: hasSpace)
    if !noteVerb(range, keyword, bytes) { tables.word(range, keyword, statementVerb, bytes) }
    isBehindPasswordWord = keyword == .password
    endToken(isName: true)
  }

  mutating func quotedName(_ range: Range<Int>, _ bytes: RawSpan) {
    if credential == .due { return secret() }
    shape.word(bytes.extracting(range), hasSpace: hasSpace)
    tables.quotedName(range.lowerBound + 1..<max(range.lowerBound + 1, range.upperBound - 1), bytes)
    isAtStart = false
    endToken(isName: true)
  }

  mutating func literal() {
    shape.literal(hasSpace: hasSpace)
    tables.literal()
    credential = .none
    endToken(isName: false)
  }

  mutating func marker() {
    digest.markerCount += 1
    literal()
  }

  mutating func symbol(_ byte: UInt8) {
    if byte == 0x28, isBehindPasswordWord { digest.hasCredentials = true }
    if byte == 0x28 { depth += 1 } else if byte == 0x29 { depth = max(0, depth - 1) }
    shape.symbol(byte, hasSpace: hasSpace)
    tables.symbol(byte)
    if byte == 0x3b {
      isAtStart = true
      isWith = false
      statementVerb = nil
      depth = 0
    }
    endToken(isName: byte == 0x29 || byte == 0x5d)
  }

  mutating func comment(_ range: Range<Int>, _ bytes: RawSpan) {
    let room = SQLDigest.longestComments - digest.comments.count
    guard room > 0, !range.isEmpty else { return }
    bytes.extracting(range.prefix(room)).withUnsafeBytes { digest.comments.append(contentsOf: $0) }
  }

  mutating func commentEnd() {
    hasSpace = true
    digest.comments.append(0x0a)
  }

  mutating func finish() -> SQLDigest {
    tables.finish()
    digest.shape = shape.text
    digest.isCut = shape.isCut
    digest.tables = tables.names
    if sawPasswordWord, !(digest.verb?.handlesRows ?? false) { digest.hasCredentials = true }
    return digest
  }

  private mutating func endToken(isName: Bool) {
    hasSpace = false
    if !isName { isBehindPasswordWord = false }
    isBehindName = isName
  }

  // MARK: Verbs

  /// Takes the word as the statement's verb, when it is.
  private mutating func noteVerb(_ range: Range<Int>, _ keyword: SQLKeyword?, _ bytes: RawSpan) -> Bool {
    if isAtStart {
      isAtStart = false
      guard keyword != .with else {
        isWith = true
        return false
      }
      return take(SQLVerb(range, bytes))
    }
    guard isWith, depth == 0, statementVerb == nil, let verb = SQLVerb(range, bytes) else {
      // EXPLAIN UPDATE t.
      if statementVerb == .explain, let verb = SQLVerb(range, bytes), verb == .update || verb == .delete || verb == .insert {
        tables.begin(verb)
        return true
      }
      return false
    }
    switch verb {
    case .select, .insert, .update, .delete, .replace, .merge: return take(verb)
    default: return false
    }
  }

  private mutating func take(_ verb: SQLVerb?) -> Bool {
    statementVerb = verb
    digest.verb = digest.verb ?? verb
    guard let verb else { return false }
    tables.begin(verb)
    return true
  }

  // MARK: Credentials

  private mutating func noteCredential(_ keyword: SQLKeyword?) {
    switch keyword {
    case .password: sawPasswordWord = true
    case .identified:
      credential = .identified
      digest.hasCredentials = true
    case .by where credential == .identified: credential = .due
    default: break
    }
  }

  /// Oracle's passwords are names.
  private mutating func secret() {
    credential = .none
    digest.hasCredentials = true
    literal()
  }
}
