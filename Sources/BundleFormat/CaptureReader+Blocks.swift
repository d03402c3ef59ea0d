import Capture
import Wire

/// The blocks of pcapng.
extension CaptureReader {
  mutating func readBlocks<Sink: ObservationSink & ~Copyable>(into sink: inout Sink) throws(BundleError) {
    var needed = PcapngBlock.shortest
    var isDamaged = false
    while !isDamaged, try window.fill(atLeast: needed) {
      var cursor = window.start
      let limit = window.end
      let bytes = UnsafeRawBufferPointer(start: window.base, count: limit).bytes
      needed = PcapngBlock.shortest
      while limit - cursor >= PcapngBlock.shortest {
        let header = UnsafeRawPointer(window.base + cursor)
        let type = header.uncheckedLoad32(at: 0, isBigEndian: isBigEndian)
        // The type of a section header is the same in both byte orders; all else in it follows its own byte order.
        if type == PcapngBlock.sectionHeader.rawValue, !takeByteOrder(bytes.loadLittleEndian32(at: cursor + 8)) {
          isDamaged = true
          break
        }
        let length = Int(header.uncheckedLoad32(at: 4, isBigEndian: isBigEndian))
        guard length >= PcapngBlock.shortest, length <= CaptureLimits.longestBlock, length % 4 == 0 else {
          isDamaged = true
          break
        }
        guard limit - cursor >= length else {
          needed = length
          break
        }
        guard header.uncheckedLoad32(at: length - 4, isBigEndian: isBigEndian) == UInt32(truncatingIfNeeded: length) else {
          isDamaged = true
          break
        }
        let block = cursor..<cursor + length
        if type == PcapngBlock.enhancedPacket.rawValue {
          readEnhancedPacket(bytes, block, header, into: &sink)
        } else {
          try readBlock(type, bytes, block, into: &sink)
        }
        if tally != nil {
          tally?.count(type, bytes.extracting(block))
          tally?.digest(bytes.extracting(block))
        }
        cursor = block.upperBound
      }
      window.consume(upTo: cursor)
    }
    if isDamaged {
      losses.end(.damagedBlock)
    } else if window.available > 0 {
      losses.end(.truncatedFile, missingByteCount: needed - window.available)
    }
    if case .some(let flaw) = window.flaw { losses.end(flaw == .truncated ? .truncatedFile : .damagedBlock) }
  }

  private mutating func takeByteOrder(_ magic: UInt32) -> Bool {
    isBigEndian = magic == PcapngBlock.byteOrderMagic.byteSwapped
    return isBigEndian || magic == PcapngBlock.byteOrderMagic
  }

  private mutating func readBlock<Sink: ObservationSink & ~Copyable>(
    _ type: UInt32, _ bytes: RawSpan, _ block: Range<Int>, into sink: inout Sink
  ) throws(BundleError) {
    switch PcapngBlock(rawValue: type) {
    case .sectionHeader: try beginSection(bytes, block)
    case .interfaceDescription: readInterface(bytes, block, into: &sink)
    case .simplePacket: readSimplePacket(bytes, block, into: &sink)
    case .packet: readObsoletePacket(bytes, block, into: &sink)
    case .interfaceStatistics: readStatistics(bytes, block, into: &sink)
    case .nameResolution: break
    case .enhancedPacket, nil:
      if type == BundleBlock.type { readBundleBlock(bytes, block, into: &sink) }
    }
  }

  /// Section Header Block: byte-order magic, version, length of the section, options.
  private mutating func beginSection(_ bytes: RawSpan, _ block: Range<Int>) throws(BundleError) {
    interfaces.removeAll(keepingCapacity: true)
    clockOffset = nil
    recordingID = nil
    numbering.beginSection()
    guard block.count >= 28 else {
      losses.addDamaged(byteCount: block.count)
      return
    }
    let major = bytes.load16(at: block.lowerBound + 12, isBigEndian: isBigEndian)
    let minor = bytes.load16(at: block.lowerBound + 14, isBigEndian: isBigEndian)
    // draft-ietf-opsawg-pcapng §4.1: 1.2 was written by mistake and means 1.0.
    guard major == 1, minor == 0 || minor == 2 else {
      throw BundleError(path: path, reason: .unsupportedVersion, detail: "its version of pcapng is \(major).\(minor), not 1.0")
    }
  }

  /// Interface Description Block: link type, 16 reserved bits, snap length, options.
  private mutating func readInterface<Sink: ObservationSink & ~Copyable>(
    _ bytes: RawSpan, _ block: Range<Int>, into sink: inout Sink
  ) {
    guard block.count >= 20, interfaces.count < CaptureLimits.mostInterfaces else {
      losses.addDamaged(byteCount: block.count)
      return
    }
    let start = block.lowerBound
    let linkType = LinkType(inFile: UInt32(bytes.load16(at: start + 8, isBigEndian: isBigEndian)))
    var interface = CaptureInterface(
      index: 0, name: "", linkType: linkType, snapLength: bytes.load32(at: start + 12, isBigEndian: isBigEndian))
    var resolution: UInt8?
    var offsetSeconds: Int64?
    var options = PcapngOptions(in: start + 16..<block.upperBound - 4, isBigEndian: isBigEndian)
    while let (code, value) = options.next(bytes) {
      switch code {
      case PcapngBlock.InterfaceOption.name:
        interface.name = optionText(bytes, value.prefix(CaptureLimits.longestInterfaceName))
      case PcapngBlock.InterfaceOption.description:
        let text = optionText(bytes, value.prefix(CaptureLimits.longestInterfaceName))
        if text.hasPrefix(PcapngBlock.networkNamespacePrefix) {
          interface.networkNamespace = UInt64(text.dropFirst(PcapngBlock.networkNamespacePrefix.count))
        }
      case PcapngBlock.InterfaceOption.macAddress where value.count == 6:
        interface.hardwareAddress =
          UInt64(bytes.loadBigEndian16(at: value.lowerBound)) << 32 | UInt64(bytes.loadBigEndian32(at: value.lowerBound + 2))
      case PcapngBlock.InterfaceOption.ipv4Address where value.count == 8:
        addAddress(IPAddress(v4: bytes.loadBigEndian32(at: value.lowerBound)), to: &interface)
      case PcapngBlock.InterfaceOption.ipv6Address where value.count == 17:
        addAddress(
          IPAddress(high: bytes.loadBigEndian64(at: value.lowerBound), low: bytes.loadBigEndian64(at: value.lowerBound + 8)),
          to: &interface)
      case PcapngBlock.InterfaceOption.timestampResolution where value.count == 1: resolution = bytes.load8(at: value.lowerBound)
      case PcapngBlock.InterfaceOption.timestampOffset: offsetSeconds = options.integer(value, bytes, as: Int64.self)
      default: break
      }
    }
    let index = describe(interface, into: &sink)
    interfaces.append(
      SectionInterface(
        index: index, linkType: linkType, snapLength: Int(interface.snapLength),
        clock: InterfaceClock(resolution: resolution, offsetSeconds: offsetSeconds)))
  }

  /// The text of an option; some writers count a terminating NUL.
  private func optionText(_ bytes: RawSpan, _ range: Range<Int>) -> String {
    bytes.text(in: range.lowerBound..<(bytes.firstIndex(of: 0, from: range.lowerBound, to: range.upperBound) ?? range.upperBound))
  }

  private func addAddress(_ address: IPAddress, to interface: inout CaptureInterface) {
    if interface.addresses.count < CaptureLimits.mostInterfaceAddresses { interface.addresses.append(address) }
  }

  /// Enhanced Packet Block: interface, time (high, low), captured and original length, packet, options.
  /// - Parameter header: the block's first byte.
  @inline(__always)
  private mutating func readEnhancedPacket<Sink: ObservationSink & ~Copyable>(
    _ bytes: RawSpan, _ block: Range<Int>, _ header: UnsafeRawPointer, into sink: inout Sink
  ) {
    guard block.count >= 32 else {
      losses.addDamaged(byteCount: block.count)
      return
    }
    let high = UInt64(header.uncheckedLoad32(at: 12, isBigEndian: isBigEndian))
    let low = UInt64(header.uncheckedLoad32(at: 16, isBigEndian: isBigEndian))
    deliverPacket(
      bytes, block, data: block.lowerBound + 28, interface: Int(header.uncheckedLoad32(at: 8, isBigEndian: isBigEndian)),
      ticks: high << 32 | low, captured: Int(header.uncheckedLoad32(at: 20, isBigEndian: isBigEndian)),
      original: Int(header.uncheckedLoad32(at: 24, isBigEndian: isBigEndian)), into: &sink)
  }

  /// Packet Block (obsolete): as the Enhanced Packet Block, but a 16-bit interface and a 16-bit count of drops in front.
  private mutating func readObsoletePacket<Sink: ObservationSink & ~Copyable>(
    _ bytes: RawSpan, _ block: Range<Int>, into sink: inout Sink
  ) {
    let start = block.lowerBound
    guard block.count >= 32 else {
      losses.addDamaged(byteCount: block.count)
      return
    }
    let high = UInt64(bytes.load32(at: start + 12, isBigEndian: isBigEndian))
    let low = UInt64(bytes.load32(at: start + 16, isBigEndian: isBigEndian))
    deliverPacket(
      bytes, block, data: start + 28, interface: Int(bytes.load16(at: start + 8, isBigEndian: isBigEndian)), ticks: high << 32 | low,
      captured: Int(bytes.load32(at: start + 20, isBigEndian: isBigEndian)),
      original: Int(bytes.load32(at: start + 24, isBigEndian: isBigEndian)), into: &sink)
  }

  /// Simple Packet Block: original length, packet. It belongs to the first interface, has no time, and how much was captured
  /// follows from the snap length.
  private mutating func readSimplePacket<Sink: ObservationSink & ~Copyable>(
    _ bytes: RawSpan, _ block: Range<Int>, into sink: inout Sink
  ) {
    guard block.count >= 16, let interface = interfaces.first else {
      losses.addDamaged(byteCount: block.count)
      return
    }
    let original = Int(bytes.load32(at: block.lowerBound + 8, isBigEndian: isBigEndian))
    var captured = min(original, block.count - 16)
    if interface.snapLength > 0 { captured = min(captured, interface.snapLength) }
    deliverPacket(
      bytes, block, data: block.lowerBound + 12, interface: 0, ticks: nil, captured: captured, original: original, into: &sink)
  }

  @inline(__always)
  private mutating func deliverPacket<Sink: ObservationSink & ~Copyable>(
    _ bytes: RawSpan, _ block: Range<Int>, data: Int, interface: Int, ticks: UInt64?, captured: Int, original: Int, into sink: inout Sink
  ) {
    let end = block.upperBound - PcapngBlock.trailerByteCount
    guard interface < interfaces.count, captured <= end - data, captured <= CaptureLimits.longestPacket else {
      losses.addDamaged(byteCount: block.count)
      return
    }
    let described = interfaces[interface]
    guard let index = described.index else {
      losses.addDamaged(byteCount: block.count)
      return
    }
    var direction: PacketHeader.Direction?
    let optionStart = data + (captured + 3) & ~3
    if end - optionStart >= 8 {
      var options = PcapngOptions(in: optionStart..<end, isBigEndian: isBigEndian)
      while let (code, value) = options.next(bytes) {
        guard code == PcapngBlock.PacketOption.flags, let flags = options.integer(value, bytes, as: UInt32.self) else { continue }
        direction = PacketHeader.Direction(packetFlags: flags)
        break
      }
    }
    var time = Timestamp(nanoseconds: 0)
    if let ticks {
      time = described.clock.time(ticks: ticks)
      losses.latestTime = time
    }
    let lengths = PacketLengths(captured: captured, original: original)
    sink.packet(
      PacketHeader(
        ordinal: numbering.nextOrdinal, time: time, interfaceIndex: index, linkType: described.linkType,
        originalByteCount: lengths.original, direction: direction),
      bytes.extracting(data..<data + lengths.captured))
    numbering.nextOrdinal += 1
  }

  /// Interface Statistics Block: interface, time (high, low), options.
  private mutating func readStatistics<Sink: ObservationSink & ~Copyable>(
    _ bytes: RawSpan, _ block: Range<Int>, into sink: inout Sink
  ) {
    let start = block.lowerBound
    guard block.count >= 24 else {
      losses.addDamaged(byteCount: block.count)
      return
    }
    let interface = Int(bytes.load32(at: start + 8, isBigEndian: isBigEndian))
    guard interface < interfaces.count, let index = interfaces[interface].index else {
      losses.addDamaged(byteCount: block.count)
      return
    }
    let high = UInt64(bytes.load32(at: start + 12, isBigEndian: isBigEndian))
    let low = UInt64(bytes.load32(at: start + 16, isBigEndian: isBigEndian))
    var statistics = InterfaceStatistics(
      interfaceIndex: index, time: interfaces[interface].clock.time(ticks: high << 32 | low), received: nil, dropped: nil)
    var droppedBySystem: UInt64?
    var options = PcapngOptions(in: start + 20..<block.upperBound - 4, isBigEndian: isBigEndian)
    while let (code, value) = options.next(bytes) {
      switch code {
      case PcapngBlock.StatisticsOption.received: statistics.received = options.integer(value, bytes, as: UInt64.self)
      case PcapngBlock.StatisticsOption.dropped: statistics.dropped = options.integer(value, bytes, as: UInt64.self)
      case PcapngBlock.StatisticsOption.operatingSystemDropped: droppedBySystem = options.integer(value, bytes, as: UInt64.self)
      default: break
      }
    }
    if statistics.dropped == nil { statistics.dropped = droppedBySystem }
    sink.statistics(statistics)
  }
}
