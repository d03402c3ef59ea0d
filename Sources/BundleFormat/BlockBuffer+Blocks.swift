import CZstd
import Capture
import Wire

/// How the blocks of a bundle are laid out. Each of these puts one whole block; the caller has made room for the longest it can be.
extension BlockBuffer {
  /// Compression must keep up with a recorder.
  private static let zstdLevel: Int32 = 1

  /// Fixed fields of an Enhanced Packet Block in front of the packet.
  private static let packetHeaderByteCount = 28
  /// The flags option and the end of options.
  private static let packetOptionByteCount = 12

  static func longestPacketBlock(_ captured: Int) -> Int {
    packetHeaderByteCount + padded(captured) + packetOptionByteCount + PcapngBlock.trailerByteCount
  }

  static func longestRecordBlock(_ payloadByteCount: Int) -> Int {
    PcapngBlock.shortest + BundleBlock.headerByteCount + padded(payloadByteCount)
  }

  private static func padded(_ count: Int) -> Int { (count + 3) & ~3 }

  /// A block whose body, options included, is laid out and padded already.
  mutating func putBlock(_ type: PcapngBlock, body: [UInt8]) {
    precondition(body.count % 4 == 0, "fields and options of a block are padded")
    let length = PcapngBlock.shortest + body.count
    let block = room(for: length)
    body.withUnsafeBytes { source in
      if let start = source.baseAddress { (block + PcapngBlock.headerByteCount).copyMemory(from: start, byteCount: source.count) }
    }
    finish(block, type.rawValue, length)
  }

  /// Enhanced Packet Block (draft-ietf-opsawg-pcapng §4.3).
  mutating func putPacket(_ header: PacketHeader, _ bytes: RawSpan) {
    let captured = bytes.byteCount
    let data = BlockBuffer.packetHeaderByteCount
    let options = data + BlockBuffer.padded(captured)
    let length = options + (header.direction == nil ? 0 : BlockBuffer.packetOptionByteCount) + PcapngBlock.trailerByteCount
    let block = room(for: length)
    let time = UInt64(clamping: header.time.nanoseconds)
    block.storeLittleEndian(header.interfaceIndex, at: 8)
    block.storeLittleEndian(UInt32(truncatingIfNeeded: time >> 32), at: 12)
    block.storeLittleEndian(UInt32(truncatingIfNeeded: time), at: 16)
    block.storeLittleEndian(UInt32(captured), at: 20)
    block.storeLittleEndian(max(header.originalByteCount, UInt32(captured)), at: 24)
    bytes.withUnsafeBytes { source in
      if let start = source.baseAddress { (block + data).copyMemory(from: start, byteCount: captured) }
    }
    for offset in data + captured..<options { block.storeBytes(of: 0, toByteOffset: offset, as: UInt8.self) }
    if let direction = header.direction {
      block.storeLittleEndian(PcapngBlock.PacketOption.flags, at: options)
      block.storeLittleEndian(UInt16(4), at: options + 2)
      block.storeLittleEndian(UInt32(direction.rawValue), at: options + 4)
      block.storeLittleEndian(UInt32(0), at: options + 8)
    }
    finish(block, PcapngBlock.enhancedPacket.rawValue, length)
  }

  /// One of our blocks; `BundleBlock` has its layout.
  /// - Parameter compressor: a zstd context, when the payload is to be compressed if that makes it smaller.
  mutating func putRecords(_ payload: [UInt8], _ kind: BundleBlock.Kind, count: UInt32, compressor: OpaquePointer?) {
    let body = PcapngBlock.headerByteCount
    let start = body + BundleBlock.headerByteCount
    let block = room(for: BlockBuffer.longestRecordBlock(payload.count))
    var stored = payload.count
    var flags: UInt32 = 0
    payload.withUnsafeBytes { source in
      guard let address = source.baseAddress else { return }
      if let compressor {
        // With less room than the payload itself, zstd fails where it would not save anything.
        let compressed = ZSTD_compressCCtx(compressor, block + start, source.count - 1, address, source.count, BlockBuffer.zstdLevel)
        if ZSTD_isError(compressed) == 0 {
          stored = compressed
          flags = BundleBlock.Flag.zstd
          return
        }
      }
      (block + start).copyMemory(from: address, byteCount: source.count)
    }
    let end = start + BlockBuffer.padded(stored)
    for offset in start + stored..<end { block.storeBytes(of: 0, toByteOffset: offset, as: UInt8.self) }
    (block + body).copyMemory(from: BundleBlock.magic.utf8Start, byteCount: BundleBlock.magic.utf8CodeUnitCount)
    block.storeLittleEndian(kind.rawValue, at: body + BundleBlock.Offset.kind)
    block.storeLittleEndian(kind.version, at: body + BundleBlock.Offset.version)
    block.storeLittleEndian(count, at: body + BundleBlock.Offset.recordCount)
    block.storeLittleEndian(flags, at: body + BundleBlock.Offset.flags)
    block.storeLittleEndian(UInt32(stored), at: body + BundleBlock.Offset.storedByteCount)
    block.storeLittleEndian(UInt32(payload.count), at: body + BundleBlock.Offset.payloadByteCount)
    var checksum = CRC32C()
    checksum.update(UnsafeRawBufferPointer(start: block + body, count: BundleBlock.Offset.checksum))
    checksum.update(UnsafeRawBufferPointer(start: block + start, count: stored))
    block.storeLittleEndian(checksum.value, at: body + BundleBlock.Offset.checksum)
    finish(block, BundleBlock.type, end + PcapngBlock.trailerByteCount)
  }

  /// Type and length in front, length behind.
  private mutating func finish(_ block: UnsafeMutableRawPointer, _ type: UInt32, _ length: Int) {
    block.storeLittleEndian(type, at: 0)
    block.storeLittleEndian(UInt32(length), at: 4)
    block.storeLittleEndian(UInt32(length), at: length - PcapngBlock.trailerByteCount)
    commit(length)
  }
}

/// The bodies of the standard blocks that are not written often.
extension ByteWriter {
  /// Bytes kept of each text of the section header.
  private static let longestSectionText = 1024

  /// Section Header Block (draft-ietf-opsawg-pcapng §4.1). Empty texts are left out.
  mutating func appendSectionBody(hardware: String, operatingSystem: String, application: String) {
    appendLittleEndian(PcapngBlock.byteOrderMagic)
    appendLittleEndian(UInt16(1))
    appendLittleEndian(UInt16(0))
    // The length of the section is not known before its end.
    appendLittleEndian(UInt64.max)
    let texts = [
      (PcapngBlock.SectionOption.hardware, hardware), (PcapngBlock.SectionOption.operatingSystem, operatingSystem),
      (PcapngBlock.SectionOption.application, application),
    ]
    for (code, text) in texts where !text.isEmpty { appendOption(code, text.utf8.prefix(ByteWriter.longestSectionText)) }
    appendEndOfOptions()
  }

  /// Interface Description Block (§4.2).
  mutating func appendBody(of interface: CaptureInterface) {
    appendLittleEndian(interface.linkType.rawValue)
    appendLittleEndian(UInt16(0))
    appendLittleEndian(interface.snapLength)
    let name = interface.name.utf8.prefix(CaptureLimits.longestInterfaceName)
    if !name.isEmpty { appendOption(PcapngBlock.InterfaceOption.name, name) }
    if let namespace = interface.networkNamespace {
      appendOption(PcapngBlock.InterfaceOption.description, "\(PcapngBlock.networkNamespacePrefix)\(namespace)".utf8)
    }
    for address in interface.addresses.prefix(CaptureLimits.mostInterfaceAddresses) {
      var value = ByteWriter()
      if let v4 = address.v4 {
        // The option has a network mask; an address alone is a network of one.
        value.appendBigEndian(v4)
        value.appendBigEndian(UInt32.max)
        appendOption(PcapngBlock.InterfaceOption.ipv4Address, value.bytes)
      } else {
        value.appendBigEndian(address.high)
        value.appendBigEndian(address.low)
        value.append(128)
        appendOption(PcapngBlock.InterfaceOption.ipv6Address, value.bytes)
      }
    }
    if let hardwareAddress = interface.hardwareAddress {
      appendOption(
        PcapngBlock.InterfaceOption.macAddress, (0..<6).map { UInt8(truncatingIfNeeded: hardwareAddress >> UInt64(40 - 8 * $0)) })
    }
    // 10^-9 seconds.
    appendOption(PcapngBlock.InterfaceOption.timestampResolution, CollectionOfOne(9))
    appendEndOfOptions()
  }

  /// Interface Statistics Block (§4.6).
  mutating func appendBody(of statistics: InterfaceStatistics) {
    let time = UInt64(clamping: statistics.time.nanoseconds)
    appendLittleEndian(statistics.interfaceIndex)
    appendLittleEndian(UInt32(truncatingIfNeeded: time >> 32))
    appendLittleEndian(UInt32(truncatingIfNeeded: time))
    let counters = [
      (PcapngBlock.StatisticsOption.received, statistics.received), (PcapngBlock.StatisticsOption.dropped, statistics.dropped),
    ]
    for (code, value) in counters {
      guard let value else { continue }
      withUnsafeBytes(of: value.littleEndian) { appendOption(code, $0) }
    }
    appendEndOfOptions()
  }

  /// Code, length, value, padding (§3.5).
  private mutating func appendOption(_ code: UInt16, _ value: some Collection<UInt8>) {
    appendLittleEndian(code)
    appendLittleEndian(UInt16(value.count))
    append(contentsOf: value)
    pad(toMultipleOf: 4)
  }

  private mutating func appendEndOfOptions() { appendLittleEndian(UInt32(0)) }
}
