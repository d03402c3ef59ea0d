import Wire

/// Whether bytes begin a record of FastCGI. The first record of a request is fixed but for its identifier, role and one flag; that of a response
/// holds the beginning of a header section.
enum FastCGIRecognition {
  static func verdict(_ bytes: RawSpan, _ context: RecognitionContext) -> Recognition {
    guard let version = bytes.uint8(at: 0) else { return .needsMore }
    guard version == 1 else { return .no }
    guard let code = bytes.uint8(at: 1) else { return .needsMore }
    let type = FastCGIRecordType(code)
    guard let sender = type.sender else { return .no }
    guard let header = FastCGIRecordHeader(bytes) else { return mayBegin(bytes, type) ? .needsMore : .no }
    guard header.fault(version: version) == nil, bytes.load8(at: 7) == 0 else { return .no }
    if context.isResynchronizing {
      guard sender == context.likelySender, isFollowed(header, bytes) else { return .no }
      return .likely(sender)
    }
    switch type {
    case .beginRequest: return beginning(bytes)
    case .endRequest: return ending(bytes)
    case .standardOutput: return output(header, bytes)
    case .standardError: return text(header, bytes)
    case .parameters: return parameters(header, bytes)
    default: return .no
    }
  }

  /// Fewer bytes than a header: those of its fields that are there may be right.
  private static func mayBegin(_ bytes: RawSpan, _ type: FastCGIRecordType) -> Bool {
    switch type {
    case .beginRequest, .endRequest: return (bytes.uint8(at: 4) ?? 0) == 0 && (bytes.uint8(at: 5) ?? 8) == 8
    case .standardOutput, .standardError, .parameters: return true
    default: return false
    }
  }

  /// Role 1 to 3, flag 0 or 1, zeros.
  private static func beginning(_ bytes: RawSpan) -> Recognition {
    for (offset, largest) in [(8, 0), (9, 3), (10, 1), (11, 0), (12, 0), (13, 0), (14, 0), (15, 0)] as [(Int, UInt8)] {
      guard let byte = bytes.uint8(at: offset) else { return .needsMore }
      guard byte <= largest, offset != 9 || byte > 0 else { return .no }
    }
    return .certain(.client)
  }

  /// Any application status, protocol status 0 to 3, zeros.
  private static func ending(_ bytes: RawSpan) -> Recognition {
    for (offset, largest) in [(12, 3), (13, 0), (14, 0), (15, 0)] as [(Int, UInt8)] {
      guard let byte = bytes.uint8(at: offset) else { return .needsMore }
      guard byte <= largest else { return .no }
    }
    return .likely(.server)
  }

  private static func output(_ header: FastCGIRecordHeader, _ bytes: RawSpan) -> Recognition {
    let start = FastCGIRecordHeader.byteCount
    for offset in start..<start + min(64, header.contentByteCount) {
      guard let byte = bytes.uint8(at: offset) else { return .needsMore }
      if byte == 0x3a { return offset > start + 3 ? .certain(.server) : .no }
      guard byte.isHTTPTokenCharacter else { return .no }
    }
    return .no
  }

  private static func text(_ header: FastCGIRecordHeader, _ bytes: RawSpan) -> Recognition {
    guard header.contentByteCount >= 16 else { return .no }
    for offset in FastCGIRecordHeader.byteCount..<FastCGIRecordHeader.byteCount + 16 {
      guard let byte = bytes.uint8(at: offset) else { return .needsMore }
      guard (0x20..<0x7f).contains(byte) else { return .no }
    }
    return .likely(.server)
  }

  /// Joined behind the first record: a pair whose name is one of a CGI variable.
  private static func parameters(_ header: FastCGIRecordHeader, _ bytes: RawSpan) -> Recognition {
    guard let nameLength = bytes.uint8(at: 8), let first = bytes.uint8(at: 9) else { return .needsMore }
    let start = first & 0x80 == 0 ? 10 : 13
    guard (4..<64).contains(nameLength), header.contentByteCount >= start - 8 + Int(nameLength) else { return .no }
    for offset in start..<start + Int(nameLength) {
      guard let byte = bytes.uint8(at: offset) else { return .needsMore }
      guard byte == 0x5f || (0x41...0x5a).contains(byte) || byte.isASCIIDigit else { return .no }
    }
    return .likely(.client)
  }

  /// Whether another record stands behind this one, as far as can be seen.
  private static func isFollowed(_ header: FastCGIRecordHeader, _ bytes: RawSpan) -> Bool {
    guard let version = bytes.uint8(at: header.byteCount) else { return true }
    guard let next = FastCGIRecordHeader(bytes, at: header.byteCount) else { return version == 1 }
    return next.fault(version: version) == nil && next.type.sender == header.type.sender
  }
}
