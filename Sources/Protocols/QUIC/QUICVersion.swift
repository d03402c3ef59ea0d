import Wire

/// A version, by its number on the wire. Source: IANA QUIC Versions; drafts and vendors' versions as they were deployed.
struct QUICVersion: RawRepresentable, Hashable, Sendable {
  var rawValue: UInt32

  static let negotiation = QUICVersion(rawValue: 0)
  static let one = QUICVersion(rawValue: 1)
  static let two = QUICVersion(rawValue: 0x6b33_43cf)

  /// A number that keeps servers tolerant, and means that they must negotiate. Source: RFC 9000 §15.
  var isReserved: Bool { rawValue & 0x0f0f_0f0f == 0x0a0a_0a0a }

  /// Number of the IETF draft that the version is of, or like.
  private var draft: UInt32? {
    switch rawValue {
    case 0xff00_0017...0xff00_0022: rawValue & 0xff
    case 0xface_b001: 22
    case 0xface_b002: 27
    default: nil
    }
  }

  var isKnown: Bool { !salts.isEmpty }

  /// What the keys of Initial packets may be derived with; nothing when the version is not known. A client that asks in a reserved
  /// version seals like one that it speaks.
  var salts: [[UInt8]] {
    if isReserved { return [QUICVersion.saltOfOne, QUICVersion.saltOfDraft29] }
    switch rawValue {
    case 1: return [QUICVersion.saltOfOne]
    case QUICVersion.two.rawValue: return [QUICVersion.saltOfTwo]
    case 0x5430_3530: return [QUICVersion.saltOfGoogle50]
    case 0x5430_3531: return [QUICVersion.saltOfGoogle51]
    default: break
    }
    switch draft {
    case 22?: return [QUICVersion.saltOfDraft21]
    case (23...28)?: return [QUICVersion.saltOfDraft23]
    case (29...32)?: return [QUICVersion.saltOfDraft29]
    case (33...34)?: return [QUICVersion.saltOfOne]
    default: return []
    }
  }

  /// What the labels of keys begin with. Source: RFC 9001 §5.1, RFC 9369 §3.3.2.
  var labelPrefix: String { self == .two ? "quicv2" : "quic" }

  var text: String {
    switch rawValue {
    case 1: return "1"
    case QUICVersion.two.rawValue: return "2"
    case 0xff00_0001...0xff00_0022: return "draft-\(rawValue & 0xff)"
    case 0xface_b000...0xface_b00f: return "mvfst-\(rawValue & 0xf)"
    default: break
    }
    let letters = (0..<4).map { UInt8(truncatingIfNeeded: rawValue >> UInt32(24 - $0 * 8)) }
    if letters.allSatisfy({ $0.isASCIILetter || $0.isASCIIDigit }) { return String(decoding: letters, as: UTF8.self) }
    let digits = String(rawValue, radix: 16)
    return "0x" + String(repeating: "0", count: 8 - digits.count) + digits
  }

  /// Source: RFC 9001 §5.2.
  private static let saltOfOne: [UInt8] = [
    0x38, 0x76, 0x2c, 0xf7, 0xf5, 0x59, 0x34, 0xb3, 0x4d, 0x17, 0x9a, 0xe6, 0xa4, 0xc8, 0x0c, 0xad, 0xcc, 0xbb, 0x7f, 0x0a,
  ]
  /// Source: RFC 9369 §3.3.1.
  private static let saltOfTwo: [UInt8] = [
    0x0d, 0xed, 0xe3, 0xde, 0xf7, 0x00, 0xa6, 0xdb, 0x81, 0x93, 0x81, 0xbe, 0x6e, 0x26, 0x9d, 0xcb, 0xf9, 0xbd, 0x2e, 0xd9,
  ]
  /// Source: draft-ietf-quic-tls-29 §5.2.
  private static let saltOfDraft29: [UInt8] = [
    0xaf, 0xbf, 0xec, 0x28, 0x99, 0x93, 0xd2, 0x4c, 0x9e, 0x97, 0x86, 0xf1, 0x9c, 0x61, 0x11, 0xe0, 0x43, 0x90, 0xa8, 0x99,
  ]
  /// Source: draft-ietf-quic-tls-23 §5.2.
  private static let saltOfDraft23: [UInt8] = [
    0xc3, 0xee, 0xf7, 0x12, 0xc7, 0x2e, 0xbb, 0x5a, 0x11, 0xa7, 0xd2, 0x43, 0x2b, 0xb4, 0x63, 0x65, 0xbe, 0xf9, 0xf5, 0x02,
  ]
  /// Source: draft-ietf-quic-tls-21 §5.2.
  private static let saltOfDraft21: [UInt8] = [
    0x7f, 0xbc, 0xdb, 0x0e, 0x7c, 0x66, 0xbb, 0xe9, 0x19, 0x3a, 0x96, 0xcd, 0x21, 0x51, 0x9e, 0xbd, 0x7a, 0x02, 0x64, 0x4a,
  ]
  /// Google's versions T050 and T051. Source: Chromium, net/third_party/quiche, crypto_utils.cc.
  private static let saltOfGoogle50: [UInt8] = [
    0x7f, 0xf5, 0x79, 0xe5, 0xac, 0xd0, 0x72, 0x91, 0x55, 0x80, 0x30, 0x4c, 0x43, 0xa2, 0x36, 0x7c, 0x60, 0x48, 0x83, 0x10,
  ]
  private static let saltOfGoogle51: [UInt8] = [
    0x7a, 0x4e, 0xde, 0xf4, 0xe7, 0xcc, 0xee, 0x5f, 0xa4, 0x50, 0x6c, 0x19, 0x12, 0x4f, 0xc8, 0xcc, 0xda, 0x6e, 0x03, 0x3d,
  ]
}
