/// Builds captures as other programs write them, byte by byte.
struct ForeignCapture {
  var bytes: [UInt8] = []
  var isBigEndian: Bool

  init(isBigEndian: Bool = false) { self.isBigEndian = isBigEndian }

  mutating func append<T: FixedWidthInteger>(_ value: T) {
    withUnsafeBytes(of: isBigEndian ? value.bigEndian : value.littleEndian) { bytes += Array($0) }
  }

  // MARK: Classic pcap

  mutating func appendClassicHeader(
    magic: UInt32, version: (UInt16, UInt16) = (2, 4), snapLength: UInt32 = 65_535, linkType: UInt32 = 1
  ) {
    append(magic)
    append(version.0)
    append(version.1)
    append(UInt32(0))
    append(UInt32(0))
    append(snapLength)
    append(linkType)
  }

  mutating func appendClassicPacket(
    seconds: UInt32, fraction: UInt32, captured: UInt32? = nil, original: UInt32? = nil, modified: [UInt8] = [], _ data: [UInt8]
  ) {
    append(seconds)
    append(fraction)
    append(captured ?? UInt32(data.count))
    append(original ?? UInt32(data.count))
    bytes += modified
    bytes += data
  }

  // MARK: pcapng

  /// A block around what `body` appends; the body is padded.
  mutating func appendBlock(_ type: UInt32, _ body: (inout ForeignCapture) -> Void) {
    var inner = ForeignCapture(isBigEndian: isBigEndian)
    body(&inner)
    while inner.bytes.count % 4 != 0 { inner.bytes.append(0) }
    append(type)
    append(UInt32(inner.bytes.count + 12))
    bytes += inner.bytes
    append(UInt32(inner.bytes.count + 12))
  }

  mutating func appendOption(_ code: UInt16, _ value: [UInt8]) {
    append(code)
    append(UInt16(value.count))
    bytes += value
    while bytes.count % 4 != 0 { bytes.append(0) }
  }

  mutating func appendSection(version: (UInt16, UInt16) = (1, 0)) {
    appendBlock(0x0a0d_0d0a) {
      $0.append(UInt32(0x1a2b_3c4d))
      $0.append(version.0)
      $0.append(version.1)
      $0.append(UInt64.max)
    }
  }

  mutating func appendInterface(linkType: UInt16 = 1, snapLength: UInt32 = 0, options: [(UInt16, [UInt8])] = []) {
    appendBlock(1) {
      $0.append(linkType)
      $0.append(UInt16(0))
      $0.append(snapLength)
      for (code, value) in options { $0.appendOption(code, value) }
      if !options.isEmpty { $0.appendOption(0, []) }
    }
  }

  mutating func appendEnhancedPacket(
    interface: UInt32 = 0, ticks: UInt64, captured: UInt32? = nil, original: UInt32? = nil, flags: UInt32? = nil, _ data: [UInt8]
  ) {
    appendBlock(6) {
      $0.append(interface)
      $0.append(UInt32(truncatingIfNeeded: ticks >> 32))
      $0.append(UInt32(truncatingIfNeeded: ticks))
      $0.append(captured ?? UInt32(data.count))
      $0.append(original ?? UInt32(data.count))
      $0.bytes += data
      while $0.bytes.count % 4 != 0 { $0.bytes.append(0) }
      if let flags {
        // A comment in front, to be stepped over.
        $0.appendOption(1, Array("a comment".utf8))
        $0.append(UInt16(2))
        $0.append(UInt16(4))
        $0.append(flags)
        $0.appendOption(0, [])
      }
    }
  }

  // MARK: Compression

  /// A gzip member with one stored block (RFC 1951 §3.2.4), which needs no compressor.
  static func gzipMember(_ content: [UInt8]) -> [UInt8] {
    precondition(content.count <= 65_535, "a stored block has a 16-bit length")
    var member: [UInt8] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255, 1]
    let length = UInt16(content.count)
    member += [UInt8(length & 0xff), UInt8(length >> 8), UInt8(~length & 0xff), UInt8(~length >> 8)]
    member += content
    var crc: UInt32 = 0xffff_ffff
    for byte in content {
      crc ^= UInt32(byte)
      for _ in 0..<8 { crc = crc & 1 == 1 ? (crc >> 1) ^ 0xedb8_8320 : crc >> 1 }
    }
    for value in [~crc, UInt32(content.count)] { withUnsafeBytes(of: value.littleEndian) { member += Array($0) } }
    return member
  }

  /// A zstd frame with one raw block (RFC 8878 §3.1.1).
  static func zstdFrame(_ content: [UInt8]) -> [UInt8] {
    precondition(content.count <= 65_535, "the test's captures are small")
    // Single segment, content size in four bytes, no checksum.
    var frame: [UInt8] = [0x28, 0xb5, 0x2f, 0xfd, 0xa0]
    withUnsafeBytes(of: UInt32(content.count).littleEndian) { frame += Array($0) }
    let header = UInt32(content.count) << 3 | 1
    frame += [UInt8(header & 0xff), UInt8(header >> 8 & 0xff), UInt8(header >> 16)]
    return frame + content
  }
}
