import BundleFormat
import Capture
import Testing

#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

@Suite struct ForeignCaptureTests {
  static let data: [UInt8] = [0xde, 0xad, 0xbe, 0xef, 0x01]

  // MARK: Classic pcap

  @Test(
    "every variant of classic pcap is read, whatever its byte order and unit of time",
    arguments: [
      (0xa1b2_c3d4, 123_456, 123_456_000, false), (0xa1b2_3c4d, 123_456_789, 123_456_789, false),
      (0xa1b2_cd34, 123_456, 123_456_000, true),
    ] as [(UInt32, UInt32, Int64, Bool)], [false, true])
  func classic(variant: (magic: UInt32, fraction: UInt32, nanoseconds: Int64, isModified: Bool), isBigEndian: Bool) throws {
    var capture = ForeignCapture(isBigEndian: isBigEndian)
    // The upper half of the link type tells of a frame check sequence and is no part of it.
    capture.appendClassicHeader(magic: variant.magic, linkType: 0x2400_0071)
    // Interface 2, protocol 0x0800, packet type 4 (outgoing), one byte of padding.
    let modified: [UInt8] = variant.isModified ? [2, 0, 0, 0, 8, 0, 4, 0] : []
    capture.appendClassicPacket(seconds: 1_700_000_000, fraction: variant.fraction, original: 60, modified: modified, Self.data)
    capture.appendClassicPacket(seconds: 4_294_967_295, fraction: 0, modified: modified, [])
    let log = try observations(in: capture.bytes)
    #expect(log.interfaces == [CaptureInterface(index: 0, name: "", linkType: .linuxSLL, snapLength: 65_535)])
    #expect(log.packets.map(\.bytes) == [Self.data, []])
    #expect(log.packets.map(\.header.ordinal) == [1, 2])
    #expect(
      log.packets.map(\.header.time.nanoseconds) == [1_700_000_000_000_000_000 + variant.nanoseconds, 4_294_967_295_000_000_000])
    #expect(log.packets.map(\.header.originalByteCount) == [60, 0])
    #expect(log.packets.allSatisfy { $0.header.linkType == .linuxSLL && $0.header.interfaceIndex == 0 })
    #expect(log.packets[0].header.direction == (variant.isModified ? .outbound : nil))
    #expect(log.fileLosses.isEmpty)
  }

  @Test("a header without packets is an empty capture")
  func emptyClassic() throws {
    var capture = ForeignCapture()
    capture.appendClassicHeader(magic: 0xa1b2_c3d4)
    let log = try observations(in: capture.bytes)
    #expect(log.interfaces.count == 1)
    #expect(log.packets.isEmpty && log.fileLosses.isEmpty)
  }

  @Test("before version 2.3 the lengths stood in the other order", arguments: [0, 2, 3, 4] as [UInt16])
  func swappedLengths(minor: UInt16) throws {
    var capture = ForeignCapture()
    capture.appendClassicHeader(magic: 0xa1b2_c3d4, version: (2, minor))
    let isSwapped = minor <= 3
    capture.appendClassicPacket(seconds: 1, fraction: 0, captured: isSwapped ? 60 : 5, original: isSwapped ? 5 : 60, Self.data)
    let log = try observations(in: capture.bytes)
    #expect(log.packets.map(\.bytes) == [Self.data])
    #expect(log.packets.map(\.header.originalByteCount) == [60])
  }

  @Test("lengths that contradict each other are made consistent", arguments: [(0, 5, 5), (3, 3, 3), (5, 5, 5), (9, 5, 9)])
  func inconsistentLengths(original: UInt32, captured: Int, shown: UInt32) throws {
    var capture = ForeignCapture()
    capture.appendClassicHeader(magic: 0xa1b2_c3d4)
    capture.appendClassicPacket(seconds: 1, fraction: 0, original: original, Self.data)
    capture.appendClassicPacket(seconds: 2, fraction: 0, Self.data)
    let log = try observations(in: capture.bytes)
    #expect(log.packets.map(\.bytes) == [Array(Self.data.prefix(captured)), Self.data])
    #expect(log.packets[0].header.originalByteCount == shown)
  }

  @Test("DLT_RAW of old systems is raw IP", arguments: [12, 14, 101] as [UInt32])
  func rawLinkTypes(linkType: UInt32) throws {
    var capture = ForeignCapture()
    capture.appendClassicHeader(magic: 0xa1b2_c3d4, linkType: linkType)
    #expect(try observations(in: capture.bytes).interfaces.map(\.linkType) == [.raw])
  }

  // MARK: ERF

  /// A record as a card of Endace makes it: Ethernet, of the port that the flags name.
  private static func erf(
    seconds: UInt32, fraction: UInt32, type: UInt8 = 2, port: UInt8 = 0, extensions: [[UInt8]] = [], wire: Int? = nil, _ data: [UInt8]
  ) -> [UInt8] {
    var record = ForeignCapture()
    record.append(fraction)
    record.append(seconds)
    var rest = ForeignCapture(isBigEndian: true)
    let isEthernet = type & 0x7f == 2
    let byteCount = 16 + 8 * extensions.count + (isEthernet ? 2 : 0) + data.count
    rest.bytes += [type, 0x04 | port]
    rest.append(UInt16(byteCount))
    rest.append(UInt16(0))
    rest.append(UInt16(wire ?? data.count))
    return record.bytes + rest.bytes + extensions.flatMap { $0 } + (isEthernet ? [0, 0] : []) + data
  }

  @Test("ERF is read: both ports as one interface, extension headers and metadata stepped over")
  func extensibleRecords() throws {
    let bytes =
      Self.erf(seconds: 1_263_340_801, fraction: 0x8000_0000, wire: 60, Self.data)
      + Self.erf(
        seconds: 1_263_340_802, fraction: 1 << 30, type: 0x82, port: 1,
        extensions: [[0x83] + Array(repeating: 0, count: 7), Array(repeating: 0, count: 8)], Self.data)
      + Self.erf(seconds: 1_263_340_803, fraction: 0, type: 27, [1, 2, 3])
      + Self.erf(seconds: 1_263_340_804, fraction: 0, type: 22, [0x45])
    let log = try observations(in: bytes)
    #expect(log.interfaces == [CaptureInterface(index: 0, name: "", linkType: .ethernet)])
    #expect(log.packets.map(\.bytes) == [Self.data, Self.data, [0x45]])
    #expect(log.packets.map(\.header.ordinal) == [1, 2, 3])
    #expect(log.packets.map(\.header.originalByteCount) == [60, 5, 1])
    #expect(log.packets.map(\.header.linkType) == [.ethernet, .ethernet, .raw])
    #expect(
      log.packets.map(\.header.time.nanoseconds) == [
        1_263_340_801_500_000_000, 1_263_340_802_250_000_000, 1_263_340_804_000_000_000,
      ])
    #expect(log.fileLosses.isEmpty)
    let cut = try observations(in: Array(bytes.dropLast()))
    #expect(cut.packets.count == 2 && cut.fileLosses.map(\.cause) == [.truncatedFile])
  }

  @Test("what only looks a little like ERF is none", arguments: [0, 1, 2])
  func notERF(kind: Int) throws {
    let record = Self.erf(seconds: 1_263_340_801, fraction: 0, Self.data)
    let bytes =
      switch kind {
      case 0: Array("a text of some length, which is no capture at all".utf8)
      case 1: record + Array(repeating: 0xff, count: 40)
      default: record + Self.erf(seconds: 1, fraction: 0, Self.data)
      }
    #expect(throws: BundleError.self) { try observations(in: bytes) }
  }

  // MARK: pcapng

  @Test("sections of both byte orders follow each other, and interfaces and packets are numbered through", arguments: [false, true])
  func sections(startsBigEndian: Bool) throws {
    var first = ForeignCapture(isBigEndian: startsBigEndian)
    first.appendSection()
    first.appendInterface(linkType: 1, options: [(2, Array("eth0".utf8)), (6, [2, 0, 0, 0, 0, 0x10])])
    first.appendInterface(linkType: 101, options: [(2, Array("tun0\0".utf8)), (9, [9])])
    first.appendEnhancedPacket(interface: 1, ticks: 1_700_000_000_123_456_789, Self.data)
    first.appendEnhancedPacket(interface: 0, ticks: 1_700_000_000_123_456, original: 1514, flags: 1, Self.data)
    var second = ForeignCapture(isBigEndian: !startsBigEndian)
    second.appendSection(version: (1, 2))
    second.appendInterface(linkType: 113)
    second.appendEnhancedPacket(interface: 0, ticks: 7, flags: 2, [1, 2, 3, 4])
    let log = try observations(in: first.bytes + second.bytes)
    #expect(log.interfaces.map(\.index) == [0, 1, 2])
    #expect(log.interfaces.map(\.name) == ["eth0", "tun0", ""])
    #expect(log.interfaces.map(\.linkType) == [.ethernet, .raw, .linuxSLL])
    #expect(log.interfaces[0].hardwareAddress == 0x0200_0000_0010)
    #expect(log.packets.map(\.header.interfaceIndex) == [1, 0, 2])
    #expect(log.packets.map(\.header.linkType) == [.raw, .ethernet, .linuxSLL])
    #expect(log.packets.map(\.header.time.nanoseconds) == [1_700_000_000_123_456_789, 1_700_000_000_123_456_000, 7000])
    #expect(log.packets.map(\.header.direction) == [nil, .inbound, .outbound])
    #expect(log.packets.map(\.header.originalByteCount) == [5, 1514, 4])
    #expect(log.packets.map(\.bytes) == [Self.data, Self.data, [1, 2, 3, 4]])
    #expect(log.packets.map(\.header.ordinal) == [1, 2, 3])
    #expect(log.fileLosses.isEmpty)
  }

  @Test(
    "a tick is what if_tsresol and if_tsoffset say, rounded down and never beyond what 64 bits hold",
    arguments: [
      (nil, nil, 1_700_000_000_123_456, 1_700_000_000_123_456_000),
      (6, nil, 1, 1000),
      (0, nil, 3, 3_000_000_000),
      (3, nil, 5, 5_000_000),
      (9, nil, 77, 77),
      (12, nil, 1_999, 1),
      (28, nil, .max, 1),
      (29, nil, .max, 0),
      (127, nil, .max, 0),
      (0x80, nil, 3, 3_000_000_000),
      (0x81, nil, 3, 1_500_000_000),
      (0x94, nil, 1_048_577, 1_000_000_953),
      (0xa0, nil, 1_700_000_000 << 32 | 1 << 31, 1_700_000_000_500_000_000),
      (0xff, nil, .max, 0),
      (6, 1000, 5, 1_000_000_005_000),
      (9, -1, 1_000_000_001, 1),
      (9, -2, 0, -2_000_000_000),
      (0, nil, .max, .max),
      (9, nil, .max, .max),
      (9, .max, 1, .max),
      (9, .min, 0, .min),
    ] as [(UInt8?, Int64?, UInt64, Int64)], [false, true])
  func clocks(clock: (resolution: UInt8?, offset: Int64?, ticks: UInt64, nanoseconds: Int64), isBigEndian: Bool) throws {
    var capture = ForeignCapture(isBigEndian: isBigEndian)
    capture.appendSection()
    var options: [(UInt16, [UInt8])] = []
    if let resolution = clock.resolution { options.append((9, [resolution])) }
    if let offset = clock.offset {
      options.append((14, withUnsafeBytes(of: isBigEndian ? offset.bigEndian : offset.littleEndian) { Array($0) }))
    }
    capture.appendInterface(options: options)
    capture.appendEnhancedPacket(ticks: clock.ticks, Self.data)
    #expect(try observations(in: capture.bytes).packets.map(\.header.time.nanoseconds) == [clock.nanoseconds])
  }

  @Test("simple and obsolete packets are read too", arguments: [false, true])
  func otherPackets(isBigEndian: Bool) throws {
    var capture = ForeignCapture(isBigEndian: isBigEndian)
    capture.appendSection()
    capture.appendInterface(snapLength: 4)
    capture.appendInterface(linkType: 101)
    // A simple packet is of the first interface, has no time, and its captured length follows from the snap length.
    capture.appendBlock(3) {
      $0.append(UInt32(9))
      $0.bytes += [1, 2, 3, 4]
    }
    capture.appendBlock(3) {
      $0.append(UInt32(3))
      $0.bytes += [1, 2, 3]
    }
    // Interface 1, 7 drops.
    capture.appendBlock(2) {
      $0.append(UInt16(1))
      $0.append(UInt16(7))
      $0.append(UInt32(0))
      $0.append(UInt32(1_000_000))
      $0.append(UInt32(5))
      $0.append(UInt32(6))
      $0.bytes += Self.data
    }
    let log = try observations(in: capture.bytes)
    #expect(log.packets.map(\.bytes) == [[1, 2, 3, 4], [1, 2, 3], Self.data])
    #expect(log.packets.map(\.header.originalByteCount) == [9, 3, 6])
    #expect(log.packets.map(\.header.time.nanoseconds) == [0, 0, 1_000_000_000])
    #expect(log.packets.map(\.header.interfaceIndex) == [0, 0, 1])
    #expect(log.fileLosses.isEmpty)
  }

  @Test("statistics are read, and blocks of no interest are stepped over", arguments: [false, true])
  func otherBlocks(isBigEndian: Bool) throws {
    var capture = ForeignCapture(isBigEndian: isBigEndian)
    capture.appendSection()
    capture.appendInterface()
    capture.appendBlock(4) { $0.bytes += [0, 0, 0, 0] }
    capture.appendBlock(0x0bad) { $0.append(UInt32(32_473)) }
    capture.appendBlock(0x8000_0001) { $0.bytes += Self.data }
    // The number of our own blocks without our magic is somebody else's.
    capture.appendBlock(BundleBlock.type) { $0.bytes += [UInt8](repeating: 7, count: 40) }
    capture.appendBlock(5) {
      $0.append(UInt32(0))
      $0.append(UInt32(0))
      $0.append(UInt32(2))
      for (code, value) in [(4, 10), (7, 3)] as [(UInt16, UInt64)] {
        $0.append(code)
        $0.append(UInt16(8))
        $0.append(value)
      }
    }
    let log = try observations(in: capture.bytes)
    #expect(
      log.statistics == [InterfaceStatistics(interfaceIndex: 0, time: Timestamp(nanoseconds: 2000), received: 10, dropped: 3)])
    #expect(log.fileLosses.isEmpty)
  }

  // MARK: Compression

  @Test(
    "gzip and zstd are read, in one piece and in several, with what may follow",
    arguments: [
      ("gzip", [0x00, 0x00, 0x00]), ("gzip", Array("trailing".utf8)), ("gzip", []), ("zstd", []),
      ("zstd", [0x50, 0x2a, 0x4d, 0x18, 2, 0, 0, 0, 9, 9]),
    ] as [(String, [UInt8])])
  func compressed(method: String, tail: [UInt8]) throws {
    var capture = ForeignCapture()
    capture.appendClassicHeader(magic: 0xa1b2_c3d4)
    for second in 0..<50 { capture.appendClassicPacket(seconds: UInt32(second), fraction: 0, Self.data) }
    let plain = try observations(in: capture.bytes)
    for cut in [0, 1, 30, capture.bytes.count] {
      var bytes: [UInt8] = []
      for piece in [capture.bytes[..<cut], capture.bytes[cut...]] {
        bytes += method == "gzip" ? ForeignCapture.gzipMember(Array(piece)) : ForeignCapture.zstdFrame(Array(piece))
      }
      let log = try observations(in: bytes + tail)
      #expect(log.lines == plain.lines)
      #expect(log.fileLosses.isEmpty)
    }
  }

  @Test("a cut compressed file delivers what decompresses and says that it is cut", arguments: ["gzip", "zstd"])
  func cutCompressed(method: String) throws {
    var capture = ForeignCapture()
    capture.appendClassicHeader(magic: 0xa1b2_c3d4)
    for second in 0..<20 { capture.appendClassicPacket(seconds: UInt32(second), fraction: 0, Self.data) }
    let plain = try observations(in: capture.bytes)
    let first = Array(capture.bytes[..<200])
    let second = Array(capture.bytes[200...])
    let whole =
      method == "gzip"
      ? ForeignCapture.gzipMember(first) + ForeignCapture.gzipMember(second)
      : ForeignCapture.zstdFrame(first) + ForeignCapture.zstdFrame(second)
    var mostLines = 0
    for count in 6..<whole.count {
      guard let log = try? observations(in: Array(whole[..<count])) else { continue }
      #expect(Array(plain.lines.prefix(log.lines.count)) == log.lines)
      #expect(log.causes == [.truncatedFile] || log.lines.count == plain.lines.count || (200 - 24) % 21 == 0)
      mostLines = max(mostLines, log.lines.count)
    }
    #expect(mostLines >= 9)
  }

  // MARK: What is no capture

  @Test(
    "what is no capture is refused with a reason",
    arguments: [
      ([], .empty), ([0x0a], .notACapture), (Array("hello world, this is no capture".utf8), .notACapture),
      ([0x0a, 0x0d, 0x0d, 0x0a, 28, 0, 0, 0, 1, 2, 3, 4], .notACapture),
      (ForeignCapture.gzipMember([]), .notACapture), (ForeignCapture.gzipMember(Array("hello world".utf8)), .notACapture),
    ] as [([UInt8], BundleError.Reason)])
  func refused(bytes: [UInt8], reason: BundleError.Reason) throws {
    let error = #expect(throws: BundleError.self) { try observations(in: bytes) }
    #expect(error?.reason == reason)
    #expect(error?.description.contains("; ") == true)
  }

  @Test("versions that nobody has documented are refused", arguments: [(0, 1), (1, 1), (2, 0)] as [(UInt16, UInt16)])
  func versions(major: UInt16, minor: UInt16) throws {
    var capture = ForeignCapture()
    capture.appendSection(version: (major, minor))
    let error = #expect(throws: BundleError.self) { try observations(in: capture.bytes) }
    #expect(error?.reason == .unsupportedVersion)
  }

  @Test("a file that is not there is named, with what to do")
  func missing() {
    let error = #expect(throws: BundleError.self) { try CaptureInputs(paths: ["/nonexistent/a.pcap"]) }
    #expect(
      error?.description
        == "/nonexistent/a.pcap: cannot open: No such file or directory; check the name and the permissions")
    let unreadable = #expect(throws: BundleError.self) { try observations(at: "/") }
    #expect(unreadable?.reason == .cannotRead)
  }

  @Test("several files are one analysis: numbers continue")
  func severalFiles() throws {
    var classic = ForeignCapture()
    classic.appendClassicHeader(magic: 0xa1b2_c3d4)
    classic.appendClassicPacket(seconds: 1, fraction: 0, Self.data)
    classic.appendClassicPacket(seconds: 2, fraction: 0, Self.data)
    var next = ForeignCapture(isBigEndian: true)
    next.appendSection()
    next.appendInterface(linkType: 101)
    next.appendEnhancedPacket(ticks: 3, Self.data)
    let first = TemporaryFile(classic.bytes)
    let second = TemporaryFile(next.bytes)
    var log = ObservationLog()
    var inputs = try CaptureInputs(paths: [first.path, second.path, first.path])
    try inputs.read(into: &log)
    #expect(log.packets.map(\.header.ordinal) == [1, 2, 3, 4, 5])
    #expect(log.packets.map(\.header.interfaceIndex) == [0, 0, 1, 2, 2])
    #expect(log.interfaces.map(\.index) == [0, 1, 2])
  }

  @Test("a pipe is as good as a file")
  func pipes() throws {
    var capture = ForeignCapture()
    capture.appendClassicHeader(magic: 0xa1b2_c3d4)
    for second in 0..<100 { capture.appendClassicPacket(seconds: UInt32(second), fraction: 0, Self.data) }
    var ends: [Int32] = [0, 0]
    #expect(pipe(&ends) == 0)
    #expect(write(ends[1], capture.bytes, capture.bytes.count) == capture.bytes.count)
    close(ends[1])
    defer { close(ends[0]) }
    #expect(try observations(at: "/proc/self/fd/\(ends[0])").lines == observations(in: capture.bytes).lines)
  }
}
