import Wire

/// Replaces what differs from request to request in a path by `{}`, so that `/user/4711` and `/user/4712` are one endpoint.
///
/// A segment folds as a whole, when it is
/// - a number, which may have a sign, points, commas and colons in it (`42`, `-1.5`, `2026-11-22`, `10.0.0.1:80`),
/// - a UUID, in braces or not,
/// - eight or more hexadecimal digits with a decimal one among them (a hash, an ObjectID),
/// - sixteen or more letters and digits of which at least four are digits (ULID, a token).
enum HTTPPathFolding {
  private static let shortestHash = 8
  private static let shortestToken = 16
  private static let fewestDigitsOfToken = 4

  /// The path with its identifiers folded; `nil` when there are none.
  static func fold(_ path: Range<Int>, _ bytes: RawSpan) -> [UInt8]? {
    var folded: [UInt8] = []
    var copied = path.lowerBound
    var start = path.lowerBound
    while start < path.upperBound {
      let end = bytes.firstIndex(of: 0x2f, from: start, to: path.upperBound) ?? path.upperBound
      if isIdentifier(start..<end, bytes) {
        folded += bytes.copy(copied..<start)
        folded += [0x7b, 0x7d]
        copied = end
      }
      start = end + 1
    }
    guard copied > path.lowerBound else { return nil }
    return folded + bytes.copy(copied..<path.upperBound)
  }

  static func isIdentifier(_ segment: Range<Int>, _ bytes: RawSpan) -> Bool {
    var digitCount = 0
    var hexadecimalCount = 0
    var letterCount = 0
    var dashCount = 0
    var punctuationCount = 0
    var braceCount = 0
    for index in segment {
      let byte = bytes.load8(at: index)
      switch byte {
      case 0x30...0x39: digitCount += 1
      case 0x41...0x46, 0x61...0x66: hexadecimalCount += 1
      case 0x47...0x5a, 0x67...0x7a: letterCount += 1
      case 0x2d, 0x5f: dashCount += 1
      case 0x2b, 0x2c, 0x2e, 0x3a: punctuationCount += 1
      case 0x7b, 0x7d: braceCount += 1
      default: return false
      }
    }
    guard digitCount > 0 else { return false }
    let isNumber = hexadecimalCount == 0 && letterCount == 0 && braceCount == 0
    if isNumber { return true }
    guard punctuationCount == 0 else { return false }
    if letterCount == 0, digitCount + hexadecimalCount == 32, dashCount == 4 || dashCount == 0 { return braceCount == 0 || braceCount == 2 }
    guard braceCount == 0 else { return false }
    if letterCount == 0, dashCount == 0, segment.count >= shortestHash { return true }
    return dashCount == 0 && segment.count >= shortestToken && digitCount >= fewestDigitsOfToken
  }
}
