import Capture
import Wire

/// A variant of the classic pcap format, as its magic number tells.
/// Sources: draft-ietf-opsawg-pcap; for the modified format, libpcap sf-pcap.c (KUZNETZOV_TCPDUMP_MAGIC).
struct ClassicLayout {
  var isBigEndian: Bool
  /// Nanoseconds of one unit of the second time field.
  var fractionScale: Int64
  /// The modified format of Alexey Kuznetzov adds interface, protocol and packet type to each packet's header.
  var isModified: Bool

  static let fileHeaderByteCount = 24

  var packetHeaderByteCount: Int { isModified ? 24 : 16 }

  /// - Parameter magic: the first four bytes, read as little-endian.
  init?(magic: UInt32) {
    switch magic {
    case 0xa1b2_c3d4: self.init(isBigEndian: false, fractionScale: 1000, isModified: false)
    case 0xd4c3_b2a1: self.init(isBigEndian: true, fractionScale: 1000, isModified: false)
    case 0xa1b2_3c4d: self.init(isBigEndian: false, fractionScale: 1, isModified: false)
    case 0x4d3c_b2a1: self.init(isBigEndian: true, fractionScale: 1, isModified: false)
    case 0xa1b2_cd34: self.init(isBigEndian: false, fractionScale: 1000, isModified: true)
    case 0x34cd_b2a1: self.init(isBigEndian: true, fractionScale: 1000, isModified: true)
    default: return nil
    }
  }

  private init(isBigEndian: Bool, fractionScale: Int64, isModified: Bool) {
    self.isBigEndian = isBigEndian
    self.fractionScale = fractionScale
    self.isModified = isModified
  }
}

extension CaptureReader {
  mutating func readClassic<Sink: ObservationSink & ~Copyable>(into sink: inout Sink) throws(BundleError) {
    guard try window.fill(atLeast: ClassicLayout.fileHeaderByteCount) else {
      losses.end(.truncatedFile, missingByteCount: ClassicLayout.fileHeaderByteCount - window.available)
      return
    }
    let header = UnsafeRawBufferPointer(start: window.base + window.start, count: window.available).bytes
    guard let layout = ClassicLayout(magic: header.loadLittleEndian32(at: 0)) else { return }
    // As libpcap: older versions are refused; a higher one is that of a writer that mistook its byte order, or wrote 543.
    let version = header.load16(at: 4, isBigEndian: layout.isBigEndian)
    let minorVersion = version == 2 ? header.load16(at: 6, isBigEndian: layout.isBigEndian) : 4
    guard version >= 2 else {
      throw BundleError(path: path, reason: .unsupportedVersion, detail: "its version of pcap is \(version), not 2")
    }
    let interface = CaptureInterface(
      index: 0, name: "", linkType: LinkType(inFile: header.load32(at: 20, isBigEndian: layout.isBigEndian)),
      snapLength: header.load32(at: 16, isBigEndian: layout.isBigEndian))
    guard let index = describe(interface, into: &sink) else {
      losses.end(.damagedBlock)
      return
    }
    window.consume(upTo: window.start + ClassicLayout.fileHeaderByteCount)
    try readClassicPackets(layout, minorVersion: minorVersion, interfaceIndex: index, interface.linkType, into: &sink)
    if case .some(let flaw) = window.flaw { losses.end(flaw == .truncated ? .truncatedFile : .damagedBlock) }
  }

  private mutating func readClassicPackets<Sink: ObservationSink & ~Copyable>(
    _ layout: ClassicLayout, minorVersion: UInt16, interfaceIndex: UInt32, _ linkType: LinkType, into sink: inout Sink
  ) throws(BundleError) {
    let isBigEndian = layout.isBigEndian
    let headerByteCount = layout.packetHeaderByteCount
    let fractionScale = layout.fractionScale
    let isModified = layout.isModified
    var needed = headerByteCount
    while try window.fill(atLeast: needed) {
      var cursor = window.start
      let limit = window.end
      let bytes = UnsafeRawBufferPointer(start: window.base, count: limit).bytes
      var ordinal = numbering.nextOrdinal
      var time = losses.latestTime
      var isDamaged = false
      needed = headerByteCount
      while limit - cursor >= headerByteCount {
        let header = UnsafeRawPointer(window.base + cursor)
        var captured = Int(header.uncheckedLoad32(at: 8, isBigEndian: isBigEndian))
        var original = Int(header.uncheckedLoad32(at: 12, isBigEndian: isBigEndian))
        // libpcap sf-pcap.c: before version 2.3 the two lengths stood in the other order, and some 2.3 files have that too.
        if minorVersion < 3 || (minorVersion == 3 && captured > original) { swap(&captured, &original) }
        guard captured <= CaptureLimits.longestPacket else {
          isDamaged = true
          break
        }
        guard limit - cursor - headerByteCount >= captured else {
          needed = headerByteCount + captured
          break
        }
        let seconds = Int64(header.uncheckedLoad32(at: 0, isBigEndian: isBigEndian))
        let fraction = Int64(header.uncheckedLoad32(at: 4, isBigEndian: isBigEndian))
        // At most 2^32 seconds and 2^32 microseconds: far from an overflow.
        time = Timestamp(nanoseconds: seconds &* 1_000_000_000 &+ fraction &* fractionScale)
        let data = cursor + headerByteCount
        let lengths = PacketLengths(captured: captured, original: original)
        sink.packet(
          PacketHeader(
            ordinal: ordinal, time: time, interfaceIndex: interfaceIndex, linkType: linkType, originalByteCount: lengths.original,
            direction: isModified ? PacketHeader.Direction(packetType: bytes.load8(at: cursor + 22)) : nil),
          bytes.extracting(data..<data + lengths.captured))
        ordinal += 1
        cursor = data + captured
      }
      numbering.nextOrdinal = ordinal
      losses.latestTime = time
      window.consume(upTo: cursor)
      if isDamaged {
        losses.end(.damagedBlock)
        return
      }
    }
    if window.available > 0 { losses.end(.truncatedFile, missingByteCount: needed - window.available) }
  }

  /// Numbers an interface and tells the sink of it when it is new. `nil` beyond the limit of interfaces.
  mutating func describe<Sink: ObservationSink & ~Copyable>(_ interface: CaptureInterface, into sink: inout Sink) -> UInt32? {
    guard let (index, isNew) = numbering.number(interface, ofRecording: recordingID) else { return nil }
    if isNew {
      var numbered = interface
      numbered.index = index
      sink.interface(numbered)
    }
    return index
  }
}

/// The two lengths of a packet, made consistent: a packet was at least as long as what was captured of it.
struct PacketLengths {
  var captured: Int
  var original: UInt32

  /// Some writers leave the original length 0: then it is the captured one. Otherwise captured bytes beyond the original length
  /// are not of the packet.
  @inline(__always)
  init(captured: Int, original: Int) {
    self.captured = original == 0 ? captured : min(captured, original)
    self.original = UInt32(clamping: original == 0 ? captured : original)
  }
}

extension PacketHeader.Direction {
  /// From a packet type of Linux (PACKET_HOST = 0 … PACKET_OUTGOING = 4, linux/if_packet.h).
  init?(packetType: UInt8) {
    switch packetType {
    case 0: self = .inbound
    case 4: self = .outbound
    default: return nil
    }
  }

  /// From the lowest two bits of the flags of a pcapng packet (draft-ietf-opsawg-pcapng §4.3.1).
  init?(packetFlags: UInt32) {
    switch packetFlags & 3 {
    case 1: self = .inbound
    case 2: self = .outbound
    default: return nil
    }
  }
}
