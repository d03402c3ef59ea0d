import Capture
import Wire

/// What the request log shows of a statement, whatever database it is for, and whether its values are masked.
struct SQLSummary {
  /// Bytes of a statement that are shown; all of it is read.
  static let shownByteCount = 4096

  static let verb: StaticString = "sql.verb"
  static let tables: StaticString = "sql.tables"
  static let statement: StaticString = "sql.statement"

  private let settings: ProtocolSettings
  /// Literals and parameters are shown as `?`.
  let hidesValues: Bool

  init(_ settings: ProtocolSettings, _ l7Protocol: L7Protocol) {
    self.settings = settings
    hidesValues = settings.obfuscates(l7Protocol)
  }

  /// `text` is the statement, or its first bytes.
  func describe(
    _ digest: SQLDigest, _ text: Range<Int>, _ bytes: RawSpan, into summary: inout MessageSummary, _ texts: inout TextTable
  ) {
    if hidesText(digest) {
      summary.requestResource = texts.intern(digest.shape)
    } else {
      summary.requestResource = texts.intern(bytes, SQLSummary.trimmed(text.prefix(SQLSummary.shownByteCount), bytes))
    }
    describe(digest, into: &summary, &texts)
  }

  /// A statement that is executed, as it was when it was prepared.
  func describe(prepared text: [UInt8], _ digest: SQLDigest?, into summary: inout MessageSummary, _ texts: inout TextTable) {
    guard let digest else {
      summary.requestResource = hidesValues ? texts.intern("?") : texts.intern(text)
      return
    }
    summary.requestResource = texts.intern(hidesText(digest) ? digest.shape : text)
    describe(digest, into: &summary, &texts)
  }

  /// More of a statement was read: what is said of it is said anew.
  func amend(_ digest: SQLDigest, into summary: inout MessageSummary, _ texts: inout TextTable) {
    if hidesText(digest) { summary.requestResource = texts.intern(digest.shape) }
    let names = [texts.intern(SQLSummary.verb), texts.intern(SQLSummary.tables), texts.intern(SQLSummary.statement)]
    summary.attributes.removeAll { names.contains($0.name) }
    describe(digest, into: &summary, &texts)
  }

  /// The attributes, the endpoint and the tracing tags.
  private func describe(_ digest: SQLDigest, into summary: inout MessageSummary, _ texts: inout TextTable) {
    if let verb = digest.verb {
      let name = texts.intern(verb.name)
      summary.add(texts.intern(SQLSummary.verb), name)
      summary.endpoint =
        digest.tables.isEmpty ? name : texts.intern(SQLSummary.bytes(of: verb.name) + [0x20] + digest.tables)
    }
    if !digest.tables.isEmpty, digest.verb != .use { summary.add(texts.intern(SQLSummary.tables), texts.intern(digest.tables)) }
    if !digest.shape.isEmpty { summary.add(texts.intern(SQLSummary.statement), texts.intern(digest.shape)) }
    if !digest.comments.isEmpty { SQLComments.read(digest.comments, settings.headers, into: &summary, &texts) }
  }

  /// The literals of a statement with a password are not shown, whichever of them it is.
  private func hidesText(_ digest: SQLDigest) -> Bool { hidesValues || digest.hasCredentials }

  /// The values that a prepared statement is executed with.
  func noteParameters(_ parameters: [UInt8], into summary: inout MessageSummary, _ texts: inout TextTable) {
    summary.add(texts.intern("parameters"), hidesValues ? texts.intern("?") : texts.intern(parameters))
  }

  /// A W3C Trace Context that stands outside of the statement.
  func noteTraceParent(_ range: Range<Int>, _ bytes: RawSpan, into summary: inout MessageSummary, _ texts: inout TextTable) {
    let name = SQLSummary.bytes(of: "traceparent")
    guard let header = settings.headers.header(named: 0..<name.count, in: name.span.bytes) else { return }
    var tags = TraceTags()
    tags.take(header, range, bytes, into: &summary, &texts)
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
