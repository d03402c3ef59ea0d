import Wire

/// A ClientHello: where its parts are in the bytes it was read from. What was cut off is absent.
///
///     version 2, random 32, session id <0..32>, cipher suites <2..2^16-2>, compression methods <1..255>, extensions <8..2^16-1>
///
/// Source: RFC 8446 §4.1.2.
struct TLSClientHello {
  var version: UInt16
  var cipherSuites: TLSNumberList
  var extensions: Range<Int>?
  var serverName: Range<Int>?
  var supportedVersions: TLSNumberList?
  var supportedGroups: TLSNumberList?
  var pointFormats: Range<Int>?
  var signatureAlgorithms: TLSNumberList?
  /// The list of application protocols, each with a length before it.
  var applicationProtocols: Range<Int>?

  /// `nil` when not even the version and the cipher suites are there.
  init?(_ bytes: RawSpan, _ body: Range<Int>) {
    var reader = TLSVectorReader(body)
    guard let version = reader.number16(bytes), reader.skip(32), reader.vector8(bytes) != nil, let suites = reader.vector16(bytes) else {
      return nil
    }
    self.version = version
    cipherSuites = TLSNumberList(range: suites)
    guard reader.vector8(bytes) != nil, let block = reader.vector16(bytes) else { return }
    extensions = block
    var cursor = TLSExtensionCursor(block)
    while let (type, data) = cursor.next(bytes) { take(type, data, bytes) }
  }

  private mutating func take(_ type: UInt16, _ data: Range<Int>, _ bytes: RawSpan) {
    var reader = TLSVectorReader(data)
    switch type {
    case TLSExtension.serverName:
      // RFC 6066 §3: a list of names, of which type 0 is a host's.
      guard serverName == nil, let list = reader.vector16(bytes) else { return }
      var names = TLSVectorReader(list)
      while let nameType = names.number8(bytes), let name = names.vector16(bytes) {
        if nameType == 0, !name.isEmpty { serverName = name }
      }
    case TLSExtension.supportedGroups: supportedGroups = reader.vector16(bytes).map(TLSNumberList.init)
    case TLSExtension.pointFormats: pointFormats = reader.vector8(bytes)
    case TLSExtension.signatureAlgorithms: signatureAlgorithms = reader.vector16(bytes).map(TLSNumberList.init)
    case TLSExtension.applicationProtocols: applicationProtocols = reader.vector16(bytes)
    case TLSExtension.supportedVersions: supportedVersions = reader.vector8(bytes).map(TLSNumberList.init)
    default: break
    }
  }
}
