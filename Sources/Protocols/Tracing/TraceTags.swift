import Capture
import Wire

/// Collects the tracing tags of one message, header by header, in whatever order they come.
///
/// A malformed value is passed over: it must not hide a sound one of another format.
struct TraceTags {
  /// Bytes looked at in one header value; no propagation format comes near it.
  static let longestValue = 1024

  /// Ranks of the headers that the tags so far came from.
  private var traceRank = TraceHeader.unranked
  private var spanRank = TraceHeader.unranked
  private var requestIDRank = TraceHeader.unranked
  private var clientRank = TraceHeader.unranked

  mutating func take(
    _ header: TraceHeader, _ range: Range<Int>, _ bytes: RawSpan, into summary: inout MessageSummary, _ texts: inout TextTable
  ) {
    guard !range.isEmpty, range.count <= TraceTags.longestValue else { return }
    if header.requestIDRank < requestIDRank, requestIDRank != TraceHeader.unranked || summary.trace.requestID == nil {
      requestIDRank = header.requestIDRank
      summary.trace.requestID = texts.intern(bytes, range)
    }
    if header.clientRank < clientRank, clientRank != TraceHeader.unranked || summary.proxyClient == nil {
      clientRank = header.clientRank
      summary.proxyClient = texts.intern(bytes, range)
    }
    let takesTrace = header.traceRank != TraceHeader.unranked && header.traceRank <= traceRank
    let takesSpan = header.spanRank != TraceHeader.unranked && header.spanRank <= spanRank
    guard takesTrace || takesSpan else { return }
    var found = TraceContext()
    found.read(takesTrace ? header.traceFormat : header.spanFormat, range, bytes, &texts)
    if takesTrace, let traceID = found.traceID { take(traceID, header.traceRank, into: &summary.trace) }
    guard takesSpan else { return }
    if takesTrace, header.spanFormat != header.traceFormat {
      found = TraceContext()
      found.read(header.spanFormat, range, bytes, &texts)
    }
    takeSpan(of: found, header.spanRank, into: &summary.trace)
  }

  /// Of a header sent twice the first counts.
  private mutating func take(_ traceID: TextID, _ rank: UInt8, into trace: inout TraceContext) {
    if rank < traceRank { trace.traceID = nil }
    traceRank = rank
    trace.traceID = trace.traceID ?? traceID
  }

  /// The headers of B3 complete one another; those of another format are forgotten.
  private mutating func takeSpan(of found: TraceContext, _ rank: UInt8, into trace: inout TraceContext) {
    guard found.spanID != nil || found.parentSpanID != nil else { return }
    if rank < spanRank {
      trace.spanID = nil
      trace.parentSpanID = nil
    }
    spanRank = rank
    trace.spanID = trace.spanID ?? found.spanID
    trace.parentSpanID = trace.parentSpanID ?? found.parentSpanID
  }
}

extension TraceContext {
  /// What a value in this format says; nothing when it is malformed.
  fileprivate mutating func read(_ format: TraceHeader.Format, _ range: Range<Int>, _ bytes: RawSpan, _ texts: inout TextTable) {
    switch format {
    case .plain:
      traceID = texts.intern(bytes, range)
      spanID = traceID
    case .traceparent: readTraceparent(range, bytes, &texts)
    case .skyWalking8, .skyWalking6: readSkyWalking(range, bytes, &texts)
    case .skyWalking3: readSkyWalking3(range, bytes, &texts)
    case .b3: readB3(range, bytes, &texts)
    case .jaeger: readJaeger(range, bytes, &texts)
    case .b3TraceID: traceID = texts.internIdentifier(range, bytes)
    case .b3SpanID: spanID = texts.internIdentifier(range, bytes)
    case .b3ParentSpanID: parentSpanID = texts.internIdentifier(range, bytes)
    }
  }
}

extension TraceContext {
  /// `version "-" trace-id "-" parent-id "-" trace-flags`; the parent-id is the identifier of the sender's span.
  /// Source: W3C Trace Context, §3.2.
  fileprivate mutating func readTraceparent(_ range: Range<Int>, _ bytes: RawSpan, _ texts: inout TextTable) {
    let start = range.lowerBound
    guard range.count >= 55, bytes.load8(at: start + 2) == .dash, bytes.load8(at: start + 35) == .dash,
      bytes.load8(at: start + 52) == .dash,
      bytes.isHexadecimal(start..<start + 2), !bytes.equalsIgnoringCase("ff", in: start..<start + 2)
    else { return }
    let trace = start + 3..<start + 35
    let span = start + 36..<start + 52
    // All zeros is invalid, §3.2.2.3 and §3.2.2.4.
    guard bytes.isHexadecimal(trace), bytes.isHexadecimal(span), !bytes.isAllZeroDigits(trace), !bytes.isAllZeroDigits(span) else { return }
    traceID = texts.intern(bytes, trace)
    spanID = texts.intern(bytes, span)
  }

  /// `sample-traceID-segmentID-spanIndex-…`, identifiers in Base64. The span's identifier is the segment's and the index, as in
  /// DeepFlow. Source: SkyWalking Cross Process Propagation Headers Protocol, v3 (sw8) and v2 (sw6).
  fileprivate mutating func readSkyWalking(_ range: Range<Int>, _ bytes: RawSpan, _ texts: inout TextTable) {
    var fields = SeparatedFields(range)
    guard fields.next(.dash, bytes) != nil, let trace = fields.next(.dash, bytes), let segment = fields.next(.dash, bytes),
      let index = fields.next(.dash, bytes), !index.isEmpty, let traceText = Base64.decode(trace, bytes),
      let segmentText = Base64.decode(segment, bytes)
    else { return }
    traceID = texts.intern(traceText)
    spanID = texts.intern(segmentText + [.dash] + bytes.copy(index))
  }

  /// `segmentID|spanIndex|…|…|…|…|…|traceID|sampling`. Source: SkyWalking Cross Process Propagation Headers Protocol, v1.
  fileprivate mutating func readSkyWalking3(_ range: Range<Int>, _ bytes: RawSpan, _ texts: inout TextTable) {
    var fields = SeparatedFields(range)
    guard let segment = fields.next(.bar, bytes), let index = fields.next(.bar, bytes), !segment.isEmpty, !index.isEmpty else { return }
    for _ in 0..<5 where fields.next(.bar, bytes) == nil { return }
    guard let trace = fields.next(.bar, bytes), !trace.isEmpty else { return }
    traceID = texts.intern(bytes, trace)
    spanID = texts.intern(bytes.copy(segment) + [.dash] + bytes.copy(index))
  }

  /// `TraceId-SpanId-SamplingState-ParentSpanId`, the last two optional; a sampling state alone carries no identifiers.
  /// Source: openzipkin/b3-propagation, "Single Header".
  fileprivate mutating func readB3(_ range: Range<Int>, _ bytes: RawSpan, _ texts: inout TextTable) {
    var fields = SeparatedFields(range)
    guard let trace = fields.next(.dash, bytes), let span = fields.next(.dash, bytes), bytes.isHexadecimal(trace), bytes.isHexadecimal(span)
    else { return }
    traceID = texts.intern(bytes, trace)
    spanID = texts.intern(bytes, span)
    if fields.next(.dash, bytes) != nil, let parent = fields.next(.dash, bytes), bytes.isHexadecimal(parent) {
      parentSpanID = texts.intern(bytes, parent)
    }
  }

  /// `trace-id:span-id:parent-span-id:flags`, the colons sometimes sent as `%3A`.
  /// Source: Jaeger client libraries, "Propagation format".
  fileprivate mutating func readJaeger(_ range: Range<Int>, _ bytes: RawSpan, _ texts: inout TextTable) {
    var parts: [Range<Int>] = []
    var start = range.lowerBound
    var index = start
    while index < range.upperBound, parts.count < 3 {
      if bytes.load8(at: index) == .colon {
        parts.append(start..<index)
        index += 1
        start = index
      } else if index + 3 <= range.upperBound, bytes.equalsIgnoringCase("%3a", in: index..<index + 3) {
        parts.append(start..<index)
        index += 3
        start = index
      } else {
        index += 1
      }
    }
    guard parts.count == 3, parts.allSatisfy({ bytes.isHexadecimal($0) }) else { return }
    traceID = texts.intern(bytes, parts[0])
    spanID = texts.intern(bytes, parts[1])
    // A root span names its parent as zero.
    if !bytes.isAllZeroDigits(parts[2]) { parentSpanID = texts.intern(bytes, parts[2]) }
  }
}

/// Walks the fields of a value that a separator divides; the last field ends with the value.
private struct SeparatedFields {
  private var offset: Int
  private let end: Int
  private var isFinished = false

  init(_ range: Range<Int>) {
    offset = range.lowerBound
    end = range.upperBound
  }

  mutating func next(_ separator: UInt8, _ bytes: RawSpan) -> Range<Int>? {
    guard !isFinished else { return nil }
    guard let found = bytes.firstIndex(of: separator, from: offset, to: end) else {
      isFinished = true
      return offset..<end
    }
    defer { offset = found + 1 }
    return offset..<found
  }
}

extension TextTable {
  /// A hexadecimal identifier, or `nil` when the value is something else.
  fileprivate mutating func internIdentifier(_ range: Range<Int>, _ bytes: RawSpan) -> TextID? {
    bytes.isHexadecimal(range) ? intern(bytes, range) : nil
  }

  /// Text that had to be put together from several pieces.
  mutating func intern(_ bytes: [UInt8]) -> TextID {
    let span = bytes.span
    return intern(span.bytes)
  }
}

extension RawSpan {
  fileprivate func isHexadecimal(_ range: Range<Int>) -> Bool {
    guard !range.isEmpty else { return false }
    for index in range {
      let byte = load8(at: index)
      guard byte.isASCIIDigit || (byte.asciiLowercased >= 0x61 && byte.asciiLowercased <= 0x66) else { return false }
    }
    return true
  }

  fileprivate func isAllZeroDigits(_ range: Range<Int>) -> Bool {
    for index in range where load8(at: index) != 0x30 { return false }
    return true
  }

  /// The bytes of `range` as an array, for a short text that is to be altered.
  func copy(_ range: Range<Int>) -> [UInt8] {
    extracting(range).withUnsafeBytes { Array($0) }
  }
}

extension UInt8 {
  fileprivate static let dash: UInt8 = 0x2d
  fileprivate static let bar: UInt8 = 0x7c
  fileprivate static let colon: UInt8 = 0x3a
}
