package import Transport

/// What the meters need of a TCP segment. Lent, never copied: a decoded packet would be, from function to function.
package struct TCPSegment: ~Copyable {
  package let kind: TCPSegmentKind
  package let flags: TCPFlags
  package let sequence: UInt32
  package let acknowledgment: UInt32
  /// Bytes of payload on the wire.
  package let byteCount: UInt32
  /// As sent, before scaling.
  package let window: UInt16
  package let windowScale: UInt8?
  package let maximumSegmentSize: UInt16?
  package let allowsSelectiveAcknowledgment: Bool
  package let selectiveAcknowledgmentBlockCount: UInt8

  @inline(__always)
  package init(_ packet: DecodedPacket) {
    kind = TCPSegmentKind(packet.tcpFlags)
    flags = packet.tcpFlags
    sequence = packet.tcpSequence
    acknowledgment = packet.tcpAcknowledgment
    byteCount = UInt32(truncatingIfNeeded: packet.payloadByteCount)
    window = packet.tcpWindow
    windowScale = packet.tcpWindowScale
    maximumSegmentSize = packet.tcpMaximumSegmentSize
    allowsSelectiveAcknowledgment = packet.tcpSelectiveAcknowledgmentPermitted
    selectiveAcknowledgmentBlockCount = packet.tcpSelectiveAcknowledgmentBlockCount
  }
}
