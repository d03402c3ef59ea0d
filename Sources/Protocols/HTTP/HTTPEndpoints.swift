import Capture
import Wire

/// The rules that make endpoints of paths: what requests are grouped by.
///
/// Source: DeepFlow, `processors.request_log.tag_extraction.http_endpoint`: the first segments of the path, how many says the rule with the
/// longest prefix.
struct HTTPEndpoints: Sendable {
  private struct Rule: Sendable {
    var prefix: [UInt8]
    var segmentCount: Int
  }

  /// The longest prefixes first; among equal ones the last that was given.
  private let rules: [Rule]
  private let isEmpty: Bool
  private let foldsIdentifiers: Bool

  init(_ options: ProtocolOptions) {
    isEmpty = !options.hasEndpoints
    foldsIdentifiers = options.foldsIdentifiers
    let indexed = options.endpointRules.enumerated()
    rules = indexed.sorted { ($1.element.prefix.utf8.count, $1.offset) < ($0.element.prefix.utf8.count, $0.offset) }.map {
      Rule(prefix: Array($0.element.prefix.utf8), segmentCount: $0.element.segmentCount)
    }
  }

  /// `/a/b` of `/a/b/c`; a target without a path (`*`, an authority) as it is.
  ///
  /// - Parameter path: Without query and fragment.
  func endpoint(_ path: Range<Int>, _ bytes: RawSpan, _ texts: inout TextTable) -> TextID? {
    guard !isEmpty else { return nil }
    let limit = segmentCount(path, bytes)
    guard limit > 0 else { return nil }
    guard !path.isEmpty else { return texts.intern("/") }
    let kept = path.lowerBound..<end(of: limit, path, bytes)
    guard foldsIdentifiers, let folded = HTTPPathFolding.fold(kept, bytes) else { return texts.intern(bytes, kept) }
    return texts.intern(folded)
  }

  private func segmentCount(_ path: Range<Int>, _ bytes: RawSpan) -> Int {
    for rule in rules where HTTPEndpoints.begins(path, with: rule.prefix, bytes) { return rule.segmentCount }
    return EndpointRule.defaultSegmentCount
  }

  private static func begins(_ path: Range<Int>, with prefix: [UInt8], _ bytes: RawSpan) -> Bool {
    guard prefix.count <= path.count else { return false }
    for index in prefix.indices where bytes.load8(at: path.lowerBound + index) != prefix[index] { return false }
    return true
  }

  /// Where the first `limit` segments end. Empty ones and `.` do not count.
  private func end(of limit: Int, _ path: Range<Int>, _ bytes: RawSpan) -> Int {
    var end = path.lowerBound
    var segmentCount = 0
    while end < path.upperBound {
      let next = bytes.firstIndex(of: 0x2f, from: end + 1, to: path.upperBound) ?? path.upperBound
      let isDot = next == end + 2 && bytes.load8(at: end + 1) == 0x2e
      if next > end + 1, !isDot { segmentCount += 1 }
      end = next
      if segmentCount == limit { break }
    }
    // A slash that ends the kept segments is not part of them; the root keeps its own.
    while end > path.lowerBound + 1, bytes.load8(at: end - 1) == 0x2f { end -= 1 }
    return end
  }
}
