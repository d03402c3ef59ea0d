import BundleFormat
import Capture
import Testing
import Wire

@Suite struct DamageTests {
  @Test("a bundle that is cut at any byte delivers everything before the cut", arguments: [false, true])
  func cuts(compresses: Bool) throws {
    let payloads = compresses ? [[UInt8](repeating: 0x61, count: 400), [], [1, 2, 3]] : SampleBundle.payloads
    let bytes = try SampleBundle.bytes(compressesSocketEvents: compresses, payloads: payloads)
    let whole = try observations(in: bytes)
    #expect(whole.fileLosses.isEmpty)
    var previousCount = 0
    for count in 0..<bytes.count {
      let log: ObservationLog
      do throws(BundleError) {
        log = try observations(in: Array(bytes[..<count]))
      } catch {
        // Less than the first four bytes is no capture.
        #expect(count < 4)
        continue
      }
      #expect(Array(whole.lines.prefix(log.lines.count)) == log.lines)
      #expect(log.lines.count >= previousCount)
      previousCount = log.lines.count
      // Between two blocks a cut cannot be told from the end; everywhere else it is said.
      #expect(log.causes == [.truncatedFile] || log.causes.isEmpty)
    }
    #expect(previousCount == whole.lines.count - 1)
  }

  @Test("a recorded bundle that is cut anywhere delivers everything before the cut")
  func recordedCuts() throws {
    let bytes = TemporaryFile.contents(
      #filePath.split(separator: "/").dropLast(3).reduce("") { "\($0)/\($1)" } + "/fixtures/bundle/shop.pcapng")
    let whole = try observations(in: bytes)
    let starts = blockStarts(bytes)
    #expect(starts.count > 20 && whole.fileLosses.isEmpty)
    // Around every boundary, and a sample of what is between; Tests/Crash/run cuts a recording at every byte.
    let cuts = Set(starts.dropFirst().flatMap { [$0 - 1, $0, $0 + 1] } + stride(from: 4, to: bytes.count, by: 11))
    var previousCount = 0
    for count in cuts.sorted() {
      let log = try observations(in: Array(bytes[..<count]))
      #expect(Array(whole.lines.prefix(log.lines.count)) == log.lines, "cut at \(count)")
      #expect(log.lines.count >= previousCount)
      previousCount = log.lines.count
      #expect(log.causes == (starts.contains(count) ? [] : [.truncatedFile]), "cut at \(count)")
    }
    #expect(previousCount == whole.lines.count - 1)
  }

  @Test("a classic capture that is cut at any byte delivers every whole packet")
  func classicCuts() throws {
    var capture = ForeignCapture(isBigEndian: true)
    capture.appendClassicHeader(magic: 0xa1b2_3c4d)
    for second in 0..<4 { capture.appendClassicPacket(seconds: UInt32(second), fraction: 1, [1, 2, 3]) }
    for count in 4..<capture.bytes.count {
      let log = try observations(in: Array(capture.bytes[..<count]))
      #expect(log.packets.count == max(0, count - 24) / 19)
      let isBoundary = count >= 24 && (count - 24) % 19 == 0
      #expect(log.causes == (isBoundary ? [] : [.truncatedFile]))
    }
  }

  @Test("a bit flip never traps, and what is before it is delivered", arguments: 0..<8)
  func bitFlips(seed: Int) throws {
    var generator = SeededGenerator(seed: UInt64(seed))
    let bytes = try SampleBundle.bytes()
    let starts = blockStarts(bytes)
    for _ in 0..<200 {
      var damaged = bytes
      // Behind the section header, without which it is no capture.
      let position = Int.random(in: starts[1]..<bytes.count, using: &generator)
      damaged[position] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
      let log = try observations(in: damaged)
      let block = try #require(starts.lastIndex { $0 <= position })
      let before = try observations(in: Array(bytes[..<starts[block]]))
      #expect(log.lines.count >= before.lines.count, "seed \(seed), byte \(position)")
      #expect(Array(log.lines.prefix(before.lines.count)) == before.lines, "seed \(seed), byte \(position)")
    }
  }

  @Test("random bytes behind a header never trap or hang", arguments: 0..<60)
  func noise(seed: Int) throws {
    var generator = SeededGenerator(seed: UInt64(seed) + 1000)
    var capture = ForeignCapture(isBigEndian: seed % 2 == 0)
    if seed % 3 == 0 {
      capture.appendClassicHeader(magic: 0xa1b2_c3d4)
    } else {
      capture.appendSection()
      capture.appendInterface()
    }
    for _ in 0..<20 {
      if seed % 3 == 1 {
        // Well-formed blocks with random contents reach deeper than random lengths.
        let type = ([1, 2, 3, 4, 5, 6, BundleBlock.type] as [UInt32]).randomElement(using: &generator) ?? 6
        let length = Int.random(in: 0..<60, using: &generator)
        capture.appendBlock(type) { block in
          if type == BundleBlock.type { block.bytes += Array("DEEPFLOW".utf8) }
          for _ in 0..<length { block.bytes.append(UInt8.random(in: 0...3, using: &generator)) }
        }
      } else {
        for _ in 0..<40 { capture.bytes.append(UInt8.random(in: 0...255, using: &generator)) }
      }
    }
    _ = try? observations(in: capture.bytes)
  }

  @Test("payloads of random fields with a right checksum never trap", arguments: BundleBlock.Kind.allCases, 0..<30)
  func randomRecords(kind: BundleBlock.Kind, seed: Int) throws {
    var generator = SeededGenerator(seed: UInt64(seed) * 7 + UInt64(kind.rawValue))
    let length = Int.random(in: 0..<400, using: &generator)
    var payload = (0..<length).map { _ in UInt8.random(in: 0...255, using: &generator) }
    if seed % 2 == 0, length >= 4 {
      // A right length in front reaches the fields behind it.
      let stated = kind == .socketEvents ? length & ~7 : length
      payload.replaceSubrange(0..<4, with: [UInt8(stated & 0xff), UInt8(stated >> 8), 0, 0])
    }
    var capture = ForeignCapture()
    capture.appendSection()
    capture.appendBundleBlock(kind.rawValue, payload)
    capture.appendInterface()
    let log = try observations(in: capture.bytes)
    #expect(log.interfaces.count == 1)
  }

  @Test(
    "hostile lengths end the reading where they are",
    arguments: [
      UInt32(CaptureLimits.longestPacket + 1), 0x7fff_ffff, 0xffff_ffff,
    ])
  func hostilePacketLengths(length: UInt32) throws {
    var capture = ForeignCapture()
    capture.appendClassicHeader(magic: 0xa1b2_c3d4)
    capture.appendClassicPacket(seconds: 1, fraction: 0, [1, 2, 3])
    capture.appendClassicPacket(seconds: 2, fraction: 0, captured: length, [1, 2, 3])
    let log = try observations(in: capture.bytes)
    #expect(log.packets.count == 1)
    #expect(log.causes == [.damagedBlock])
  }

  @Test("the longest packet is read, across the reader's buffer")
  func longestPackets() throws {
    var capture = ForeignCapture()
    capture.appendClassicHeader(magic: 0xa1b2_c3d4)
    let long = (0..<CaptureLimits.longestPacket).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    for second in 0..<7 { capture.appendClassicPacket(seconds: UInt32(second), fraction: 0, second % 2 == 0 ? long : [1]) }
    let log = try observations(in: capture.bytes)
    #expect(log.packets.map(\.bytes.count) == [long.count, 1, long.count, 1, long.count, 1, long.count])
    #expect(log.packets.allSatisfy { $0.bytes == long || $0.bytes == [1] })
    #expect(log.fileLosses.isEmpty)
  }

  @Test(
    "hostile block lengths end the reading where they are",
    arguments: [
      0, 8, 11, 13, UInt32(CaptureLimits.longestBlock + 4), 0xffff_fffc,
    ])
  func hostileBlockLengths(length: UInt32) throws {
    var capture = ForeignCapture()
    capture.appendSection()
    capture.appendInterface()
    capture.appendEnhancedPacket(ticks: 1, [1, 2, 3])
    capture.append(UInt32(6))
    capture.append(length)
    capture.bytes += [UInt8](repeating: 0, count: 100)
    let log = try observations(in: capture.bytes)
    #expect(log.packets.count == 1)
    #expect(log.causes == [.damagedBlock])
  }

  @Test("a packet that does not fit into its block, or has no interface, is counted and left out")
  func contradictoryPackets() throws {
    var capture = ForeignCapture()
    capture.appendSection()
    capture.appendBlock(3) { $0.append(UInt32(4)) }
    capture.appendInterface()
    capture.appendEnhancedPacket(ticks: 1, captured: 9, [1, 2, 3])
    capture.appendEnhancedPacket(ticks: 1, captured: 0xffff_ffff, [1, 2, 3])
    capture.appendEnhancedPacket(interface: 1, ticks: 1, [1, 2, 3])
    capture.appendEnhancedPacket(interface: 0xffff_ffff, ticks: 1, [1, 2, 3])
    capture.appendBlock(6) { $0.append(UInt32(0)) }
    capture.appendBlock(2) { $0.append(UInt32(0)) }
    capture.appendBlock(5) { $0.append(UInt32(0)) }
    capture.appendBlock(1) { _ in }
    capture.appendEnhancedPacket(ticks: 2, [4])
    let log = try observations(in: capture.bytes)
    #expect(log.packets.map(\.bytes) == [[4]])
    #expect(log.fileLosses.map(\.count) == [9])
    #expect(log.causes == [.damagedBlock])
  }

  @Test(
    "unknown kinds, newer versions and unknown flags are skipped and counted, a wrong checksum too",
    arguments: [
      (99, 1, 0, true, .unknownBlock), (3, 2, 0, true, .unknownBlock), (3, 1, 2, true, .unknownBlock), (3, 1, 0, false, .damagedBlock),
      (3, 1, 1, true, .damagedBlock),
    ] as [(UInt16, UInt16, UInt32, Bool, LossRecord.Cause)])
  func skipped(kind: UInt16, version: UInt16, flags: UInt32, hasChecksum: Bool, cause: LossRecord.Cause) throws {
    var record = [UInt8](repeating: 0, count: 32)
    record[0] = 32
    var capture = ForeignCapture()
    capture.appendSection()
    capture.appendBundleBlock(kind, record, version: version, flags: flags, hasChecksum: hasChecksum)
    capture.appendBundleBlock(BundleBlock.Kind.clocks.rawValue, record)
    let log = try observations(in: capture.bytes)
    #expect(log.clocks.count == 1)
    #expect(log.causes == [cause])
    #expect(log.fileLosses.map(\.count) == [1])
  }

  @Test("a block that claims to decompress to more than the limit is not decompressed")
  func hostilePayload() throws {
    var capture = ForeignCapture()
    capture.appendSection()
    capture.appendBundleBlock(3, ForeignCapture.zstdFrame([0]), flags: 1, payloadByteCount: UInt32.max)
    #expect(try observations(in: capture.bytes).causes == [.damagedBlock])
  }

  @Test("fields appended to a record by a later writer are stepped over")
  func longerRecords() throws {
    var record = [UInt8](repeating: 0, count: 40)
    record[0] = 40
    record[8] = 7
    var capture = ForeignCapture(isBigEndian: true)
    capture.appendSection()
    capture.appendBundleBlock(BundleBlock.Kind.clocks.rawValue, record + record)
    let log = try observations(in: capture.bytes)
    #expect(log.clocks.map(\.monotonic) == [7, 7])
    #expect(log.fileLosses.isEmpty)
  }

  @Test("an inspection tells a changed, a cut and a continued bundle from a whole one")
  func inspection() throws {
    let bytes = try SampleBundle.bytes()
    func verification(_ bytes: [UInt8]) throws -> FileSummary.Verification {
      let file = TemporaryFile(bytes)
      return try BundleInspector.inspect(path: file.path).verification
    }
    #expect(try verification(bytes) == .verified)
    #expect(
      try verification(bytes + bytes)
        == .contradicted(
          "the closing block follows \(bytes.count * 2 - (bytes.count - blockStarts(bytes).last!)) bytes, not \(blockStarts(bytes).last!)"))
    let starts = blockStarts(bytes)
    #expect(try verification(Array(bytes[..<starts[starts.count - 1]])) == .noClosingBlock)
    var changed = bytes
    // A byte of the first packet, which no block checksum covers.
    let packet = try #require(starts.first { bytes[$0] == 6 && bytes[$0 + 1] == 0 })
    changed[packet + 30] ^= 1
    #expect(try verification(changed) == .contradicted("the bytes before the closing block have another checksum"))
    var longer = ForeignCapture()
    longer.appendBlock(4) { $0.append(UInt32(0)) }
    #expect(try verification(bytes + longer.bytes) == .continued)
  }

  private func blockStarts(_ bytes: [UInt8]) -> [Int] {
    var starts: [Int] = []
    var offset = 0
    while let length = bytes.span.bytes.littleEndian32(at: offset + 4) {
      starts.append(offset)
      offset += Int(length)
    }
    return starts
  }
}

extension ForeignCapture {
  /// One of our blocks, right or wrong on purpose.
  mutating func appendBundleBlock(
    _ kind: UInt16, _ payload: [UInt8], version: UInt16 = 1, flags: UInt32 = 0, hasChecksum: Bool = true,
    payloadByteCount: UInt32? = nil
  ) {
    var body = ByteWriter()
    body.append(contentsOf: "DEEPFLOW".utf8)
    body.appendLittleEndian(kind)
    body.appendLittleEndian(version)
    body.appendLittleEndian(UInt32(1))
    body.appendLittleEndian(flags)
    body.appendLittleEndian(UInt32(payload.count))
    body.appendLittleEndian(payloadByteCount ?? UInt32(payload.count))
    var checksum = CRC32C()
    checksum.update(body.bytes.span.bytes)
    checksum.update(payload.span.bytes)
    body.appendLittleEndian(hasChecksum ? checksum.value : ~checksum.value)
    appendBlock(BundleBlock.type) { $0.bytes += body.bytes + payload }
  }
}
