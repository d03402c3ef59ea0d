/// What a reader believes of a file, and no more: the bounds of its memory on hostile input.
package enum CaptureLimits {
  /// Captured bytes of one packet: libpcap's and Wireshark's 256 KiB (MAXIMUM_SNAPLEN), and 4 KiB for pseudo-headers that some
  /// link types put in front.
  package static let longestPacket = 262_144 + 4_096

  /// One pcapng block, its header and trailer included. libpcap and Wireshark have the same limit.
  package static let longestBlock = 16 * 1024 * 1024

  /// Decompressed payload of one of our blocks. A writer closes a batch at `BundleWriter.batchByteCount`.
  package static let longestPayload = 16 * 1024 * 1024

  /// Interfaces over all files of one analysis; packets of further ones are counted as damaged blocks.
  package static let mostInterfaces = 65_536

  /// Distinct stacks of one section, and distinct frames.
  package static let mostStacks: UInt64 = 1 << 22
  package static let mostFrames: UInt64 = 1 << 24

  /// Frames of one stack: more than any recorder keeps.
  package static let mostFramesOfStack: UInt32 = 4096

  /// Bytes kept of the name of an interface. Linux allows 15.
  package static let longestInterfaceName = 256

  /// Addresses kept of one interface.
  package static let mostInterfaceAddresses = 64

  /// Base-two logarithm of the largest zstd window that is accepted: zstd's own default for streams, 128 MiB.
  package static let zstdWindowLog: Int32 = 27
}
