/// CRC-32C (Castagnoli), the checksum of iSCSI, SCTP and of every block of a bundle: reflected polynomial 0x82f63b78, start and
/// final inversion. Source: RFC 3720 §12.1 and appendix B.4.
package struct CRC32C: Sendable {
  private var state: UInt32 = 0xffff_ffff

  package init() {}

  /// The checksum of all bytes so far.
  package var value: UInt32 { ~state }

  package mutating func update(_ bytes: RawSpan) {
    bytes.withUnsafeBytes { update($0) }
  }

  /// Slicing-by-8 (Kounavis and Berry, 2005): eight table look-ups that do not wait for each other per eight bytes.
  package mutating func update(_ bytes: UnsafeRawBufferPointer) {
    state = CRC32C.tables.withUnsafeBufferPointer { tables in
      var crc = state
      var offset = 0
      while offset + 8 <= bytes.count {
        let word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)) ^ UInt64(crc)
        var next: UInt32 = 0
        for lane in 0..<8 {
          next ^= tables[(7 - lane) * 256 + Int(truncatingIfNeeded: word >> UInt64(8 * lane)) & 0xff]
        }
        crc = next
        offset += 8
      }
      while offset < bytes.count {
        crc = tables[Int(UInt8(truncatingIfNeeded: crc) ^ bytes[offset])] ^ (crc >> 8)
        offset += 1
      }
      return crc
    }
  }

  /// Table `k`, at `256 * k`, advances a byte by `k` further zero bytes.
  private static let tables: [UInt32] = {
    var tables = [UInt32](repeating: 0, count: 8 * 256)
    for byte in 0..<256 {
      var value = UInt32(byte)
      for _ in 0..<8 { value = value & 1 == 1 ? (value >> 1) ^ 0x82f6_3b78 : value >> 1 }
      tables[byte] = value
    }
    for index in 256..<tables.count {
      let previous = tables[index - 256]
      tables[index] = tables[Int(previous & 0xff)] ^ (previous >> 8)
    }
    return tables
  }()
}
