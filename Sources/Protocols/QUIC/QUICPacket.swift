import Wire

/// A packet with a long header, before its protection is removed.
///
///     1 | 1 | type 2 | ---- 4 | version 32 | length 8, destination connection id | length 8, source connection id | …
///     of Initial: token length (variable), token | of Initial, 0-RTT, Handshake: length (variable), packet number, payload
///
/// Source: RFC 9000 §17.2; the two bits of the type in version 2: RFC 9369 §3.2.
struct QUICPacket: Sendable {
  enum Kind: Sendable {
    case initial, zeroRTT, handshake, retry, versionNegotiation
    /// Of a version whose types are not known.
    case other
  }

  /// The longest connection identifier of the known versions. Source: RFC 9000 §17.2.
  static let longestConnectionID = 20

  var kind: Kind
  var version: QUICVersion
  var destinationID: Range<Int>
  var sourceID: Range<Int>
  /// Offset of the packet number, of the kinds that have one.
  var packetNumber: Int
  /// The packet, in the datagram.
  var range: Range<Int>

  /// The packet at `offset` of the datagram; `nil` when it has no long header, or a malformed one.
  init?(_ bytes: RawSpan, at offset: Int, isTruncated: Bool) {
    guard let first = bytes.uint8(at: offset), first & 0x80 != 0, let number = bytes.bigEndian32(at: offset + 1),
      let destinationLength = bytes.uint8(at: offset + 5), destinationLength <= QUICPacket.longestConnectionID
    else { return nil }
    version = QUICVersion(rawValue: number)
    destinationID = offset + 6..<offset + 6 + Int(destinationLength)
    guard let sourceLength = bytes.uint8(at: destinationID.upperBound), sourceLength <= QUICPacket.longestConnectionID else { return nil }
    sourceID = destinationID.upperBound + 1..<destinationID.upperBound + 1 + Int(sourceLength)
    guard sourceID.upperBound <= bytes.byteCount else { return nil }
    packetNumber = sourceID.upperBound
    range = offset..<bytes.byteCount
    guard version != .negotiation else {
      kind = .versionNegotiation
      return
    }
    guard version.isKnown else {
      kind = .other
      return
    }
    // RFC 9000 §17.2: the fixed bit.
    guard first & 0x40 != 0 else { return nil }
    kind = QUICPacket.kind(first >> 4 & 3, version)
    if kind == .retry { return }
    if kind == .initial {
      guard let (tokenLength, tokenStart) = QUICVariable.read(bytes, at: packetNumber), tokenLength <= bytes.byteCount - tokenStart else {
        return nil
      }
      packetNumber = tokenStart + tokenLength
    }
    guard let (length, start) = QUICVariable.read(bytes, at: packetNumber) else { return nil }
    guard length <= bytes.byteCount - start || isTruncated else { return nil }
    packetNumber = start
    range = offset..<min(bytes.byteCount, start + length)
  }

  private static func kind(_ bits: UInt8, _ version: QUICVersion) -> Kind {
    switch version == .two ? (bits &+ 3) & 3 : bits {
    case 0: .initial
    case 1: .zeroRTT
    case 2: .handshake
    default: .retry
    }
  }
}

/// Variable-length integers: the first two bits say how many bytes. Source: RFC 9000 §16.
enum QUICVariable {
  /// The number at `offset`, and the offset behind it; `nil` outside of the bytes and for numbers too large to be a length.
  static func read(_ bytes: RawSpan, at offset: Int) -> (value: Int, end: Int)? {
    guard let first = bytes.uint8(at: offset) else { return nil }
    let byteCount = 1 << Int(first >> 6)
    guard offset + byteCount <= bytes.byteCount else { return nil }
    var value = UInt64(first & 0x3f)
    for index in 1..<max(byteCount, 1) { value = value << 8 | UInt64(bytes.load8(at: offset + index)) }
    guard value <= UInt64(Int32.max) else { return nil }
    return (Int(value), offset + byteCount)
  }
}
