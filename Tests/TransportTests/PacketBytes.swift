/// Packets to build others of.
enum PacketBytes {
  static let macs: [UInt8] = Array(repeating: 2, count: 6) + Array(repeating: 1, count: 6)
  static let snap: [UInt8] = [0xaa, 0xaa, 3, 0, 0, 0, 8, 0]
  /// Port 4660 to 80, PSH and ACK, four bytes of payload.
  static let tcpSegment: [UInt8] = [0x12, 0x34, 0, 80, 0, 0, 0, 1, 0, 0, 0, 2, 0x50, 0x18, 0xff, 0xff, 0, 0, 0, 0] + Array("GET ".utf8)
  static let ipv4TCP = ipv4(protocol: 6, tcpSegment)

  static func ethernet(_ type: UInt16) -> [UInt8] { macs + big(type) }

  /// Without QoS control.
  static func wireless(control: UInt8, flags: UInt8) -> [UInt8] { [control, flags, 0, 0] + macs + Array(repeating: 3, count: 6) + [0, 0] }

  /// 10.0.0.1 to 10.0.0.2, identification 0xabcd.
  static func ipv4(protocol number: UInt8, _ payload: [UInt8], source: UInt32 = 0x0a00_0001) -> [UInt8] {
    [0x45, 0] + big(UInt16(20 + payload.count)) + [0xab, 0xcd, 0x40, 0, 64, number, 0, 0] + big(UInt16(source >> 16))
      + big(UInt16(source & 0xffff))
      + [10, 0, 0, 2] + payload
  }

  static func ipv6(next: UInt8, _ payload: [UInt8]) -> [UInt8] {
    [0x60, 0, 0, 0] + big(UInt16(payload.count)) + [next, 64] + Array(repeating: 0xfd, count: 16) + Array(repeating: 0xfe, count: 16)
      + payload
  }

  static func udp(_ port: UInt16, _ payload: [UInt8]) -> [UInt8] {
    ipv4(protocol: 17, [0xc0, 0, UInt8(port >> 8), UInt8(port & 0xff)] + big(UInt16(8 + payload.count)) + [0, 0] + payload)
  }

  static func nestedIPIP(_ depth: Int) -> [UInt8] {
    (0..<depth).reduce(ipv4TCP) { packet, _ in ipv4(protocol: 4, packet) }
  }

  private static func big(_ value: UInt16) -> [UInt8] { [UInt8(value >> 8), UInt8(value & 0xff)] }
}
