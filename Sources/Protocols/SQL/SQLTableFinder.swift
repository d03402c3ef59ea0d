import Wire

/// Finds the names of tables among the tokens of a statement: by the word before them, not by a grammar.
struct SQLTableFinder: Sendable {
  /// Names of common table expressions that are told from tables.
  private static let expressionLimit = 16

  private enum State: Hashable, Sendable {
    case idle
    /// A name may come.
    case expecting(SQLKeyword)
    case inName(SQLKeyword)
    case behindDot(SQLKeyword)
  }

  private var state = State.idle
  private var depth = 0
  /// The depth of parentheses at which a comma brings another table.
  private var listDepth: Int?
  /// The parenthesis behind EXTRACT, SUBSTRING, TRIM or OVERLAY.
  private var fromFunctionDepth: Int?
  private var previous: SQLKeyword?
  private var verb: SQLVerb?
  private var seesIndex = false
  private var isInWith = false
  /// The last word of the WITH clause, the name of an expression when AS follows.
  private var candidate: [UInt8] = []
  private var expressions: [[UInt8]] = []
  private var name: [UInt8] = []
  private(set) var names: [UInt8] = []

  /// A word that is not quoted, with what it means where it means something.
  mutating func word(_ range: Range<Int>, _ keyword: SQLKeyword?, _ statementVerb: SQLVerb?, _ bytes: RawSpan) {
    switch state {
    case .expecting(let reason):
      if SQLTableFinder.announces(keyword) { break }
      // The database that ClickHouse begins with is called default.
      let isName = keyword == .constant && bytes.equalsIgnoringCase("default", in: range)
      if !isName, keyword == .noName || keyword == .clause || keyword == .constant || bytes.load8(at: range.lowerBound) == 0x40 {
        state = .idle
        note(keyword, statementVerb)
      } else {
        begin(range, bytes, reason)
      }
    case .behindDot(let reason):
      add(range, bytes)
      state = .inName(reason)
    case .inName:
      commit()
      note(keyword, statementVerb)
    case .idle:
      note(keyword, statementVerb)
    }
    if isInWith {
      if keyword == .as, depth == 0, !candidate.isEmpty, expressions.count < SQLTableFinder.expressionLimit {
        expressions.append(candidate)
      } else if depth == 0, keyword == nil, range.count <= 64 {
        candidate = bytes.copy(range)
      }
    }
    previous = keyword
  }

  mutating func quotedName(_ range: Range<Int>, _ bytes: RawSpan) {
    switch state {
    case .expecting(let reason): begin(range, bytes, reason)
    case .behindDot(let reason):
      add(range, bytes)
      state = .inName(reason)
    case .inName: commit()
    case .idle: break
    }
    previous = nil
  }

  /// A literal or a parameter.
  mutating func literal() {
    end(dropping: false)
    previous = nil
  }

  mutating func symbol(_ byte: UInt8) {
    switch byte {
    case 0x2e:  // .
      if case .inName(let reason) = state {
        state = .behindDot(reason)
        return
      }
    case 0x28:  // (
      // A name before a parenthesis is a function's, unless columns follow it.
      if case .inName(let reason) = state { reason == .from || reason == .join ? drop() : commit() } else { end(dropping: true) }
      depth += 1
      if previous == .fromFunction { fromFunctionDepth = depth }
    case 0x29:  // )
      end(dropping: false)
      if fromFunctionDepth == depth { fromFunctionDepth = nil }
      if listDepth == depth { listDepth = nil }
      depth = max(0, depth - 1)
    case 0x2c:  // ,
      end(dropping: false)
      if listDepth == depth { state = .expecting(.from) }
    case 0x3b:  // ;
      end(dropping: false)
      listDepth = nil
      isInWith = false
      seesIndex = false
      depth = 0
    default: end(dropping: false)
    }
    previous = nil
  }

  mutating func finish() { end(dropping: false) }

  /// Whether a word in place of a name only announces it.
  private static func announces(_ keyword: SQLKeyword?) -> Bool {
    switch keyword {
    case .modifier, .table, .into: true
    default: false
    }
  }

  private mutating func note(_ keyword: SQLKeyword?, _ statementVerb: SQLVerb?) {
    verb = statementVerb
    switch keyword {
    case .from: noteFrom()
    case .join: state = .expecting(.join)
    case .into where verb != .fetch: state = .expecting(.into)
    case .table:
      state = .expecting(.table)
      listDepth = verb == .drop || verb == .truncate ? depth : nil
    case .tables where verb != .show:
      state = .expecting(.table)
      listDepth = depth
    case .on where seesIndex: state = .expecting(.table)
    case .index where verb == .create: seesIndex = true
    case .clause, .on, .noName: if listDepth == depth { listDepth = nil }
    case .with: isInWith = true
    default: break
    }
  }

  private mutating func noteFrom() {
    // IS DISTINCT FROM compares; COPY … FROM names a file; REVOKE … FROM a user; FETCH … FROM a cursor.
    guard previous != .distinct, fromFunctionDepth != depth || depth == 0, verb != .revoke, verb != .fetch, verb != .move,
      verb != .copy || depth > 0
    else { return }
    state = .expecting(.from)
    listDepth = depth
  }

  /// The statement's first word is one that a name follows: UPDATE t, TRUNCATE t, COPY t, USE d.
  mutating func begin(_ statementVerb: SQLVerb) {
    verb = statementVerb
    switch statementVerb {
    case .update, .truncate, .copy, .use, .describe, .desc: state = .expecting(statementVerb == .copy ? .into : .update)
    default: break
    }
    if statementVerb == .truncate || statementVerb == .update { listDepth = depth }
    previous = nil
  }

  // MARK: Names

  private mutating func begin(_ range: Range<Int>, _ bytes: RawSpan, _ reason: SQLKeyword) {
    name.removeAll(keepingCapacity: true)
    add(range, bytes)
    state = .inName(reason)
  }

  private mutating func add(_ range: Range<Int>, _ bytes: RawSpan) {
    if !name.isEmpty { name.append(0x2e) }
    guard name.count + range.count <= SQLDigest.longestTables else { return }
    bytes.extracting(range).withUnsafeBytes { name.append(contentsOf: $0) }
  }

  private mutating func drop() {
    name.removeAll(keepingCapacity: true)
    state = .idle
  }

  private mutating func end(dropping: Bool) {
    switch state {
    case .inName, .behindDot: dropping ? drop() : commit()
    case .expecting: state = .idle
    case .idle: break
    }
  }

  /// Adds the name when it is new.
  private mutating func commit() {
    state = .idle
    guard !name.isEmpty, !expressions.contains(name), names.count + name.count + 1 <= SQLDigest.longestTables, !isKnown() else { return }
    if !names.isEmpty { names.append(0x2c) }
    names.append(contentsOf: name)
  }

  private func isKnown() -> Bool {
    names.split(separator: 0x2c).contains { $0.elementsEqual(name) }
  }
}
