package import Capture

/// An address, or all that share its first bits: `10.0.3.9`, `10.0.0.0/8`, `2001:db8::/32`.
package struct AddressRange: Hashable, Sendable {
  package let address: IPAddress
  /// Bits that count, of the 128 of the mapped form.
  package let bitCount: Int

  package init?(_ text: String) {
    let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    guard let first = parts.first, let address = IPAddress(first) else { return nil }
    self.address = address
    guard parts.count == 2 else {
      bitCount = 128
      return
    }
    guard let bits = Int(parts[1]), bits >= 0, bits <= (address.isIPv4 ? 32 : 128) else { return nil }
    bitCount = address.isIPv4 ? bits + 96 : bits
  }

  package func contains(_ other: IPAddress) -> Bool {
    func mask(_ bits: Int) -> UInt64 { bits <= 0 ? 0 : bits >= 64 ? .max : ~(UInt64.max >> UInt64(bits)) }
    return (other.high ^ address.high) & mask(bitCount) == 0 && (other.low ^ address.low) & mask(bitCount - 64) == 0
  }
}
