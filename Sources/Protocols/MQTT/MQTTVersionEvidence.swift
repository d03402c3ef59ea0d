import Wire

/// Which version a packet is of when the connection's first packet was not seen. Most packets are possible in one form only; the others leave
/// it open, and then look the same in both.
///
/// Source: MQTT 3.1.1 §3, MQTT 5.0 §3.
enum MQTTVersionEvidence {
  enum Verdict: Hashable {
    case version5
    case earlier
    case open
    /// The packet's properties may reach beyond what is there.
    case needsMore
  }

  /// Bytes of a publication behind its topic that are looked at.
  static let publicationByteLimit = 64

  /// Of a packet that is all there, but for a publication's payload.
  static func verdict(_ header: MQTTParser.FixedHeader, _ bytes: RawSpan, isTruncated: Bool) -> Verdict {
    switch header.kind {
    case .publish: return publication(header, bytes, isTruncated)
    // A return code; in version 5 properties behind it.
    case .connectAcknowledgement: return header.rest.count > 2 ? .version5 : .earlier
    // An identifier; in version 5 a reason may follow.
    case .publishAcknowledgement, .publishReceived, .publishRelease, .publishComplete: return header.rest.count > 2 ? .version5 : .open
    case .unsubscribeAcknowledgement: return header.rest.count > 2 ? .version5 : .earlier
    case .subscribeAcknowledgement: return grants(header, bytes)
    case .subscribe, .unsubscribe: return filters(header, bytes)
    case .disconnect: return header.rest.isEmpty ? .open : .version5
    case .authentication: return .version5
    case .connect, .pingRequest, .pingResponse: return .open
    }
  }

  /// Behind the topic and the identifier stand in version 5 properties, before it the payload.
  private static func publication(_ header: MQTTParser.FixedHeader, _ bytes: RawSpan, _ isTruncated: Bool) -> Verdict {
    let start = header.rest.lowerBound
    guard let length = bytes.bigEndian16(at: start) else { return isTruncated ? .open : .needsMore }
    let offset = start + 2 + Int(length) + (header.flags & 6 == 0 ? 0 : 2)
    guard offset < header.rest.upperBound else { return .earlier }
    let end = min(header.rest.upperBound, offset + publicationByteLimit)
    guard bytes.byteCount >= end else { return isTruncated ? .open : .needsMore }
    var reader = MQTTReader(offset..<header.rest.upperBound)
    guard let count = reader.variable(bytes), count <= header.rest.upperBound - reader.offset else { return .earlier }
    // No properties, or a payload that begins with a zero byte: the same but for that byte.
    guard count > 0 else { return .open }
    let range = reader.offset..<min(reader.offset + count, end)
    guard let first = bytes.uint8(at: range.lowerBound), isOfPublication(first) else { return .earlier }
    var properties = MQTTProperties(range)
    var walkedByteCount = 0
    while let property = properties.next(bytes) {
      guard isOfPublication(property.identifier) else { return .earlier }
      walkedByteCount = properties.offset - range.lowerBound
    }
    if walkedByteCount == count { return .version5 }
    // Only what was looked at ends within a property.
    return range.count < count && walkedByteCount > 0 ? .version5 : range.count < count ? .open : .earlier
  }

  /// Source: MQTT 5.0 §3.3.2.3.
  private static func isOfPublication(_ identifier: UInt8) -> Bool {
    switch identifier {
    case 0x01, 0x02, 0x03, 0x08, 0x09, 0x0b, 0x23, 0x26: true
    default: false
    }
  }

  /// Codes; in version 5 properties before them, which are empty most often.
  private static func grants(_ header: MQTTParser.FixedHeader, _ bytes: RawSpan) -> Verdict {
    let codes = header.rest.lowerBound + 2..<header.rest.upperBound
    var isEarlier = true
    for index in codes where bytes.uint8(at: index).map({ $0 > 2 && $0 != 0x80 }) ?? true { isEarlier = false }
    var reader = MQTTReader(codes)
    var isVersion5 = reader.properties(bytes) != nil && !reader.isAtEnd
    while let code = reader.byte(bytes) { if code > 2, code < 0x80 { isVersion5 = false } }
    return verdict(isEarlier: isEarlier, isVersion5: isVersion5)
  }

  /// Filters to the packet's end, of a subscription with options; in version 5 properties before them.
  private static func filters(_ header: MQTTParser.FixedHeader, _ bytes: RawSpan) -> Verdict {
    let start = header.rest.lowerBound + 2
    var reader = MQTTReader(start..<header.rest.upperBound)
    let isEarlier = isFilters(&reader, header.kind, highestOptions: 2, bytes)
    reader = MQTTReader(start..<header.rest.upperBound)
    let isVersion5 = reader.properties(bytes) != nil && isFilters(&reader, header.kind, highestOptions: 0x2e, bytes)
    return verdict(isEarlier: isEarlier, isVersion5: isVersion5)
  }

  private static func isFilters(_ reader: inout MQTTReader, _ kind: MQTTPacketKind, highestOptions: UInt8, _ bytes: RawSpan) -> Bool {
    var count = 0
    while !reader.isAtEnd {
      guard let filter = reader.text(bytes), !filter.isEmpty else { return false }
      if kind == .subscribe { guard let options = reader.byte(bytes), options <= highestOptions, options & 3 < 3 else { return false } }
      count += 1
    }
    return count > 0
  }

  private static func verdict(isEarlier: Bool, isVersion5: Bool) -> Verdict {
    isEarlier == isVersion5 ? .open : isVersion5 ? .version5 : .earlier
  }
}
