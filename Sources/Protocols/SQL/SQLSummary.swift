import Capture
import Wire

/// What the request log shows of a statement, whatever database it is for.
enum SQLSummary {
  /// Bytes of a statement that are shown; all of it is read.
  static let shownByteCount = 4096

  static let verb: StaticString = "sql.verb"
  static let tables: StaticString = "sql.tables"
  static let statement: StaticString = "sql.statement"

  /// `text` is the statement, or its first bytes.
  static func describe(
    _ digest: SQLDigest, _ text: Range<Int>, _ bytes: RawSpan, into summary: inout MessageSummary, _ texts: inout TextTable
  ) {
    if digest.hasCredentials {
      // The literals of such a statement are not shown, whichever of them is the password.
      summary.requestResource = texts.intern(digest.shape)
    } else {
      summary.requestResource = texts.intern(bytes, trimmed(text.prefix(shownByteCount), bytes))
    }
    describe(digest, into: &summary, &texts)
  }

  /// More of a statement was read: what is said of it is said anew.
  static func amend(_ digest: SQLDigest, into summary: inout MessageSummary, _ texts: inout TextTable) {
    if digest.hasCredentials { summary.requestResource = texts.intern(digest.shape) }
    let names = [texts.intern(verb), texts.intern(tables), texts.intern(statement)]
    summary.attributes.removeAll { names.contains($0.name) }
    describe(digest, into: &summary, &texts)
  }

  /// The attributes, the endpoint and the tracing tags.
  static func describe(_ digest: SQLDigest, into summary: inout MessageSummary, _ texts: inout TextTable) {
    if let verb = digest.verb {
      let name = texts.intern(verb.name)
      summary.add(texts.intern(self.verb), name)
      summary.endpoint = digest.tables.isEmpty ? name : texts.intern(bytes(of: verb.name) + [0x20] + digest.tables)
    }
    if !digest.tables.isEmpty, digest.verb != .use { summary.add(texts.intern(tables), texts.intern(digest.tables)) }
    if !digest.shape.isEmpty { summary.add(texts.intern(statement), texts.intern(digest.shape)) }
    if !digest.comments.isEmpty { SQLComments.read(digest.comments, into: &summary, &texts) }
  }

  /// A version of a server, "26.9.2".
  static func version(_ major: UInt64, _ minor: UInt64, _ patch: UInt64?) -> [UInt8] {
    Array("\(major).\(minor)".utf8) + (patch.map { Array(".\($0)".utf8) } ?? [])
  }

  static func bytes(of text: StaticString) -> [UInt8] {
    [UInt8](UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  /// Without blanks and line ends around.
  private static func trimmed(_ range: Range<Int>, _ bytes: RawSpan) -> Range<Int> {
    var lower = range.lowerBound
    var upper = range.upperBound
    while lower < upper, bytes.load8(at: lower) <= 0x20 { lower += 1 }
    while upper > lower, bytes.load8(at: upper - 1) <= 0x20 { upper -= 1 }
    return lower..<upper
  }
}
