import Capture
import Wire

/// What the request log shows of calls and answers.
enum SofaRPCSummary {
  static func call(
    _ message: SofaRPCMessage, _ bytes: RawSpan, _ settings: ProtocolSettings, into summary: inout MessageSummary, _ texts: inout TextTable
  ) {
    var service: Range<Int>?
    var method: Range<Int>?
    var tags = TraceTags()
    var fields = SofaRPCFields(message.fields)
    while let (name, value) = fields.next(bytes) {
      if bytes.equals("sofa_head_target_service", in: name) {
        service = value
      } else if bytes.equals("sofa_head_method_name", in: name) {
        method = value
      } else if bytes.equals("sofa_head_target_app", in: name), !value.isEmpty {
        summary.requestDomain = texts.intern(bytes, value)
      } else if bytes.equals("rpc_trace_context.sofaTraceId", in: name), !value.isEmpty {
        summary.trace.traceID = texts.intern(bytes, value)
      } else if bytes.equals("rpc_trace_context.sofaRpcId", in: name), !value.isEmpty {
        summary.trace.spanID = texts.intern(bytes, value)
      } else if bytes.equals("new_rpc_trace_context", in: name) {
        tracer(value, bytes, into: &summary, &texts)
      } else if let header = settings.headers.header(named: name, in: bytes) {
        tags.take(header, value, bytes, into: &summary, &texts)
      }
    }
    if service == nil || method == nil { fromObject(message, bytes, &service, &method) }
    summary.requestResource = service.map { texts.intern(bytes, $0) }
    summary.requestType = method.map { texts.intern(bytes, $0) }
    guard let service, let method else { return }
    summary.endpoint = texts.intern(bytes.copy(service) + [UInt8(ascii: "/")] + bytes.copy(method))
  }

  /// `tcid=…&spid=…&pspid=…&sample=true&`: trace, span and parent. Source: sofa-tracer, SofaTracerSpanContext.
  private static func tracer(_ range: Range<Int>, _ bytes: RawSpan, into summary: inout MessageSummary, _ texts: inout TextTable) {
    var start = range.lowerBound
    while start < range.upperBound {
      let end = bytes.firstIndex(of: UInt8(ascii: "&"), from: start, to: range.upperBound) ?? range.upperBound
      if let equals = bytes.firstIndex(of: UInt8(ascii: "="), from: start, to: end), equals + 1 < end {
        let name = start..<equals
        let value = texts.intern(bytes, equals + 1..<end)
        if bytes.equals("tcid", in: name) { summary.trace.traceID = value }
        if bytes.equals("spid", in: name) { summary.trace.spanID = value }
        if bytes.equals("pspid", in: name) { summary.trace.parentSpanID = value }
      }
      start = end + 1
    }
  }

  /// Clients that send no fields have both in the request object itself.
  private static func fromObject(
    _ message: SofaRPCMessage, _ bytes: RawSpan, _ service: inout Range<Int>?, _ method: inout Range<Int>?
  ) {
    guard var object = SofaRPCObject(message.content, bytes) else { return }
    while let (name, value) = object.next(bytes) {
      if bytes.equals("methodName", in: name) { method = method ?? value.text }
      if bytes.equals("targetServiceUniqueName", in: name) { service = service ?? value.text }
    }
  }

  /// The text of an answer that is an error though its status is not: SofaResponse.isError and errorMsg.
  static func error(_ message: SofaRPCMessage, _ bytes: RawSpan) -> Range<Int>? {
    guard message.command == .answer, var object = SofaRPCObject(message.content, bytes) else { return nil }
    var isError = false
    while let (name, value) = object.next(bytes) {
      if bytes.equals("isError", in: name) { isError = value.isTrue }
      if bytes.equals("errorMsg", in: name), isError { return value.text }
    }
    return nil
  }
}

/// The fields behind a command's header: length (4), name, length (4), value.
struct SofaRPCFields {
  private(set) var offset: Int
  private let end: Int

  init(_ range: Range<Int>) {
    offset = range.lowerBound
    end = range.upperBound
  }

  mutating func next(_ bytes: RawSpan) -> (name: Range<Int>, value: Range<Int>)? {
    guard let name = text(bytes, at: offset), let value = text(bytes, at: name.upperBound) else { return nil }
    offset = value.upperBound
    return (name, value)
  }

  /// Whether lengths lead from the beginning of `range` to its end.
  static func isSound(_ range: Range<Int>, _ bytes: RawSpan) -> Bool {
    var fields = SofaRPCFields(range)
    while fields.next(bytes) != nil {}
    return fields.offset == range.upperBound
  }

  private func text(_ bytes: RawSpan, at start: Int) -> Range<Int>? {
    guard start + 4 <= end, let length = bytes.bigEndian32(at: start), Int(length) <= end - start - 4 else { return nil }
    return start + 4..<start + 4 + Int(length)
  }
}

/// The fields of the object that a command's content begins with, as long as they are texts, truths or nothing. SOFA's Hessian is an early
/// draft of Hessian 2.0: a class is 'O', the length of its name, the name, and how many fields it has; an object is 'o' and its class's number.
///
/// Source: sofastack/sofa-hessian, Hessian2Output.writeObjectBegin.
struct SofaRPCObject {
  struct Value {
    var text: Range<Int>?
    var isTrue = false
  }

  private var names: HessianReader
  private var values: HessianReader
  private var remaining: Int

  init?(_ content: Range<Int>, _ bytes: RawSpan) {
    guard bytes.uint8(at: content.lowerBound) == 0x4f, content.count > 1 else { return nil }
    var reader = HessianReader(content.lowerBound + 1..<content.upperBound)
    guard let length = reader.integer(bytes), length > 0, length < content.upperBound - reader.offset else { return nil }
    reader = HessianReader(reader.offset + length..<content.upperBound)
    guard let count = reader.integer(bytes), count >= 0 else { return nil }
    names = reader
    for _ in 0..<count { guard reader.text(bytes) != nil else { return nil } }
    guard bytes.uint8(at: reader.offset) == 0x6f, reader.offset + 1 < content.upperBound else { return nil }
    values = HessianReader(reader.offset + 1..<content.upperBound)
    guard values.integer(bytes) != nil else { return nil }
    remaining = count
  }

  mutating func next(_ bytes: RawSpan) -> (name: Range<Int>, value: Value)? {
    guard remaining > 0, !values.isAtEnd, let name = names.text(bytes) else { return nil }
    remaining -= 1
    if let text = values.text(bytes) { return (name, Value(text: text)) }
    guard let code = bytes.uint8(at: values.offset), code == 0x4e || code == 0x54 || code == 0x46, values.skip(bytes) else { return nil }
    return (name, Value(isTrue: code == 0x54))
  }
}
