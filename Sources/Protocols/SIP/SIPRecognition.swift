import Wire

/// Whether bytes are SIP: by its version, at the beginning of a status line or at the end of a request line.
enum SIPRecognition {
  /// The longest request line believed.
  private static let longestLine = 2048

  static func verdict(_ bytes: RawSpan, _ context: RecognitionContext) -> Recognition {
    guard !context.isICMP, SIPParser.mayBegin(bytes) else { return .no }
    if bytes.hasBytes("SIP/2.0 ", at: 0) {
      guard let digit = bytes.uint8(at: 8) else { return .needsMore }
      return (0x31...0x36).contains(digit) ? .certain(.server) : .no
    }
    guard let lineEnd = bytes.firstIndex(of: 0x0a) else {
      return context.isDatagram || bytes.byteCount > longestLine ? .no : .needsMore
    }
    let end = lineEnd > 0 && bytes.load8(at: lineEnd - 1) == 0x0d ? lineEnd - 1 : lineEnd
    return end >= 8 && SIPMethod(bytes) != nil && bytes.hasBytes(" SIP/2.0", at: end - 8) ? .certain(.client) : .no
  }
}
