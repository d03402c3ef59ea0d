import Wire

/// The block of a bundle that carries what pcapng has no block for. deepflow-bundle(5) documents it to the byte.
///
/// It has a *local use* block type, which other programs skip; the magic in front of the body tells it from somebody else's
/// local use. Everything in the body is little-endian, whatever the section says.
///
/// ```
/// offset 0  magic "DEEPFLOW"
///        8  kind                16 bits
///       10  version of the kind 16 bits
///       12  record count        32 bits
///       16  flags               32 bits
///       20  payload bytes as stored
///       24  payload bytes uncompressed
///       28  CRC-32C of the 28 bytes before and the payload as stored
///       32  payload
/// ```
package enum BundleBlock {
  package static let type: UInt32 = 0xdeef_f10d
  package static let magic: StaticString = "DEEPFLOW"
  package static let headerByteCount = 32

  package enum Offset {
    package static let magic = 0
    package static let kind = 8
    package static let version = 10
    package static let recordCount = 12
    package static let flags = 16
    package static let storedByteCount = 20
    package static let payloadByteCount = 24
    package static let checksum = 28
  }

  package enum Kind: UInt16, CaseIterable, Sendable {
    case socketEvents = 1
    case processes = 2
    case clocks = 3
    case losses = 4
    case information = 5
    case end = 6
    case samples = 7
    case stacks = 8
    case symbols = 9

    /// What this program writes, and the newest it reads. A version grows when a reader of the old one would misread; a field
    /// appended to a record does not count, because records say their length.
    package var version: UInt16 { 1 }

    package var name: String {
      switch self {
      case .socketEvents: "socket events"
      case .processes: "processes"
      case .clocks: "clock snapshots"
      case .losses: "losses"
      case .information: "recording information"
      case .end: "end"
      case .samples: "stack samples"
      case .stacks: "stacks"
      case .symbols: "symbols"
      }
    }
  }

  package enum Flag {
    /// The payload is one zstd frame.
    package static let zstd: UInt32 = 1
    /// Flags that this program knows; a block with another one is skipped and counted.
    package static let known: UInt32 = zstd
  }

  /// What the body says about itself.
  struct Header {
    var kind: UInt16
    var version: UInt16
    var recordCount: UInt32
    var flags: UInt32
    var storedByteCount: Int
    var payloadByteCount: Int
    var checksum: UInt32

    /// - Parameter body: offset of the body. `nil` when it is not ours, or reaches beyond `end`.
    init?(_ bytes: RawSpan, body: Int, end: Int) {
      guard end - body >= BundleBlock.headerByteCount, bytes.hasBytes(BundleBlock.magic, at: body) else { return nil }
      kind = bytes.loadLittleEndian16(at: body + Offset.kind)
      version = bytes.loadLittleEndian16(at: body + Offset.version)
      recordCount = bytes.loadLittleEndian32(at: body + Offset.recordCount)
      flags = bytes.loadLittleEndian32(at: body + Offset.flags)
      storedByteCount = Int(bytes.loadLittleEndian32(at: body + Offset.storedByteCount))
      payloadByteCount = Int(bytes.loadLittleEndian32(at: body + Offset.payloadByteCount))
      checksum = bytes.loadLittleEndian32(at: body + Offset.checksum)
      guard storedByteCount <= end - body - BundleBlock.headerByteCount else { return nil }
    }

    /// Whether the checksum covers what is there.
    func isIntact(_ bytes: RawSpan, body: Int) -> Bool {
      var crc = CRC32C()
      crc.update(bytes.extracting(body..<body + Offset.checksum))
      let payload = body + BundleBlock.headerByteCount
      crc.update(bytes.extracting(payload..<payload + storedByteCount))
      return crc.value == checksum
    }
  }
}
