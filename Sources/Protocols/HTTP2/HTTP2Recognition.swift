import Wire

/// Whether bytes begin a frame of HTTP/2, and whose. A frame header alone has little that other protocols could not have by chance, so that
/// without the preface a verdict rests on a header block that decodes, or on a frame whose every byte but a few is fixed.
enum HTTP2Recognition {
  /// Bytes of a header block in which a pseudo-header field has come; they stand first (RFC 9113 §8.3).
  private static let convincingByteCount = 16

  static func verdict(_ bytes: RawSpan, _ context: RecognitionContext) -> Recognition {
    guard bytes.byteCount > 0 else { return .needsMore }
    if bytes.load8(at: 0) == 0x50 {
      guard beginsPreface(bytes) else { return .no }
      return bytes.byteCount >= HTTP2Parser.preface.utf8CodeUnitCount ? .certain(.client) : .needsMore
    }
    var offset = 0
    // The side whose frames they are, as far as the frames themselves say.
    var sender: MessageSender?
    var isFixed = false
    while offset < bytes.byteCount {
      guard let header = HTTP2FrameHeader(bytes, at: offset) else {
        if offset == 0 { return mayBeginFrame(bytes) ? .needsMore : .no }
        break
      }
      guard isPlausible(header, bytes, at: offset) else { return .no }
      let end = offset + HTTP2FrameHeader.byteCount + header.payloadByteCount
      switch header.type {
      case .settings:
        guard hasPlausibleSettings(bytes.extracting(offset..<min(end, bytes.byteCount))) else { return .no }
        isFixed = true
        // Of the first frames of both sides, a client's stand behind the preface.
        if offset == 0, !header.acknowledges { sender = .server }
      case .ping, .windowUpdate: isFixed = true
      case .headers:
        let frame = bytes.extracting(offset..<min(end, bytes.byteCount))
        switch sides(header, frame) {
        case .known(let side): return context.isResynchronizing && side != context.likelySender ? .no : .certain(side)
        case .open: if offset == 0, !context.isResynchronizing { return .needsMore }
        case .none: break
        }
      default: break
      }
      offset = end
    }
    if context.isResynchronizing, let likely = context.likelySender { return .likely(likely) }
    if let sender { return .likely(sender) }
    if isFixed, let likely = context.likelySender { return .likely(likely) }
    return .no
  }

  static func beginsPreface(_ bytes: RawSpan) -> Bool {
    let preface = HTTP2Parser.preface
    for index in 0..<min(bytes.byteCount, preface.utf8CodeUnitCount) where bytes.load8(at: index) != preface.utf8Start[index] {
      return false
    }
    return true
  }

  /// Whether fewer bytes than a frame header can begin one.
  private static func mayBeginFrame(_ bytes: RawSpan) -> Bool {
    guard bytes.load8(at: 0) == 0, (bytes.uint8(at: 1) ?? 0) <= 0x40 else { return false }
    guard let code = bytes.uint8(at: 3) else { return true }
    let type = HTTP2FrameType(code)
    if case .other = type { return false }
    guard let flags = bytes.uint8(at: 4) else { return true }
    return flags & ~type.knownFlags == 0
  }

  /// Stricter than the standard, which ignores unknown types and flags.
  private static func isPlausible(_ header: HTTP2FrameHeader, _ bytes: RawSpan, at offset: Int) -> Bool {
    if case .other = header.type { return false }
    guard header.fault == nil, header.flags & ~header.type.knownFlags == 0, header.payloadByteCount <= HTTP2Parser.ordinaryFrame,
      bytes.load8(at: offset + 5) & 0x80 == 0
    else { return false }
    switch header.type {
    case .continuation: return offset > 0
    case .windowUpdate:
      guard let increment = bytes.bigEndian32(at: offset + HTTP2FrameHeader.byteCount) else { return true }
      return increment > 0 && increment < 0x8000_0000
    case .headers: return header.payloadByteCount > 0
    default: return true
    }
  }

  /// Registered settings with possible values, or extensions, whose numbers are not small. Source: RFC 9113 §6.5.2.
  private static func hasPlausibleSettings(_ frame: RawSpan) -> Bool {
    var offset = HTTP2FrameHeader.byteCount
    while let identifier = frame.bigEndian16(at: offset), let value = frame.bigEndian32(at: offset + 2) {
      switch identifier {
      case 0: return false
      case 2, 8: if value > 1 { return false }
      case 4: if value > 0x7fff_ffff { return false }
      case 5: if value < 16_384 || value > 0xff_ffff { return false }
      default: break
      }
      offset += 6
    }
    return true
  }

  private enum Sides {
    case known(MessageSender)
    /// Too little of the block is there.
    case open
    case none
  }

  /// Whose header block a HEADERS frame holds, as far as it is there.
  private static func sides(_ header: HTTP2FrameHeader, _ frame: RawSpan) -> Sides {
    let end = HTTP2FrameHeader.byteCount + header.payloadByteCount
    guard let fragment = HTTP2HeaderParser.fragment(header, frame, end) else {
      return frame.byteCount == HTTP2FrameHeader.byteCount ? .open : .none
    }
    let there = fragment.clamped(to: 0..<frame.byteCount)
    // What the compression refers to was not seen.
    var decoder = HPACKDecoder()
    decoder.forget()
    var pseudo = PseudoFields()
    let outcome = decoder.decode(frame.extracting(there), into: &pseudo)
    let isWhole = frame.byteCount == end && header.endsHeaders
    if outcome == .malformed, isWhole { return .none }
    // RFC 9113 §5.1.1: what clients open has an odd number.
    if pseudo.sender == .client, header.stream & 1 == 0 { return .none }
    if let side = pseudo.sender { return pseudo.isContradictory ? .none : .known(side) }
    return !isWhole && there.count < convincingByteCount ? .open : .none
  }

  /// Looks for pseudo-header fields.
  private struct PseudoFields: HPACKFieldConsumer {
    var sender: MessageSender?
    var isContradictory = false

    mutating func take(_ name: RawSpan, _ value: RawSpan) {
      guard name.uint8(at: 0) == 0x3a else { return }
      let side: MessageSender
      if name.byteCount == 7, name.hasBytes(":status", at: 0) {
        guard let status = value.decimal(in: 0..<value.byteCount), (100...599).contains(status) else {
          isContradictory = true
          return
        }
        side = .server
      } else if name.byteCount == 7, name.hasBytes(":method", at: 0) {
        side = .client
      } else if name.byteCount == 5, name.hasBytes(":path", at: 0) {
        // RFC 9113 §8.3.1: it begins with a slash, or is the asterisk of OPTIONS.
        guard value.uint8(at: 0) == 0x2f || value.byteCount == 1 && value.load8(at: 0) == 0x2a else {
          isContradictory = true
          return
        }
        side = .client
      } else if name.byteCount == 7, name.hasBytes(":scheme", at: 0) {
        side = .client
      } else if name.byteCount == 10, name.hasBytes(":authority", at: 0) {
        side = .client
      } else {
        return
      }
      if let sender, sender != side { isContradictory = true }
      sender = sender ?? side
    }

    mutating func takeUnknown() {}
  }
}
