import Capture
import Wire

/// What the request log shows of LDAP. Passwords, values and entries are never read.
enum LDAPSummary {
  /// Bytes of a filter's text.
  private static let filterLimit = 512

  static func summarize(_ message: LDAPMessage, _ bytes: RawSpan, into summary: inout MessageSummary, _ texts: inout TextTable) {
    summary.requestID = UInt64(message.identifier)
    if let name = message.operation.name { summary.requestType = texts.intern(name) }
    switch message.operation {
    case .bindRequest: bind(message.body, bytes, into: &summary, &texts)
    case .searchRequest: search(message.body, bytes, into: &summary, &texts)
    case .modifyRequest, .addRequest, .modifyNameRequest, .compareRequest:
      var fields = DERReader(message.body)
      name(fields.next(DERReader.octetString, bytes)?.content, bytes, into: &summary, &texts)
    case .deleteRequest: name(message.body, bytes, into: &summary, &texts)
    case .extendedRequest: name(LDAPExtension.name(message.body, bytes), bytes, into: &summary, &texts)
    case .bindResponse, .searchResultDone, .modifyResponse, .addResponse, .deleteResponse, .modifyNameResponse, .compareResponse,
      .extendedResponse:
      result(message.body, bytes, into: &summary, &texts)
    case .unbindRequest, .abandonRequest, .searchResultEntry, .searchResultReference, .intermediateResponse: break
    }
  }

  private static func name(_ range: Range<Int>?, _ bytes: RawSpan, into summary: inout MessageSummary, _ texts: inout TextTable) {
    guard let range, !range.isEmpty else { return }
    summary.requestResource = texts.intern(bytes, range)
  }

  /// Version, name, and how the client proves to be it: simple (0) or by SASL (3), whose mechanism has a name. Source: RFC 4511 §4.2.
  private static func bind(_ body: Range<Int>, _ bytes: RawSpan, into summary: inout MessageSummary, _ texts: inout TextTable) {
    var fields = DERReader(body)
    guard let version = fields.next(0x02, bytes), version.content.count == 1 else { return }
    summary.version = texts.intern("\(bytes.load8(at: version.content.lowerBound))")
    name(fields.next(DERReader.octetString, bytes)?.content, bytes, into: &summary, &texts)
    guard let authentication = fields.next(bytes) else { return }
    switch authentication.tag {
    case 0x80:
      summary.add(texts.intern("authentication"), texts.intern(authentication.content.isEmpty ? "anonymous" : "simple"))
    case 0xa3:
      var mechanism = DERReader(authentication.content)
      if let name = mechanism.next(DERReader.octetString, bytes) {
        summary.add(texts.intern("authentication"), texts.intern(Array("SASL ".utf8) + bytes.copy(name.content)))
      }
    default: break
    }
  }

  /// Base, scope, aliases, limits, types only, filter, attributes. Source: RFC 4511 §4.5.1.
  private static func search(_ body: Range<Int>, _ bytes: RawSpan, into summary: inout MessageSummary, _ texts: inout TextTable) {
    var fields = DERReader(body)
    name(fields.next(DERReader.octetString, bytes)?.content, bytes, into: &summary, &texts)
    guard let scope = fields.next(0x0a, bytes), scope.content.count == 1 else { return }
    if let scopeName = scopeName(bytes.load8(at: scope.content.lowerBound)) {
      summary.add(texts.intern("scope"), texts.intern(scopeName))
    }
    guard fields.next(0x0a, bytes) != nil, fields.next(0x02, bytes) != nil, fields.next(0x02, bytes) != nil,
      fields.next(DERReader.boolean, bytes) != nil, let filter = fields.next(bytes)
    else { return }
    var text = LDAPFilterText(limit: filterLimit)
    text.append(filter, bytes, depth: 0)
    summary.add(texts.intern("filter"), texts.intern(text.bytes))
  }

  private static func scopeName(_ scope: UInt8) -> StaticString? {
    switch scope {
    case 0: "base"
    case 1: "one"
    case 2: "sub"
    case 3: "children"
    default: nil
    }
  }

  /// Code, name that matched, message. Source: RFC 4511 §4.1.9.
  private static func result(_ body: Range<Int>, _ bytes: RawSpan, into summary: inout MessageSummary, _ texts: inout TextTable) {
    guard let code = resultCode(body, bytes) else { return }
    summary.responseCode = Int32(code)
    summary.responseStatus = LDAPResult.isSuccess(code) ? .ok : LDAPResult.isServers(code) ? .serverError : .clientError
    let name = LDAPResult.name(code).map { texts.intern($0) }
    if LDAPResult.isSuccess(code) {
      if code != 0 { summary.responseResult = name }
      return
    }
    var fields = DERReader(body)
    _ = fields.next(bytes)
    _ = fields.next(bytes)
    let message = fields.next(DERReader.octetString, bytes)?.content ?? 0..<0
    summary.responseException = name ?? texts.intern("result \(code)")
    if !message.isEmpty { summary.responseResult = texts.intern(bytes, message) }
  }

  static func resultCode(_ body: Range<Int>, _ bytes: RawSpan) -> Int? {
    var fields = DERReader(body)
    guard let code = fields.next(0x0a, bytes), (1...2).contains(code.content.count) else { return nil }
    return bytes.copy(code.content).reduce(0) { $0 << 8 | Int($1) }
  }
}
