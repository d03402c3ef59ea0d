package import Capture

/// Where one fragment of an IP datagram lies in its packet and in the datagram (RFC 791 §3.2, RFC 8200 §4.5).
package struct IPFragment: Sendable {
  package var identification: UInt32
  /// Offset of this fragment's bytes in the datagram's payload.
  package var offset: Int
  /// Whether no fragment follows this one in the datagram.
  package var isLast: Bool
  /// Offsets in the packet: of the IP header, and of the fragment's bytes; and their count on the wire.
  package var headerOffset: Int
  package var payloadOffset: Int
  package var payloadByteCount: Int
  package var ipProtocol: IPProtocol
}
