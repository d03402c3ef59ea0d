import BundleFormat
import Capture
import Testing
import Wire

#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

@Suite struct BundleRoundTripTests {
  @Test("everything that was written is read again", arguments: ["", ".gz", ".zst"], [false, true])
  func roundTrip(suffix: String, compresses: Bool) throws {
    let file = TemporaryFile(suffix: suffix)
    var writer = try BundleWriter(path: file.path, options: BundleWriter.Options(compressesSocketEvents: compresses))
    try SampleBundle.write(to: &writer)
    try writer.finish(SampleBundle.end)
    let log = try observations(at: file.path)
    #expect(log.recordings == [SampleBundle.info])
    #expect(log.clocks == [SampleBundle.clock])
    #expect(log.interfaces == SampleBundle.interfaces)
    #expect(log.processes == SampleBundle.processes)
    #expect(log.ledger == SampleBundle.losses)
    #expect(log.samples == SampleBundle.samples)
    #expect(log.frames == SampleBundle.frames)
    #expect(log.stacks == SampleBundle.stacks)
    #expect(log.statistics == [SampleBundle.statistics])
    #expect(log.ends == [SampleBundle.end])
    #expect(log.packets.map(\.bytes) == [SampleBundle.payloads[0], SampleBundle.payloads[2]])
    let packets = [SampleBundle.packet(1, direction: .outbound), SampleBundle.packet(2)]
    #expect(log.packets.map { "\($0.header)" } == packets.map { "\($0)" })
    #expect(log.events.map(\.payload) == SampleBundle.payloads)
    #expect(log.events.map { "\($0.event)" } == ([3, 4, 5] as [UInt64]).map { "\(SampleBundle.event($0))" })
    #expect(log.fileLosses.isEmpty)
    let summary = try BundleInspector.inspect(path: file.path)
    #expect(summary.verification == .verified)
    #expect(summary.isIntact)
    #expect(summary.format == .bundle)
    #expect(summary.compression == ["": "", ".gz": "gzip", ".zst": "zstd"][suffix])
  }

  @Test("every kind of socket event survives, with and without its optional parts", arguments: [1, 2, 3, 4, 5, 6, 7] as [UInt8])
  func kinds(kind: UInt8) throws {
    let kind = try #require(SocketEvent.Kind(rawValue: kind))
    var event = SampleBundle.event(1, kind: kind)
    var bare = SocketEvent(
      ordinal: 2, kind: kind, enterTime: event.enterTime, exitTime: event.exitTime, processID: 0, threadID: 0,
      command: CommandName(""), ipProtocol: .udp, local: event.remote, remote: event.local)
    bare.errorNumber = 111
    event.systemCall = .close
    let file = TemporaryFile()
    var writer = try BundleWriter(path: file.path)
    try writer.append(clock: SampleBundle.clock)
    try writer.append(socketEvent: event, bytes: [UInt8]())
    try writer.append(socketEvent: bare, bytes: [UInt8]())
    try writer.close()
    #expect(try observations(at: file.path).events.map { "\($0.event)" } == ["\(event)", "\(bare)"])
  }

  @Test("a kernel record is stored as it came, and events are converted with the clock snapshot before them")
  func kernelRecords() throws {
    let file = TemporaryFile()
    var writer = try BundleWriter(path: file.path, options: BundleWriter.Options(compressesSocketEvents: false))
    var record = ByteWriter()
    let payload = SampleBundle.payloads[0]
    KernelRecord.encode(SampleBundle.event(1), payload.span.bytes, clockOffset: 1_700_000_000_000_000_000, to: &record)
    // The ring buffer may hand out more bytes than the record states.
    let handedOut = record.bytes + [9, 9, 9, 9, 9, 9, 9, 9]
    try writer.append(clock: ClockSnapshot(monotonic: 0, bootTime: 0, realTime: Timestamp(nanoseconds: 1_000)))
    try writer.append(kernelRecord: handedOut.span.bytes)
    try writer.append(clock: ClockSnapshot(monotonic: 0, bootTime: 0, realTime: Timestamp(nanoseconds: 2_000)))
    try writer.append(kernelRecord: handedOut.span.bytes)
    try writer.append(kernelRecord: handedOut.span.bytes.extracting(0..<127))
    try writer.close()
    #expect(writer.malformedRecordCount == 1)
    let bytes = file.bytes
    #expect(bytes.indices.contains { bytes[$0...].starts(with: record.bytes) })
    let log = try observations(at: file.path)
    #expect(log.events.map(\.event.enterTime.nanoseconds) == [1_000_101_000, 1_000_102_000])
    #expect(log.events.map(\.payload) == [SampleBundle.payloads[0], SampleBundle.payloads[0]])
  }

  @Test("without a clock snapshot events keep their monotonic times and the reader says so")
  func noClock() throws {
    let file = TemporaryFile()
    var writer = try BundleWriter(path: file.path)
    try writer.append(socketEvent: SampleBundle.event(1), bytes: [UInt8]())
    try writer.close()
    let log = try observations(at: file.path)
    #expect(log.events.map(\.event.enterTime) == [SampleBundle.event(1).enterTime])
    #expect(log.causes == [.damagedBlock])
    #expect(log.fileLosses.first?.place.contains("clock snapshot") == true)
  }

  @Test("a batch is compressed only where that makes it smaller")
  func compression() throws {
    let text = [UInt8](repeating: 0x61, count: 4000)
    var generator = SeededGenerator(seed: 1)
    let noise = (0..<4000).map { _ in UInt8.random(in: 0...255, using: &generator) }
    let plain = try SampleBundle.bytes(compressesSocketEvents: false, payloads: [text, text, text])
    let small = try SampleBundle.bytes(payloads: [text, text, text])
    #expect(small.count < plain.count - 10_000)
    #expect(try observations(in: small).lines == observations(in: plain).lines)
    #expect(try observations(in: SampleBundle.bytes(payloads: [noise, noise, noise])).events.map(\.payload) == [noise, noise, noise])
  }

  @Test("batches are cut at a mebibyte, and many of them make one file")
  func batches() throws {
    var generator = SeededGenerator(seed: 2)
    let noise = (0..<60_000).map { _ in UInt8.random(in: 0...255, using: &generator) }
    let file = TemporaryFile()
    var writer = try BundleWriter(path: file.path)
    try writer.append(clock: SampleBundle.clock)
    try writer.append(interface: SampleBundle.interfaces[0])
    var event = SampleBundle.event(1)
    event.byteCount = 60_000
    var header = SampleBundle.packet(2)
    header.interfaceIndex = 0
    header.originalByteCount = 60_000
    for _ in 0..<100 {
      try writer.append(socketEvent: event, bytes: noise)
      try writer.append(packet: header, bytes: noise)
    }
    let before = writer.byteCount
    try writer.finish(SampleBundle.end)
    #expect(before > 6_000_000)
    #expect(writer.byteCount == UInt64(file.bytes.count))
    let summary = try BundleInspector.inspect(path: file.path)
    #expect(summary.socketEventCount == 100 && summary.packetCount == 100 && summary.verification == .verified)
    let events = try #require(summary.sections.first { $0.kind == BundleBlock.Kind.socketEvents.rawValue })
    #expect(events.blockCount == 6 && events.recordCount == 100)
  }

  @Test("an existing file is overwritten unless the caller forbids it, and only its owner may read it")
  func creation() throws {
    let file = TemporaryFile([1, 2, 3])
    chmod(file.path, 0o644)
    #expect(throws: BundleError.self) {
      _ = try BundleWriter(path: file.path, options: BundleWriter.Options(failsIfExists: true))
    }
    #expect(file.bytes == [1, 2, 3])
    var writer = try BundleWriter(path: file.path)
    try writer.close()
    var status = stat()
    #expect(stat(file.path, &status) == 0)
    #expect(status.st_mode & 0o777 == 0o600)
    #expect(try observations(at: file.path).lines.isEmpty)
  }

  @Test("an event, a process and a loss that are flushed can be read while the file is still written")
  func flushed() throws {
    let file = TemporaryFile()
    var writer = try BundleWriter(path: file.path)
    try SampleBundle.write(to: &writer)
    let log = try observations(at: file.path)
    #expect(log.events.count == 3 && log.packets.count == 2 && log.processes.count == 2)
    #expect(log.fileLosses.isEmpty && log.ends.isEmpty)
    #expect(try BundleInspector.inspect(path: file.path).verification == .noClosingBlock)
    try writer.finish(SampleBundle.end)
  }

  @Test("the parts of a rotated recording share their interfaces, other recordings do not")
  func parts() throws {
    func part(_ recordingID: String) throws -> [UInt8] {
      let file = TemporaryFile()
      var writer = try BundleWriter(path: file.path)
      var info = SampleBundle.info
      info.recordingID = recordingID
      try writer.append(info: info)
      for interface in SampleBundle.interfaces { try writer.append(interface: interface) }
      try writer.append(packet: SampleBundle.packet(1), bytes: SampleBundle.payloads[0])
      try writer.finish(SampleBundle.end)
      return file.bytes
    }
    let first = TemporaryFile(try part("a"))
    let second = TemporaryFile(try part("a"))
    let other = TemporaryFile(try part("b"))
    var log = ObservationLog()
    var inputs = try CaptureInputs(paths: [first.path, second.path, other.path])
    try inputs.read(into: &log)
    #expect(log.interfaces.map(\.index) == [0, 1, 2, 3])
    #expect(log.packets.map(\.header.interfaceIndex) == [1, 1, 3])
    #expect(log.packets.map(\.header.ordinal) == [1, 2, 3])
  }

  @Test("a full device is an error of its own, and says what it lost")
  func fullDevice() throws {
    var writer = try BundleWriter(path: "/dev/full")
    try SampleBundle.writeUnflushed(to: &writer)
    func flush() -> BundleError? {
      do throws(BundleError) { try writer.flush() } catch { return error }
      return nil
    }
    #expect(flush()?.reason == .full)
    #expect(writer.discardedPacketCount == 2)
    #expect(writer.discardedSocketEventCount == 3)
    #expect(flush() == nil)
    try writer.append(packet: SampleBundle.packet(2), bytes: [1])
    #expect(flush()?.reason == .full)
    #expect(writer.discardedPacketCount == 3)
  }
}
