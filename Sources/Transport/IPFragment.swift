public import Capture

/// Where one fragment of an IP datagram lies in its packet and in the datagram (RFC 791 §3.2, RFC 8200 §4.5).
@usableFromInline package struct IPFragment: Sendable {
  @usableFromInline package var identification: UInt32
  /// Offset of this fragment's bytes in the datagram's payload.
  @usableFromInline package var offset: Int
  /// Whether no fragment follows this one in the datagram.
  @usableFromInline package var isLast: Bool
  /// Offsets in the packet: of the IP header, and of the fragment's bytes; and their count on the wire.
  @usableFromInline package var headerOffset: Int
  @usableFromInline package var payloadOffset: Int
  @usableFromInline package var payloadByteCount: Int
  @usableFromInline package var ipProtocol: IPProtocol
}
