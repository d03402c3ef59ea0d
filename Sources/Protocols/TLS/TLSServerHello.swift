import Wire

/// A ServerHello. Source: RFC 8446 §4.1.3, RFC 5246 §7.4.1.3.
struct TLSServerHello {
  /// The version chosen: that of the extension, when there is one.
  var version: UInt16
  /// The version in the field of earlier versions.
  var legacyVersion: UInt16
  var cipherSuite: UInt16
  var extensions: Range<Int>?
  var applicationProtocol: Range<Int>?
  var hasPreSharedKey = false
  /// It asks for another ClientHello.
  var isRetryRequest: Bool

  /// TLS 1.3, or one of its drafts (0x7f00 and the number; Facebook's 0xfb00).
  var isVersion13: Bool { version == 0x0304 || version >> 8 == 0x7f || version >> 8 == 0xfb }

  init?(_ bytes: RawSpan, _ body: Range<Int>) {
    var reader = TLSVectorReader(body)
    guard let version = reader.number16(bytes), body.upperBound - body.lowerBound >= 34 else { return nil }
    // RFC 8446 §4.1.3: this random value is SHA-256 of "HelloRetryRequest".
    isRetryRequest =
      bytes.bigEndian64(at: body.lowerBound + 2) == 0xcf21_ad74_e59a_6111
      && bytes.bigEndian64(at: body.lowerBound + 10) == 0xbe1d_8c02_1e65_b891
    self.version = version
    legacyVersion = version
    // Drafts of TLS 1.3 up to 21 have neither a session identifier nor a compression method.
    let isEarlyDraft = version >> 8 == 0x7f
    guard reader.skip(32), isEarlyDraft || reader.vector8(bytes) != nil, let suite = reader.number16(bytes) else { return nil }
    cipherSuite = suite
    guard isEarlyDraft || reader.number8(bytes) != nil, let block = reader.vector16(bytes) else { return }
    extensions = block
    var cursor = TLSExtensionCursor(block)
    while let (type, data) = cursor.next(bytes) {
      switch type {
      case TLSExtension.supportedVersions: self.version = bytes.bigEndian16(at: data.lowerBound) ?? self.version
      case TLSExtension.preSharedKey: hasPreSharedKey = true
      case TLSExtension.applicationProtocols:
        var list = TLSVectorReader(data)
        if let names = list.vector16(bytes) {
          var name = TLSVectorReader(names)
          applicationProtocol = name.vector8(bytes)
        }
      default: break
      }
    }
  }
}
