package import Capture
import Wire

/// Reads one capture into a sink: classic pcap in all its variants, pcapng, Endace's ERF, and our bundles, which are pcapng with blocks of
/// their own; each plain or compressed with gzip or zstd. What a file is, its first bytes say, never its name.
///
/// One pass forwards, so that any pipe can be read. No allocation per packet. Damage is not an error: everything before it is
/// delivered, and a `LossRecord` says what is missing.
package struct CaptureReader: ~Copyable {
  package enum Format: Sendable { case classic, pcapng, erf }

  package let path: String
  package let format: Format
  package internal(set) var numbering: ObservationNumbering

  var window: InputWindow
  var losses: FileLosses
  var decoder = PayloadDecoder()
  /// The tally of blocks; only an inspection asks for it.
  var tally: BlockTally?

  // The section of a pcapng file that is being read.
  var isBigEndian = false
  var interfaces: [SectionInterface] = []
  var recordingID: String?
  /// Nanoseconds from CLOCK_MONOTONIC to Unix time, by the latest clock snapshot of the section.
  var clockOffset: Int64?

  /// Opens `path` (`-` is standard input) and recognises its format.
  /// - Parameter numbering: where the previous file of the same analysis ended.
  /// - Throws: `BundleError` when it cannot be opened or is no capture at all.
  package init(path: String, numbering: ObservationNumbering = ObservationNumbering()) throws(BundleError) {
    try self.init(path: path, numbering: numbering, tally: nil)
  }

  init(path: String, numbering: ObservationNumbering, tally: BlockTally?) throws(BundleError) {
    var window = InputWindow(source: try InputSource(path: path))
    _ = try window.fill(atLeast: 12)
    try self.init(window: window, numbering: numbering, tally: tally)
  }

  /// - Parameter window: an input whose first bytes are there.
  init(window: consuming InputWindow, numbering: ObservationNumbering, tally: BlockTally?) throws(BundleError) {
    let path = window.path
    guard let format = CaptureReader.recognize(window) else {
      throw BundleError(path: path, reason: .notACapture, detail: "it is neither pcap nor pcapng nor ERF")
    }
    self.path = path
    self.format = format
    self.numbering = numbering
    self.window = window
    self.tally = tally
    losses = FileLosses(path: path)
  }

  /// How the file is compressed.
  var compression: InputSource.Compression { window.compression }

  /// Delivers everything in the file, then the losses that were found in it. To be called once.
  /// - Throws: `BundleError` when the system fails to read, after everything before was delivered, or when the version of the
  ///   format is unknown.
  package mutating func read<Sink: ObservationSink & ~Copyable>(into sink: inout Sink) throws(BundleError) {
    defer { losses.deliver(into: &sink) }
    switch format {
    case .classic: try readClassic(into: &sink)
    case .pcapng: try readBlocks(into: &sink)
    case .erf: try readERF(into: &sink)
    }
  }

  static func recognize(_ window: borrowing InputWindow) -> Format? {
    let bytes = UnsafeRawBufferPointer(start: window.base, count: window.end).bytes
    guard bytes.byteCount >= 4 else { return nil }
    if ClassicLayout(magic: bytes.loadLittleEndian32(at: 0)) != nil { return .classic }
    guard bytes.loadLittleEndian32(at: 0) == PcapngBlock.sectionHeader.rawValue else {
      return beginsWithERF(bytes) ? .erf : nil
    }
    // The byte-order magic must follow, if the file reaches that far.
    guard let order = bytes.littleEndian32(at: 8) else { return .pcapng }
    return order == PcapngBlock.byteOrderMagic || order == PcapngBlock.byteOrderMagic.byteSwapped ? .pcapng : nil
  }
}

/// What a section of a pcapng file says about one of its interfaces, as far as each packet needs it.
struct SectionInterface {
  /// Number in the analysis; `nil` beyond the limit of interfaces.
  var index: UInt32?
  var linkType: LinkType
  var snapLength: Int
  var clock: InterfaceClock
}

extension LinkType {
  /// The link type in a file's header, whose upper bits tell about frame check sequences (draft-ietf-opsawg-pcap §4). 12 and 14
  /// are DLT_RAW of the systems that wrote them before LINKTYPE_RAW had a number.
  init(inFile value: UInt32) {
    let low = UInt16(truncatingIfNeeded: value)
    self = low == 12 || low == 14 ? .raw : LinkType(low)
  }
}
