import Capture
import Wire

/// The alternative names of a certificate as text: host names and addresses, joined by commas. Source: RFC 5280 §4.2.1.6.
enum X509AlternativeNames {
  /// Names that are shown; certificates of content networks have hundreds.
  static let nameLimit = 16

  static func text(_ certificate: X509Certificate, _ bytes: RawSpan) -> [UInt8]? {
    guard let list = certificate.alternativeNames else { return nil }
    var text: [UInt8] = []
    var names = DERReader(list)
    var count = 0
    while let name = names.next(bytes) {
      guard let value = value(name, bytes) else { continue }
      guard count < nameLimit else {
        text += Array(",…".utf8)
        break
      }
      if !text.isEmpty { text.append(UInt8(ascii: ",")) }
      text += value
      count += 1
    }
    return text.isEmpty ? nil : text
  }

  private static func value(_ name: DERElement, _ bytes: RawSpan) -> [UInt8]? {
    switch name.tag {
    case 0x81, 0x82, 0x86: bytes.copy(name.content.prefix(X509Name.valueLimit))
    case 0x87: address(name.content, bytes).map { Array("\($0)".utf8) }
    default: nil
    }
  }

  private static func address(_ content: Range<Int>, _ bytes: RawSpan) -> IPAddress? {
    switch content.count {
    case 4: IPAddress(v4: bytes.loadBigEndian32(at: content.lowerBound))
    case 16:
      IPAddress(high: bytes.loadBigEndian64(at: content.lowerBound), low: bytes.loadBigEndian64(at: content.lowerBound + 8))
    default: nil
    }
  }
}
