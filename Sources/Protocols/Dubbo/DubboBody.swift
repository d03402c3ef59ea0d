import Capture
import Wire

/// What the body of a call says before its arguments. Source: DubboCodec.encodeRequestData.
struct DubboCall {
  var version: Range<Int>?
  var service: Range<Int>?
  var serviceVersion: Range<Int>?
  var method: Range<Int>?
}

/// Reads the bodies of calls and results: of a call the Dubbo version, the service, its version, the method, the parameters' types, the
/// arguments and the attachments; of a result a number that says what follows, a value or what was thrown, and attachments.
enum DubboBody {
  /// Source: DubboCodec.RESPONSE_WITH_EXCEPTION and its neighbours; from 3 on, attachments follow.
  private enum ResultKind: Int {
    case exception = 0
    case value = 1
    case null = 2
    case exceptionWithAttachments = 3
    case valueWithAttachments = 4
    case nullWithAttachments = 5

    var isException: Bool { self == .exception || self == .exceptionWithAttachments }
  }

  static func call(
    _ message: DubboMessage, _ bytes: RawSpan, _ settings: ProtocolSettings, into summary: inout MessageSummary, _ texts: inout TextTable
  ) {
    switch message.serialization {
    case .hessian2: note(hessianCall(message, bytes, settings, into: &summary, &texts), bytes, into: &summary, &texts)
    case .fastjson: note(jsonCall(message, bytes, settings, into: &summary, &texts), bytes, into: &summary, &texts)
    case .kryo:
      var reader = KryoTextReader(message.body)
      let version = reader.next(bytes)
      let service = reader.next(bytes)
      let serviceVersion = reader.next(bytes)
      note(version, service, serviceVersion, reader.next(bytes), into: &summary, &texts)
    case .other: break
    }
  }

  private static func note(_ call: DubboCall, _ bytes: RawSpan, into summary: inout MessageSummary, _ texts: inout TextTable) {
    note(
      call.version.map { bytes.copy($0) }, call.service.map { bytes.copy($0) }, call.serviceVersion.map { bytes.copy($0) },
      call.method.map { bytes.copy($0) }, into: &summary, &texts)
  }

  private static func note(
    _ version: [UInt8]?, _ service: [UInt8]?, _ serviceVersion: [UInt8]?, _ method: [UInt8]?, into summary: inout MessageSummary,
    _ texts: inout TextTable
  ) {
    summary.version = version.map { texts.intern($0) }
    summary.requestResource = service.map { texts.intern($0) }
    summary.requestType = method.map { texts.intern($0) }
    // What has no version of its own says 0.0.0.
    if let serviceVersion, !serviceVersion.isEmpty, serviceVersion != Array("0.0.0".utf8) {
      summary.add(texts.intern("service_version"), texts.intern(serviceVersion))
    }
    if let service, let method { summary.endpoint = texts.intern(service + [UInt8(ascii: "/")] + method) }
  }

  static func result(
    _ message: DubboMessage, _ bytes: RawSpan, into summary: inout MessageSummary, _ texts: inout TextTable
  ) {
    switch message.serialization {
    case .hessian2: hessianResult(message, bytes, into: &summary, &texts)
    case .fastjson: jsonResult(message, bytes, into: &summary, &texts)
    case .kryo, .other: break
    }
  }

  /// The text that follows the header of a response that is no result.
  static func errorText(_ message: DubboMessage, _ bytes: RawSpan, _ texts: inout TextTable) -> TextID? {
    let range: Range<Int>?
    switch message.serialization {
    case .hessian2:
      var reader = HessianReader(message.body)
      range = reader.text(bytes)
    case .fastjson:
      var lines = DubboLines(message.body)
      range = lines.nextText(bytes)
    case .kryo:
      var reader = KryoTextReader(message.body)
      return reader.next(bytes).flatMap { $0.isEmpty ? nil : texts.intern($0) }
    case .other: range = nil
    }
    return range.flatMap { $0.isEmpty ? nil : texts.intern(bytes, $0) }
  }

  // MARK: Hessian 2

  private static func hessianCall(
    _ message: DubboMessage, _ bytes: RawSpan, _ settings: ProtocolSettings, into summary: inout MessageSummary, _ texts: inout TextTable
  ) -> DubboCall {
    var reader = HessianReader(message.body)
    var call = DubboCall()
    call.version = text(&reader, bytes)
    call.service = text(&reader, bytes)
    call.serviceVersion = text(&reader, bytes)
    call.method = text(&reader, bytes)
    guard let parameters = reader.text(bytes) else { return call }
    for _ in 0..<JavaDescriptor.count(in: parameters, bytes) { guard reader.skip(bytes) else { return call } }
    hessianAttachments(&reader, bytes, settings, into: &summary, &texts)
    return call
  }

  /// A text; nothing (a service without a version) is stepped over.
  private static func text(_ reader: inout HessianReader, _ bytes: RawSpan) -> Range<Int>? {
    if let text = reader.text(bytes) { return text }
    _ = reader.skip(bytes)
    return nil
  }

  private static func hessianResult(
    _ message: DubboMessage, _ bytes: RawSpan, into summary: inout MessageSummary, _ texts: inout TextTable
  ) {
    var reader = HessianReader(message.body)
    guard let number = reader.integer(bytes), let kind = ResultKind(rawValue: number), kind.isException else { return }
    guard let object = reader.object(bytes, textOf: "detailMessage"), let name = object.className else { return }
    summary.responseException = exception(name, object.field, bytes, &texts)
  }

  private static func hessianAttachments(
    _ reader: inout HessianReader, _ bytes: RawSpan, _ settings: ProtocolSettings, into summary: inout MessageSummary,
    _ texts: inout TextTable
  ) {
    guard reader.entersMap(bytes) else { return }
    var tags = TraceTags()
    while !reader.leavesMap(bytes) {
      guard let name = reader.text(bytes) else { return }
      if let value = reader.text(bytes) {
        attachment(name, value, &tags, bytes, settings, into: &summary, &texts)
      } else {
        guard reader.skip(bytes) else { return }
      }
    }
  }

  private static func attachment(
    _ name: Range<Int>, _ value: Range<Int>, _ tags: inout TraceTags, _ bytes: RawSpan, _ settings: ProtocolSettings,
    into summary: inout MessageSummary,
    _ texts: inout TextTable
  ) {
    if let header = settings.headers.header(named: name, in: bytes) {
      tags.take(header, value, bytes, into: &summary, &texts)
    } else if bytes.equals("group", in: name) {
      summary.add(texts.intern("service_group"), texts.intern(bytes, value))
    } else if bytes.equals("remote.application", in: name) {
      summary.add(texts.intern("consumer"), texts.intern(bytes, value))
    }
  }

  private static func exception(_ name: Range<Int>, _ text: Range<Int>?, _ bytes: RawSpan, _ texts: inout TextTable) -> TextID {
    guard let text, !text.isEmpty else { return texts.intern(bytes, name) }
    return texts.intern(bytes.copy(name) + Array(": ".utf8) + bytes.copy(text))
  }

  // MARK: Fastjson: a JSON value a line

  private static func jsonCall(
    _ message: DubboMessage, _ bytes: RawSpan, _ settings: ProtocolSettings, into summary: inout MessageSummary, _ texts: inout TextTable
  ) -> DubboCall {
    var lines = DubboLines(message.body)
    let call = DubboCall(
      version: lines.nextText(bytes), service: lines.nextText(bytes), serviceVersion: lines.nextText(bytes), method: lines.nextText(bytes))
    guard message.isWhole, let parameters = lines.nextText(bytes) else { return call }
    for _ in 0..<JavaDescriptor.count(in: parameters, bytes) { guard lines.next(bytes) != nil else { return call } }
    guard let attachments = lines.next(bytes) else { return call }
    var members = JSONMembers(attachments)
    var tags = TraceTags()
    while let member = members.next(bytes) {
      if member.isText { attachment(member.name, member.value, &tags, bytes, settings, into: &summary, &texts) }
    }
    return call
  }

  private static func jsonResult(
    _ message: DubboMessage, _ bytes: RawSpan, into summary: inout MessageSummary, _ texts: inout TextTable
  ) {
    var lines = DubboLines(message.body)
    guard let number = lines.next(bytes).flatMap({ bytes.decimal(in: $0) }), let kind = ResultKind(rawValue: number), kind.isException,
      let object = lines.next(bytes)
    else { return }
    var members = JSONMembers(object)
    var name: Range<Int>?
    var text: Range<Int>?
    while let member = members.next(bytes) {
      guard member.isText else { continue }
      if bytes.equals("@type", in: member.name) { name = member.value }
      if bytes.equals("message", in: member.name) || bytes.equals("detailMessage", in: member.name) { text = member.value }
    }
    if let name = name ?? text { summary.responseException = exception(name, name == text ? nil : text, bytes, &texts) }
  }
}

/// The lines of a body of JSON values.
struct DubboLines {
  private var offset: Int
  private let end: Int

  init(_ range: Range<Int>) {
    offset = range.lowerBound
    end = range.upperBound
  }

  mutating func next(_ bytes: RawSpan) -> Range<Int>? {
    guard offset < end else { return nil }
    let start = offset
    let lineEnd = bytes.firstIndex(of: 0x0a, from: start, to: end) ?? end
    offset = lineEnd + 1
    return start..<(lineEnd > start && bytes.load8(at: lineEnd - 1) == 0x0d ? lineEnd - 1 : lineEnd)
  }

  /// What stands between the quotes of the next line; `nil` when it is no text.
  mutating func nextText(_ bytes: RawSpan) -> Range<Int>? {
    guard let line = next(bytes), line.count >= 2, bytes.load8(at: line.lowerBound) == UInt8(ascii: "\""),
      bytes.load8(at: line.upperBound - 1) == UInt8(ascii: "\"")
    else { return nil }
    return line.lowerBound + 1..<line.upperBound - 1
  }
}
