import Wire

/// The header names that carry tracing tags or what else the operator asked for, compiled from their lists once for an analysis.
///
/// Names are sorted by length, so that an ordinary header costs the comparison of a few first letters. Letters are compared without case, and
/// `_` is the same as `-`: DeepFlow's configuration writes `X_Request_ID`, CGI writes both with underscores.
struct TraceHeaderTable: Sendable {
  /// Bytes of the longest name that is compiled.
  static let longestName = 128
  /// Names of one list, beyond which they are left out; each has a rank of one byte.
  static let longestList = 64

  private struct Entry: Sendable {
    var nameStart: Int
    var header: TraceHeader
  }

  /// Entries of names with `n` bytes are `entries[starts[n]..<starts[n + 1]]`.
  private var starts: [Int] = []
  private var entries: [Entry] = []
  /// The names in small letters, one behind the other.
  private var names: [UInt8] = []

  init(_ options: ProtocolOptions) {
    var headers: [(name: [UInt8], header: TraceHeader)] = []
    func amend(_ name: String, _ change: (inout TraceHeader) -> Void) {
      let folded = name.utf8.map { $0.foldedInName }
      guard (1...TraceHeaderTable.longestName).contains(folded.count) else { return }
      if let index = headers.firstIndex(where: { $0.name == folded }) { return change(&headers[index].header) }
      var header = TraceHeader()
      change(&header)
      headers.append((folded, header))
    }
    func amend(all list: [String], _ change: (inout TraceHeader, String, UInt8) -> Void) {
      for (rank, name) in list.prefix(TraceHeaderTable.longestList).enumerated() { amend(name) { change(&$0, name, UInt8(rank)) } }
    }
    amend(all: options.traceIDHeaders) { header, name, rank in
      header.traceFormat = TraceHeader.Format(traceHeader: name)
      header.traceRank = min(header.traceRank, rank)
    }
    amend(all: options.spanIDHeaders) { header, name, rank in
      header.spanFormat = TraceHeader.Format(spanHeader: name)
      header.spanRank = min(header.spanRank, rank)
    }
    // The identifier of the parent travels beside that of the span.
    if let rank = options.spanIDHeaders.prefix(TraceHeaderTable.longestList).firstIndex(where: { $0.isHeader("x-b3-spanid") }) {
      amend("x-b3-parentspanid") {
        $0.spanFormat = .b3ParentSpanID
        $0.spanRank = min($0.spanRank, UInt8(rank))
      }
    }
    amend(all: options.requestIDHeaders) { header, _, rank in header.requestIDRank = min(header.requestIDRank, rank) }
    amend(all: options.clientHeaders) { header, _, rank in header.clientRank = min(header.clientRank, rank) }
    amend(all: options.customFields.map(\.name)) { header, _, index in header.customField = header.customField ?? index }
    compile(headers)
  }

  private mutating func compile(_ headers: [(name: [UInt8], header: TraceHeader)]) {
    let longest = headers.map(\.name.count).max() ?? 0
    for length in 0...longest {
      starts.append(entries.count)
      for (name, header) in headers where name.count == length {
        entries.append(Entry(nameStart: names.count, header: header))
        names += name
      }
    }
    starts.append(entries.count)
  }

  /// What a header of this name carries; `nil` for an ordinary one.
  func header(named range: Range<Int>, in bytes: RawSpan) -> TraceHeader? {
    let length = range.count
    guard length < starts.count - 1, range.lowerBound >= 0, range.upperBound <= bytes.byteCount else { return nil }
    var index = starts[length]
    let end = starts[length + 1]
    while index < end {
      if isEqual(entries[index].nameStart, range, bytes) { return entries[index].header }
      index += 1
    }
    return nil
  }

  private func isEqual(_ nameStart: Int, _ range: Range<Int>, _ bytes: RawSpan) -> Bool {
    var offset = nameStart
    for index in range {
      guard bytes.load8(at: index).foldedInName == names[offset] else { return false }
      offset += 1
    }
    return true
  }
}

extension TraceHeader.Format {
  private static let formats: [(name: String, format: TraceHeader.Format)] = [
    ("traceparent", .traceparent), ("sw8", .skyWalking8), ("sw6", .skyWalking6), ("sw3", .skyWalking3), ("b3", .b3),
    ("uber-trace-id", .jaeger),
  ]

  fileprivate init(traceHeader name: String) { self.init(name, ("x-b3-traceid", .b3TraceID)) }

  fileprivate init(spanHeader name: String) { self.init(name, ("x-b3-spanid", .b3SpanID)) }

  private init(_ name: String, _ own: (name: String, format: TraceHeader.Format)) {
    self = (TraceHeader.Format.formats + [own]).first { name.isHeader($0.name) }?.format ?? .plain
  }
}

extension String {
  fileprivate func isHeader(_ name: String) -> Bool { utf8.map { $0.foldedInName } == name.utf8.map { $0.foldedInName } }
}

extension UInt8 {
  /// Letters without case, and dashes for underscores.
  @inline(__always)
  fileprivate var foldedInName: UInt8 { self == 0x5f ? 0x2d : asciiLowercased }
}
