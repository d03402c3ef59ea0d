import Capture
import Wire

/// What the request log shows of Oracle.
enum OracleSummary {
  private static let longestText = 512

  static func summarize(
    _ message: OracleMessage, _ bytes: RawSpan, _ sql: SQLSummary, into summary: inout MessageSummary, _ texts: inout TextTable
  ) {
    switch message.content {
    case .connect(let text, let version):
      summary.requestType = texts.intern("CONNECT")
      summary.version = texts.intern(String(version))
      if let text { connect(text, bytes, into: &summary, &texts) }
    case .connectData(let text): connect(text, bytes, into: &summary, &texts)
    case .login(let user):
      summary.requestType = texts.intern("LOGIN")
      let name = user.map { bytes.copy($0) } ?? []
      if !name.isEmpty { summary.requestResource = texts.intern(SQLSummary.bytes(of: "Login username: ") + name) }
    case .call(let name, let number, let text, let digest):
      summary.requestType = name.map { texts.intern($0) } ?? texts.intern("CALL \(number)")
      if let text, let digest { sql.describe(digest, text, bytes, into: &summary, &texts) }
    case .accept(let version):
      summary.responseStatus = .ok
      summary.responseResult = texts.intern("accept")
      summary.version = texts.intern(String(version))
    case .redirect(let text):
      summary.responseStatus = .ok
      summary.responseResult = texts.intern("redirect")
      if !text.isEmpty { summary.add(texts.intern("redirect"), texts.intern(bytes, text.prefix(longestText))) }
    case .resend:
      summary.responseStatus = .ok
      summary.responseResult = texts.intern("resend")
    case .refuse(let text): refuse(text, bytes, into: &summary, &texts)
    case .answer(let error): answer(error, bytes, into: &summary, &texts)
    case .hidden: break
    }
  }

  private static func connect(_ text: Range<Int>, _ bytes: RawSpan, into summary: inout MessageSummary, _ texts: inout TextTable) {
    summary.requestResource = texts.intern(bytes, text.prefix(SQLSummary.shownByteCount))
    let service = value("SERVICE_NAME", text, bytes) ?? value("SID", text, bytes)
    summary.requestDomain = service.map { texts.intern(bytes, $0) }
    summary.endpoint = summary.requestDomain
    if let program = value("PROGRAM", text, bytes) { summary.add(texts.intern("program"), texts.intern(bytes, program)) }
    if let user = value("USER", text, bytes) { summary.add(texts.intern("user"), texts.intern(bytes, user)) }
  }

  private static func refuse(_ text: Range<Int>, _ bytes: RawSpan, into summary: inout MessageSummary, _ texts: inout TextTable) {
    summary.responseStatus = .serverError
    summary.responseResult = texts.intern("refuse")
    summary.responseException = texts.intern(bytes, text.prefix(longestText))
    guard let range = value("ERR", text, bytes) ?? value("CODE", text, bytes), let code = bytes.decimal(in: range) else { return }
    summary.responseCode = Int32(clamping: code)
    // What a listener says when it is asked whether it is there.
    if code == 0 { summary.responseStatus = .ok }
  }

  private static func answer(_ error: Range<Int>?, _ bytes: RawSpan, into summary: inout MessageSummary, _ texts: inout TextTable) {
    summary.responseStatus = .ok
    guard let error, let code = bytes.decimal(in: error.lowerBound + 4..<error.lowerBound + 9) else { return }
    // The end of the rows is no failure.
    guard code != 1403 else { return }
    summary.responseStatus = isClients(code) ? .clientError : .serverError
    summary.responseCode = Int32(clamping: code)
    summary.responseException = texts.intern(bytes, error.prefix(longestText))
  }

  /// Duplicate keys, statements that cannot be read or do not fit their tables, credentials.
  private static func isClients(_ code: Int) -> Bool {
    code == 1 || (900...999).contains(code) || code == 1017 || (1400...1499).contains(code) || code == 1722 || code == 2291 || code == 2292
  }

  /// The value of `(NAME=value)`.
  private static func value(_ name: StaticString, _ text: Range<Int>, _ bytes: RawSpan) -> Range<Int>? {
    let length = name.utf8CodeUnitCount
    var offset = text.lowerBound
    while let open = bytes.firstIndex(of: 0x28, from: offset, to: text.upperBound) {
      let start = open + 1
      if start + length < text.upperBound, bytes.equalsIgnoringCase(name, in: start..<start + length),
        bytes.load8(at: start + length) == 0x3d
      {
        let end = bytes.firstIndex(of: 0x29, from: start, to: text.upperBound) ?? text.upperBound
        let found = start + length + 1..<end
        return found.isEmpty ? nil : found.prefix(longestText)
      }
      offset = start
    }
    return nil
  }
}
