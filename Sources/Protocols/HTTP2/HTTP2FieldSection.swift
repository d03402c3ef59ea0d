import Wire

/// The fields of a header or trailer section that the request log shows or that decide how the stream is read. Values are copied out of
/// the decoder; credentials (Authorization, Cookie) and everything else are not.
struct HTTP2FieldSection: HPACKFieldConsumer, Sendable {
  /// The size of a section, as RFC 9113 §6.5.2 counts it, beyond which fields are no longer kept. Servers stop earlier (nghttp2 at 64 KiB,
  /// Envoy at 60 KiB); a few bytes that name the same large entry over and over reach it too.
  static let largestSize = 262_144
  /// Fields kept of one section.
  static let fieldLimit = 64

  enum Name: Hashable, Sendable {
    case method, path, authority, host, userAgent, grpcStatus, grpcMessage
    case trace(TraceHeader)
  }

  struct Field: Sendable {
    var name: Name
    var value: Range<Int>
  }

  private let settings: ProtocolSettings
  private(set) var fields: [Field] = []
  private(set) var text: [UInt8] = []
  /// `:status`; `nil` in requests, in trailers, and when it is unknown.
  private(set) var status: Int?
  private(set) var contentType = HTTP2ContentType.unknown
  /// A field whose name begins with `tri-`: Dubbo's Triple.
  private(set) var hasTripleFields = false
  /// Pseudo-header fields of a request.
  private(set) var hasRequestFields = false
  /// Fields that refer to what was not seen.
  private(set) var unknownCount = 0
  private(set) var isTooLarge = false
  /// The block does not decode to its end.
  var isMalformed = false
  private var size = 0

  init(_ settings: ProtocolSettings) { self.settings = settings }

  mutating func take(_ name: RawSpan, _ value: RawSpan) {
    size += name.byteCount + value.byteCount + HPACKDynamicTable.entryOverhead
    guard size <= HTTP2FieldSection.largestSize else {
      isTooLarge = true
      return
    }
    guard name.byteCount > 0 else { return }
    let all = 0..<name.byteCount
    if name.load8(at: 0) == 0x3a {
      takePseudo(name, value)
      return
    }
    switch name.byteCount {
    case 4 where name.equalsIgnoringCase("host", in: all): keep(.host, value)
    case 10 where name.equalsIgnoringCase("user-agent", in: all): keep(.userAgent, value)
    case 11 where name.equalsIgnoringCase("grpc-status", in: all): keep(.grpcStatus, value)
    case 12 where name.equalsIgnoringCase("grpc-message", in: all): keep(.grpcMessage, value)
    case 12 where name.equalsIgnoringCase("content-type", in: all): contentType = HTTP2ContentType(value)
    default:
      if name.byteCount > 4, name.equalsIgnoringCase("tri-", in: 0..<4) { hasTripleFields = true }
      if let header = settings.headers.header(named: all, in: name) { keep(.trace(header), value) }
    }
  }

  mutating func takeUnknown() { unknownCount += 1 }

  /// Empties the section for the next block; its room is kept.
  mutating func clear() {
    var fields = fields
    var text = text
    self = HTTP2FieldSection(settings)
    fields.removeAll(keepingCapacity: true)
    text.removeAll(keepingCapacity: true)
    self.fields = fields
    self.text = text
  }

  func first(_ name: Name) -> Range<Int>? { fields.first { $0.name == name }?.value }

  /// Source: RFC 9113 §8.3.
  private mutating func takePseudo(_ name: RawSpan, _ value: RawSpan) {
    if name.hasBytes(":status", at: 0), name.byteCount == 7 {
      if let code = value.decimal(in: 0..<value.byteCount), (100...999).contains(code) { status = code }
      return
    }
    hasRequestFields = true
    switch name.byteCount {
    case 5 where name.hasBytes(":path", at: 0): keep(.path, value)
    case 7 where name.hasBytes(":method", at: 0): keep(.method, value)
    case 10 where name.hasBytes(":authority", at: 0): keep(.authority, value)
    default: break
    }
  }

  private mutating func keep(_ name: Name, _ value: RawSpan) {
    guard fields.count < HTTP2FieldSection.fieldLimit else {
      isTooLarge = true
      return
    }
    let start = text.count
    value.withUnsafeBytes { text.append(contentsOf: $0) }
    fields.append(Field(name: name, value: start..<text.count))
  }
}

/// What `content-type` says of how the stream is to be read.
enum HTTP2ContentType: Hashable, Sendable {
  /// None was seen.
  case unknown
  case grpc
  /// gRPC-Web: trailers travel in the body. Source: grpc/doc/PROTOCOL-WEB.md.
  case grpcWeb
  /// gRPC-Web in Base64.
  case grpcWebText
  /// Dubbo 3's own type of Triple's messages.
  case triple
  case other

  /// The media type may have a suffix (`+proto`) and parameters. Source: grpc/doc/PROTOCOL-HTTP2.md, "Content-Type".
  init(_ value: RawSpan) {
    func begins(_ type: StaticString) -> Bool {
      let length = type.utf8CodeUnitCount
      guard value.byteCount >= length, value.equalsIgnoringCase(type, in: 0..<length) else { return false }
      guard let next = value.uint8(at: length) else { return true }
      return next == 0x2b || next == 0x3b || next == 0x20
    }
    if begins("application/grpc") {
      self = .grpc
    } else if begins("application/grpc-web") {
      self = .grpcWeb
    } else if begins("application/grpc-web-text") {
      self = .grpcWebText
    } else if begins("application/triple") {
      self = .triple
    } else {
      self = .other
    }
  }
}
