import Wire

/// Bytes of bRPC to parse steps:
///
///     "PRPC" or "STRM"  body length (4)  metadata length (4)  metadata (Protocol Buffers)  payload  attachment
///
/// The body's length counts the metadata. Source: baidu_std.md.
enum BRPCParser {
  /// The longest body taken at its word; bRPC itself refuses beyond 64 MiB unless it is told otherwise.
  static let longestBody = 1 << 30
  /// The longest metadata; real ones have tens of bytes, and carry no payload.
  static let longestMetadata = 64 * 1024
  private static let headerByteCount = 12

  static func parse(_ bytes: RawSpan, _ context: ParseContext) -> ParseStep<BRPCMessage> {
    let isStream = bytes.uint8(at: 0) == UInt8(ascii: "S")
    guard isBeginning(bytes, isStream ? "STRM" : "PRPC") else { return .invalid("not a message of bRPC") }
    guard let length = bytes.bigEndian32(at: 4), let metadata = bytes.bigEndian32(at: 8) else { return .incomplete(scannedByteCount: 0) }
    guard Int(length) <= longestBody, metadata <= length, Int(metadata) <= longestMetadata else { return .invalid("impossible lengths") }
    let end = headerByteCount + Int(length)
    let metadataEnd = headerByteCount + Int(metadata)
    guard bytes.byteCount >= metadataEnd else {
      return context.isTruncated ? .invalid("metadata is cut") : .incomplete(scannedByteCount: 0)
    }
    let extent = MessageExtent(byteCount: metadataEnd, skippedByteCount: end - metadataEnd)
    if isStream { return .message(BRPCMessage(kind: .stream, metadata: headerByteCount..<metadataEnd), extent) }
    guard let message = message(headerByteCount..<metadataEnd, bytes) else { return .invalid("metadata of neither a call nor an answer") }
    return .message(message, extent)
  }

  private static func isBeginning(_ bytes: RawSpan, _ magic: StaticString) -> Bool {
    for index in 0..<min(4, bytes.byteCount) where bytes.load8(at: index) != magic.utf8Start[index] { return false }
    return true
  }

  /// Source: baidu_rpc_meta.proto: 1 request, 2 response, 4 correlation_id. An answer without an error may have no response at all.
  private static func message(_ metadata: Range<Int>, _ bytes: RawSpan) -> BRPCMessage? {
    var message = BRPCMessage(kind: .response, metadata: metadata)
    var fields = ProtobufFields(metadata)
    while let field = fields.next(bytes) {
      switch field.number {
      case 1:
        message.kind = .request
        guard request(field.range, bytes, &message) else { return nil }
      case 2:
        guard response(field.range, bytes, &message) else { return nil }
      case 4: message.correlation = field.value
      default: break
      }
    }
    return fields.isBroken ? nil : message
  }

  /// RpcRequestMeta: 1 service_name, 2 method_name, 3 log_id, 4 trace_id, 5 span_id, 6 parent_span_id, 7 request_id.
  private static func request(_ range: Range<Int>, _ bytes: RawSpan, _ message: inout BRPCMessage) -> Bool {
    var fields = ProtobufFields(range)
    while let field = fields.next(bytes) {
      switch field.number {
      case 1: message.service = field.range
      case 2: message.method = field.range
      case 3: message.logIdentifier = Int64(bitPattern: field.value)
      case 4: message.trace = field.value
      case 5: message.span = field.value
      case 6: message.parentSpan = field.value
      case 7: message.requestIdentifier = field.range
      default: break
      }
    }
    return !fields.isBroken && message.service != nil && message.method != nil
  }

  /// RpcResponseMeta: 1 error_code, 2 error_text.
  private static func response(_ range: Range<Int>, _ bytes: RawSpan, _ message: inout BRPCMessage) -> Bool {
    var fields = ProtobufFields(range)
    while let field = fields.next(bytes) {
      switch field.number {
      case 1: message.errorCode = Int32(truncatingIfNeeded: field.value)
      case 2: message.errorText = field.range
      default: break
      }
    }
    return !fields.isBroken
  }
}
