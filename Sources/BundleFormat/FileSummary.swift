package import Capture

/// What a file holds and whether it is whole: what `deepflow inspect` shows.
package struct FileSummary: Sendable {
  package enum Format: String, Sendable {
    case pcap, pcapng, erf
    /// pcapng with blocks of ours.
    case bundle
  }

  package enum Verification: Hashable, Sendable {
    /// The closing block agrees with every byte before it.
    case verified
    /// The file ends without a closing block: it is not a bundle, or its recorder was killed, or it was cut.
    case noClosingBlock
    /// The closing block contradicts what is before it; the phrase says how.
    case contradicted(String)
    /// Bytes follow the closing block.
    case continued
  }

  /// Blocks of one type, and of one kind among ours.
  package struct Section: Hashable, Sendable {
    package var name: String
    package var blockType: UInt32
    package var kind: UInt16
    package var blockCount: UInt64
    package var recordCount: UInt64
    package var byteCount: UInt64
  }

  package var path: String
  package var format: Format
  /// `gzip` or `zstd`; empty when the file is plain.
  package var compression: String
  /// In the order of block types, then kinds; empty for classic pcap.
  package var sections: [Section] = []
  package var interfaces: [CaptureInterface] = []
  package var recording: RecordingInfo?
  package var end: RecordingEnd?
  package var packetCount: UInt64 = 0
  /// Length of all packets on the wire, and bytes captured of them.
  package var originalByteCount: UInt64 = 0
  package var capturedByteCount: UInt64 = 0
  package var socketEventCount: UInt64 = 0
  package var payloadByteCount: UInt64 = 0
  package var processCount: UInt64 = 0
  package var sampleCount: UInt64 = 0
  package var clockSnapshots: [ClockSnapshot] = []
  /// Earliest and latest time of a packet or socket event; packets without a time do not count.
  package var firstTime: Timestamp?
  package var lastTime: Timestamp?
  package var statistics: [InterfaceStatistics] = []
  /// The loss ledger of the recording, and what the reader found damaged, unknown or missing.
  package var losses: [LossRecord] = []
  package var verification = Verification.noClosingBlock

  init(path: String, format: Format, compression: String) {
    self.path = path
    self.format = format
    self.compression = compression
  }

  /// Losses beyond this number are added up in the last one of their cause.
  package static let mostLosses = 10_000
  /// Clock snapshots beyond this number are left out.
  package static let mostClockSnapshots = 100_000

  /// Whether nothing that belongs to the file is missing or damaged.
  package var isIntact: Bool { !losses.contains { $0.source == .file } && (format != .bundle || verification == .verified) }
}

extension FileSummary.Section {
  init(_ entry: ClosingIndex.Entry) {
    let name: String
    if entry.blockType == BundleBlock.type {
      name = BundleBlock.Kind(rawValue: entry.kind)?.name ?? "unknown kind \(entry.kind)"
    } else {
      switch PcapngBlock(rawValue: entry.blockType) {
      case .sectionHeader: name = "section header"
      case .interfaceDescription: name = "interface"
      case .enhancedPacket: name = "packet"
      case .simplePacket: name = "simple packet"
      case .packet: name = "obsolete packet"
      case .nameResolution: name = "name resolution"
      case .interfaceStatistics: name = "interface statistics"
      case nil: name = "unknown block 0x\(String(entry.blockType, radix: 16))"
      }
    }
    self.init(
      name: name, blockType: entry.blockType, kind: entry.kind, blockCount: entry.blockCount, recordCount: entry.recordCount,
      byteCount: entry.byteCount)
  }
}
