/// What a header field or attachment of a certain name carries, whatever protocol it travels in. One name may carry several things.
///
/// Several names may carry the same thing; the one with the lowest rank wins, wherever it stands in its message.
struct TraceHeader: Hashable, Sendable {
  /// How identifiers of traces and spans are written in the value.
  enum Format: UInt8, Sendable {
    /// The whole value is the identifier.
    case plain
    case traceparent
    case skyWalking8, skyWalking6, skyWalking3
    case b3, b3TraceID, b3SpanID, b3ParentSpanID
    case jaeger
  }

  /// Carries nothing of the kind.
  static let unranked = UInt8.max

  var traceFormat = Format.plain
  var spanFormat = Format.plain
  var traceRank = TraceHeader.unranked
  var spanRank = TraceHeader.unranked
  var requestIDRank = TraceHeader.unranked
  var clientRank = TraceHeader.unranked
  /// Index among the operator's own fields, in `ProtocolSettings.customFields`.
  var customField: UInt8?

  init() {}
}
