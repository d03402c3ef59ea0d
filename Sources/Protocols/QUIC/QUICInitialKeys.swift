import Wire

/// The keys of the Initial packets of one sender. They follow from the destination connection identifier that the client chose first.
///
/// Source: RFC 9001 §5.2; version 2: RFC 9369 §3.3.
struct QUICInitialKeys: Sendable {
  private let cipher: AES128GCM
  private let nonce: [UInt8]
  private let headerCipher: AES128

  /// - Parameter salt: One of the version's.
  init(version: QUICVersion, salt: [UInt8], connectionID: [UInt8], sender: MessageSender) {
    let initial = HKDF.extract(connectionID, salt: salt)
    let secret = HKDF.expand(initial, label: sender == .client ? "client in" : "server in", byteCount: SHA256.digestByteCount)
    cipher = AES128GCM(key: HKDF.expand(secret, label: version.labelPrefix + " key", byteCount: 16))
    nonce = HKDF.expand(secret, label: version.labelPrefix + " iv", byteCount: AES128GCM.nonceByteCount)
    headerCipher = AES128(key: HKDF.expand(secret, label: version.labelPrefix + " hp", byteCount: 16))
  }

  /// The frames of an Initial packet; `nil` when it was not sealed with these keys.
  func open(_ packet: QUICPacket, _ bytes: RawSpan) -> [UInt8]? {
    // RFC 9001 §5.4.2: the sample is taken as if the packet number had four bytes.
    let sample = packet.packetNumber + 4
    guard sample + 16 <= packet.range.upperBound else { return nil }
    let mask = headerCipher.encipher(
      (
        bytes.loadBigEndian32(at: sample), bytes.loadBigEndian32(at: sample + 4), bytes.loadBigEndian32(at: sample + 8),
        bytes.loadBigEndian32(at: sample + 12)
      ))
    // RFC 9001 §5.4.1: four bits of the first byte, and the packet number.
    var header = bytes.copy(packet.range.lowerBound..<packet.packetNumber)
    header[0] ^= UInt8(truncatingIfNeeded: mask.0 >> 24) & 0x0f
    let numberByteCount = Int(header[0] & 3) + 1
    let stream = UInt64(mask.0) << 32 | UInt64(mask.1)
    var number: UInt64 = 0
    for index in 0..<numberByteCount {
      let byte = bytes.load8(at: packet.packetNumber + index) ^ UInt8(truncatingIfNeeded: stream >> UInt64(48 - index * 8))
      header.append(byte)
      number = number << 8 | UInt64(byte)
    }
    // A handshake has so few packets that a number of one byte is never cut from a larger one.
    var packetNonce = nonce
    for index in 0..<8 { packetNonce[4 + index] ^= UInt8(truncatingIfNeeded: number >> UInt64(56 - index * 8)) }
    let sealed = bytes.copy(packet.packetNumber + numberByteCount..<packet.range.upperBound)
    return cipher.open(sealed[...], nonce: packetNonce, associated: header)
  }
}
