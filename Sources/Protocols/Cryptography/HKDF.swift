/// Keys from a secret, with SHA-256.
///
/// Source: RFC 5869; labels as in RFC 8446 §7.1.
enum HKDF {
  static func extract(_ material: [UInt8], salt: [UInt8]) -> [UInt8] { SHA256.authenticate(material, key: salt) }

  /// HKDF-Expand-Label with an empty context, for at most 32 bytes.
  static func expand(_ secret: [UInt8], label: String, byteCount: Int) -> [UInt8] {
    precondition(byteCount <= SHA256.digestByteCount, "one block of output is enough for keys of QUIC")
    let name = Array("tls13 ".utf8) + Array(label.utf8)
    let information = [UInt8(byteCount >> 8), UInt8(byteCount & 255), UInt8(name.count)] + name + [0]
    return Array(SHA256.authenticate(information + [1], key: secret).prefix(byteCount))
  }
}
