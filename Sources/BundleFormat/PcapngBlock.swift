/// The block types of pcapng that this program reads or writes, and the codes of their options.
/// Source: draft-ietf-opsawg-pcapng §4, §11.1.
enum PcapngBlock: UInt32 {
  case interfaceDescription = 1
  /// The obsolete Packet Block.
  case packet = 2
  case simplePacket = 3
  case nameResolution = 4
  case interfaceStatistics = 5
  case enhancedPacket = 6
  case sectionHeader = 0x0a0d_0d0a

  static let byteOrderMagic: UInt32 = 0x1a2b_3c4d

  /// Type and length in front, length again behind.
  static let headerByteCount = 8
  static let trailerByteCount = 4
  static let shortest = 12

  enum SectionOption {
    static let hardware: UInt16 = 2
    static let operatingSystem: UInt16 = 3
    static let application: UInt16 = 4
  }

  enum InterfaceOption {
    static let name: UInt16 = 2
    static let description: UInt16 = 3
    static let ipv4Address: UInt16 = 4
    static let ipv6Address: UInt16 = 5
    static let macAddress: UInt16 = 6
    static let timestampResolution: UInt16 = 9
    static let timestampOffset: UInt16 = 14
  }

  enum PacketOption {
    static let flags: UInt16 = 2
  }

  enum StatisticsOption {
    static let received: UInt16 = 4
    static let dropped: UInt16 = 5
    static let operatingSystemDropped: UInt16 = 7
  }

  /// How a bundle says the network namespace of an interface, in `if_description`: this text and the inode number of the namespace.
  static let networkNamespacePrefix = "network namespace "
}
