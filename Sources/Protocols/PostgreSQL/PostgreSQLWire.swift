import Wire

/// The head of a message with a type: the type, and a length that counts itself and what follows.
struct PostgreSQLWire {
  static let headerByteCount = 5
  /// Bytes of a message. Source: MaxAllocSize of the server.
  static let longestMessage: UInt32 = 0x3fff_ffff

  static let version3: UInt32 = 3 << 16
  static let cancelRequest: UInt32 = 80_877_102
  static let tlsRequest: UInt32 = 80_877_103
  static let gssRequest: UInt32 = 80_877_104

  var type: UInt8
  var contentByteCount: Int
  private var contentStart: Int

  /// `nil` when the head is not there as a whole, or its length cannot be.
  init?(_ bytes: RawSpan, at offset: Int) {
    guard let type = bytes.uint8(at: offset), let length = bytes.bigEndian32(at: offset + 1), length >= 4,
      length <= PostgreSQLWire.longestMessage
    else { return nil }
    self.type = type
    contentByteCount = Int(length) - 4
    contentStart = offset + PostgreSQLWire.headerByteCount
  }

  func presentByteCount(_ bytes: RawSpan) -> Int { min(contentByteCount, bytes.byteCount - contentStart) }

  /// Q P B E D C S H F X, d c f of COPY, p of an authentication.
  static func isClientType(_ type: UInt8) -> Bool {
    switch type {
    case 0x51, 0x50, 0x42, 0x45, 0x44, 0x43, 0x53, 0x48, 0x46, 0x58, 0x64, 0x63, 0x66, 0x70: true
    default: false
    }
  }

  /// R S K Z T D C E N A I 1 2 3 t n s G H W d c V v.
  static func isServerType(_ type: UInt8) -> Bool {
    switch type {
    case 0x52, 0x53, 0x4b, 0x5a, 0x54, 0x44, 0x43, 0x45, 0x4e, 0x41, 0x49, 0x31, 0x32, 0x33, 0x74, 0x6e, 0x73, 0x47, 0x48, 0x57, 0x64, 0x63,
      0x56, 0x76:
      true
    default: false
    }
  }

  /// 1 2 3 T t n D C I E s: what answers the messages of a request.
  static func isAnswer(_ type: UInt8) -> Bool {
    switch type {
    case 0x31, 0x32, 0x33, 0x54, 0x74, 0x6e, 0x44, 0x43, 0x49, 0x45, 0x73: true
    default: false
    }
  }
}
