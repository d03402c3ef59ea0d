import Wire

/// A ClientHello in the format of SSL 2.0, by which clients once asked for SSL 3.0 or TLS 1.0. Source: RFC 5246 appendix E.2.
struct TLSLegacyHello {
  static let headerByteCount = 11

  /// Of the whole message, its length field included.
  var byteCount: Int
  var version: UInt16

  /// `nil` when the bytes are none, or too few to tell.
  init?(_ bytes: RawSpan) {
    guard let length = bytes.bigEndian16(at: 0), length & 0x8000 != 0, bytes.uint8(at: 2) == 1, let version = bytes.bigEndian16(at: 3),
      (0x0300...0x0303).contains(version), let suites = bytes.bigEndian16(at: 5), let session = bytes.bigEndian16(at: 7),
      let challenge = bytes.bigEndian16(at: 9)
    else { return nil }
    let contentByteCount = Int(length & 0x7fff)
    guard suites > 0, suites % 3 == 0, session == 0 || session == 16, (16...32).contains(challenge),
      contentByteCount == 9 + Int(suites) + Int(session) + Int(challenge)
    else { return nil }
    byteCount = 2 + contentByteCount
    self.version = version
  }
}
