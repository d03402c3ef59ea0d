import Wire

/// The header fields and attachments that carry tracing tags, whatever protocol carries them.
enum TraceHeader: UInt8, Sendable {
  case traceparent
  case skyWalking8, skyWalking6, skyWalking3
  case b3, b3TraceID, b3SpanID, b3ParentSpanID
  case jaeger
  case requestID
  case forwardedFor

  /// The tag that a header of this name carries; names are compared without case.
  ///
  /// The length decides first, so that an ordinary header costs one comparison.
  init?(name: Range<Int>, in bytes: RawSpan) {
    switch name.count {
    case 2 where bytes.equalsIgnoringCase("b3", in: name): self = .b3
    case 3 where bytes.equalsIgnoringCase("sw8", in: name): self = .skyWalking8
    case 3 where bytes.equalsIgnoringCase("sw6", in: name): self = .skyWalking6
    case 3 where bytes.equalsIgnoringCase("sw3", in: name): self = .skyWalking3
    case 11 where bytes.equalsIgnoringCase("traceparent", in: name): self = .traceparent
    case 11 where bytes.equalsIgnoringCase("x-b3-spanid", in: name): self = .b3SpanID
    case 12 where bytes.equalsIgnoringCase("x-request-id", in: name): self = .requestID
    case 12 where bytes.equalsIgnoringCase("x-b3-traceid", in: name): self = .b3TraceID
    case 13 where bytes.equalsIgnoringCase("uber-trace-id", in: name): self = .jaeger
    case 15 where bytes.equalsIgnoringCase("x-forwarded-for", in: name): self = .forwardedFor
    case 17 where bytes.equalsIgnoringCase("x-b3-parentspanid", in: name): self = .b3ParentSpanID
    default: return nil
    }
  }

  /// Which propagation format the tag belongs to; of several in one message the lowest wins. DeepFlow's default order is
  /// `apm_trace_id: [traceparent, sw8]`; what it does not name follows.
  var precedence: UInt8 {
    switch self {
    case .traceparent: 0
    case .skyWalking8: 1
    case .skyWalking6: 2
    case .skyWalking3: 3
    case .b3: 4
    case .b3TraceID, .b3SpanID, .b3ParentSpanID: 5
    case .jaeger: 6
    case .requestID, .forwardedFor: 7
    }
  }
}
