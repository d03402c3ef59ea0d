/// The data-link type of an interface: a LINKTYPE_ value of the pcap file formats (tcpdump.org/linktypes.html).
package struct LinkType: Hashable, Sendable {
  package var rawValue: UInt16
  @inlinable package init(_ rawValue: UInt16) { self.rawValue = rawValue }

  package static let null = LinkType(0)
  package static let ethernet = LinkType(1)
  package static let raw = LinkType(101)
  package static let loop = LinkType(108)
  package static let linuxSLL = LinkType(113)
  package static let ipv4 = LinkType(228)
  package static let ipv6 = LinkType(229)
  package static let linuxSLL2 = LinkType(276)
}

/// An interface that packets were captured on. Interfaces are numbered from 0 in the order in which they are first described,
/// over all input files of an analysis.
package struct CaptureInterface: Hashable, Sendable {
  package var index: UInt32
  /// Empty when the file does not say.
  package var name: String
  package var linkType: LinkType
  /// The longest captured packet; 0 when unlimited.
  package var snapLength: UInt32
  package var hardwareAddress: UInt64?
  package var networkNamespace: UInt64?
  /// Local addresses of the interface, when the recorder knew them.
  package var addresses: [IPAddress]

  package init(
    index: UInt32, name: String, linkType: LinkType, snapLength: UInt32 = 0, hardwareAddress: UInt64? = nil,
    networkNamespace: UInt64? = nil, addresses: [IPAddress] = []
  ) {
    self.index = index
    self.name = name
    self.linkType = linkType
    self.snapLength = snapLength
    self.hardwareAddress = hardwareAddress
    self.networkNamespace = networkNamespace
    self.addresses = addresses
  }
}

/// What is known of a captured packet besides its bytes.
package struct PacketHeader: Sendable {
  package enum Direction: UInt8, Sendable { case inbound = 1, outbound = 2 }

  /// Position among all observations of the analysis, from 1: the identity of the packet, and the order of ties.
  package var ordinal: UInt64
  package var time: Timestamp
  package var interfaceIndex: UInt32
  package var linkType: LinkType
  /// The packet's length on the wire; the captured bytes may be fewer, never more.
  package var originalByteCount: UInt32
  package var direction: Direction?

  @inlinable package init(
    ordinal: UInt64, time: Timestamp, interfaceIndex: UInt32, linkType: LinkType, originalByteCount: UInt32, direction: Direction? = nil
  ) {
    self.ordinal = ordinal
    self.time = time
    self.interfaceIndex = interfaceIndex
    self.linkType = linkType
    self.originalByteCount = originalByteCount
    self.direction = direction
  }
}
