package import Capture
import CZstd
import Wire

#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// Writes a bundle: a pcapng file whose packets any program reads, with our own blocks between them. Append only.
///
/// Blocks are handed to the system whole, in one buffer, when it is full and at `flush()`: whatever ends the recorder, the file
/// opens up to its last whole block. Used by one thread.
///
/// After an error of a full disk the file was cut back to its last whole block and writing may go on, for instance with a closing
/// block; what was lost is in `discardedPacketCount` and `discardedSocketEventCount`. After any other failed write every further
/// one fails the same way.
package struct BundleWriter: ~Copyable {
  package struct Options: Sendable {
    /// Socket-event batches are compressed where that makes them smaller.
    package var compressesSocketEvents = true
    /// An existing file is an error instead of being overwritten.
    package var failsIfExists = false

    package init(compressesSocketEvents: Bool = true, failsIfExists: Bool = false) {
      self.compressesSocketEvents = compressesSocketEvents
      self.failsIfExists = failsIfExists
    }
  }

  /// A batch of records is closed at this length, and the buffer of blocks is written at it.
  package static let batchByteCount = 1024 * 1024

  /// The buffer holds what is below that, and the longest thing that may come on top: a batch and one longest record.
  private static let bufferCapacity = 2 * batchByteCount + KernelRecord.longestByteCount + 64 * 1024

  /// Room that is kept on a disk that has run full, for the last losses and the closing block.
  private static let closingByteCount = 8 * 1024

  package let path: String
  package private(set) var interfaceCount: UInt32 = 0
  /// Packets and socket events that were appended and could not be written.
  package private(set) var discardedPacketCount: UInt64 = 0
  package private(set) var discardedSocketEventCount: UInt64 = 0
  /// Kernel records that were refused because their lengths contradict each other.
  package private(set) var malformedRecordCount: UInt64 = 0

  private let options: Options
  private var output: OutputFile
  private var failure: BundleError?
  private var blocks: BlockBuffer
  private var tally = BlockTally()
  private var socketEvents: ByteWriter
  private var socketEventCount: UInt32 = 0
  private var processes = ByteWriter()
  private var processCount: UInt32 = 0
  private var scratch = ByteWriter()
  var samples = RecordBatch()
  var stacks = RecordBatch()
  var symbols = RecordBatch()
  private(set) var clockOffset: Int64 = 0
  private let compressor: OpaquePointer?

  /// Creates the file and begins its section.
  /// - Parameters:
  ///   - path: `-` is standard output; `.gz` and `.zst` at the end compress the whole.
  ///   - hardware: what the section header says of the machine; so `operatingSystem` and `application`. Empty texts are left out.
  package init(
    path: String, hardware: String = "", operatingSystem: String = "", application: String = "", options: Options = Options()
  ) throws(BundleError) {
    let output = try OutputFile(path: path, failsIfExists: options.failsIfExists)
    self.output = output
    blocks = BlockBuffer(capacity: BundleWriter.bufferCapacity)
    self.path = path
    self.options = options
    socketEvents = ByteWriter(reservingCapacity: BundleWriter.batchByteCount + KernelRecord.headerByteCount)
    compressor = options.compressesSocketEvents ? ZSTD_createCCtx() : nil
    scratch.appendSectionBody(hardware: hardware, operatingSystem: operatingSystem, application: application)
    blocks.putBlock(.sectionHeader, body: scratch.bytes)
  }

  deinit { if let compressor { ZSTD_freeCCtx(compressor) } }

  /// Bytes of the file so far: what was written, and what waits in the buffers, where socket events are not compressed yet. Of
  /// compressed output only what was written counts.
  package var byteCount: UInt64 {
    if output.isCompressed { return output.byteCount }
    let waiting = blocks.count + socketEvents.count + processes.count
    return output.byteCount + UInt64(waiting + samples.records.count + stacks.records.count + symbols.records.count)
  }

  /// Describes an interface; its packets name it by its position among the interfaces of this writer, which is returned.
  @discardableResult
  package mutating func append(interface: CaptureInterface) throws(BundleError) -> UInt32 {
    scratch.removeAll()
    scratch.appendBody(of: interface)
    try appendScratchBlock(.interfaceDescription)
    interfaceCount += 1
    return interfaceCount - 1
  }

  /// Appends a packet. Of the header, the interface, time, original length and direction are stored.
  package mutating func append(packet header: PacketHeader, _ bytes: RawSpan) throws(BundleError) {
    precondition(header.interfaceIndex < interfaceCount, "a packet belongs to an interface that was described before")
    let captured = bytes.byteCount
    guard captured <= CaptureLimits.longestPacket else {
      throw BundleError(path: path, reason: .tooLarge, detail: "a packet has \(captured) bytes")
    }
    try makeRoom(for: BlockBuffer.longestPacketBlock(captured))
    blocks.putPacket(header, bytes)
  }

  /// Appends the counters of an interface.
  package mutating func append(statistics: InterfaceStatistics) throws(BundleError) {
    precondition(statistics.interfaceIndex < interfaceCount, "statistics belong to an interface that was described before")
    scratch.removeAll()
    scratch.appendBody(of: statistics)
    try appendScratchBlock(.interfaceStatistics)
  }

  /// Appends a record as the BPF program wrote it (`struct df_event`, its payload and padding). What lies behind the length that the
  /// record states is left out; a record that contradicts itself is counted and left out.
  package mutating func append(kernelRecord record: RawSpan) throws(BundleError) {
    guard let length = KernelRecord.length(record, at: 0), length <= KernelRecord.longestByteCount else {
      malformedRecordCount += 1
      return
    }
    if socketEvents.count + length > BundleWriter.batchByteCount { try closeSocketEvents() }
    socketEvents.append(record.extracting(0..<length))
    socketEventCount += 1
  }

  /// Appends a socket event that was read from a bundle. Its times are stored relative to the latest clock snapshot.
  package mutating func append(socketEvent event: SocketEvent, _ payload: RawSpan) throws(BundleError) {
    scratch.removeAll()
    KernelRecord.encode(event, payload, clockOffset: clockOffset, to: &scratch)
    var record = ByteWriter()
    swap(&record, &scratch)
    defer { swap(&record, &scratch) }
    try append(kernelRecord: record.bytes.span.bytes)
  }

  package mutating func append(process: ProcessRecord) throws(BundleError) {
    ObservationRecords.append(process, to: &processes)
    processCount += 1
    if processes.count >= BundleWriter.batchByteCount { try closeProcesses() }
  }

  /// Appends a snapshot of the clocks, behind all socket events so far: later ones are converted with it. The first one must come
  /// before the first socket event.
  package mutating func append(clock snapshot: ClockSnapshot) throws(BundleError) {
    try closeSocketEvents()
    try closeSamples()
    clockOffset = snapshot.realTime.nanoseconds &- snapshot.monotonic
    scratch.removeAll()
    ObservationRecords.append(snapshot, to: &scratch)
    try appendScratchRecord(.clocks)
  }

  package mutating func append(loss: LossRecord) throws(BundleError) {
    scratch.removeAll()
    ObservationRecords.append(loss, to: &scratch)
    try appendScratchRecord(.losses)
  }

  /// Appends what the recording says about itself: to be called first, before the interfaces, so that a reader knows which
  /// recording they belong to.
  package mutating func append(info: RecordingInfo) throws(BundleError) {
    scratch.removeAll()
    ObservationRecords.append(info, to: &scratch)
    try appendScratchRecord(.information)
  }

  /// Writes everything that was appended, so that a reader of the file sees it.
  package mutating func flush() throws(BundleError) {
    try closeBatches()
    try writeBlocks(.data)
  }

  /// Writes everything, then the closing block with the index and digest of all before it, and closes the file.
  package mutating func finish(_ end: RecordingEnd) throws(BundleError) {
    try closeBatches()
    try writeBlocks(.none)
    scratch.removeAll()
    ObservationRecords.append(end, tally.index, to: &scratch)
    try appendScratchRecord(.end)
    try close()
  }

  /// Writes everything and closes the file without a closing block. Nothing may be appended afterwards.
  package mutating func close() throws(BundleError) {
    try closeBatches()
    try writeBlocks(.end)
    if let errorNumber = output.close() { throw BundleError(path: path, reason: .cannotWrite, errorNumber: errorNumber) }
  }

  // MARK: Batches

  private mutating func closeBatches() throws(BundleError) {
    try closeProcesses()
    try closeSocketEvents()
    try closeSamples()
    try closeStacks()
  }

  private mutating func closeSocketEvents() throws(BundleError) {
    guard socketEventCount > 0 else { return }
    // Taken out and put back empty, so that its memory is used again.
    var batch = ByteWriter()
    swap(&batch, &socketEvents)
    let count = socketEventCount
    socketEventCount = 0
    defer {
      batch.removeAll()
      swap(&batch, &socketEvents)
    }
    try appendRecords(batch, .socketEvents, count: count, compresses: options.compressesSocketEvents)
  }

  private mutating func closeProcesses() throws(BundleError) {
    guard processCount > 0 else { return }
    var batch = ByteWriter()
    swap(&batch, &processes)
    let count = processCount
    processCount = 0
    defer {
      batch.removeAll()
      swap(&batch, &processes)
    }
    try appendRecords(batch, .processes, count: count, compresses: false)
  }

  private mutating func appendScratchRecord(_ kind: BundleBlock.Kind) throws(BundleError) {
    var record = ByteWriter()
    swap(&record, &scratch)
    defer { swap(&record, &scratch) }
    try appendRecords(record, kind, count: 1, compresses: false)
  }

  /// - Parameter compresses: whether to try, where the writer compresses at all.
  mutating func appendRecords(
    _ payload: borrowing ByteWriter, _ kind: BundleBlock.Kind, count: UInt32, compresses: Bool
  ) throws(BundleError) {
    let length = BlockBuffer.longestRecordBlock(payload.count)
    guard length <= blocks.capacity else {
      throw BundleError(path: path, reason: .tooLarge, detail: "a record has \(payload.count) bytes")
    }
    try makeRoom(for: length)
    blocks.putRecords(payload.bytes, kind, count: count, compressor: compresses ? compressor : nil)
  }

  // MARK: Blocks

  private mutating func appendScratchBlock(_ type: PcapngBlock) throws(BundleError) {
    try makeRoom(for: PcapngBlock.shortest + scratch.count)
    blocks.putBlock(type, body: scratch.bytes)
  }

  private mutating func makeRoom(for length: Int) throws(BundleError) {
    if let failure { throw failure }
    if blocks.count + length > blocks.capacity || blocks.count >= BundleWriter.batchByteCount { try writeBlocks(.none) }
  }

  private mutating func writeBlocks(_ flush: OutputFile.Flush) throws(BundleError) {
    if let failure { throw failure }
    let before = output.byteCount
    let failed = output.write(blocks.bytes, flush: flush)
    var written = blocks.count
    if let failed {
      // On a full disk some more is given up, so that what ends the recording has room.
      written = blocks.lastBoundary(
        before: max(0, failed.writtenByteCount - (output.canTruncate ? BundleWriter.closingByteCount : 0)))
    }
    tally.digest(UnsafeRawBufferPointer(rebasing: blocks.bytes[0..<written]).bytes)
    countBlocks(upTo: written)
    blocks.removeAll()
    guard let failed else { return }
    let isFull = [ENOSPC, EDQUOT, EFBIG].contains(failed.errorNumber)
    let error = BundleError(path: path, reason: isFull ? .full : .cannotWrite, errorNumber: failed.errorNumber)
    if output.canTruncate { output.truncate(to: before + UInt64(written)) }
    // What cannot be cut back ends inside a block, and nothing readable can follow.
    if output.byteCount != before + UInt64(written) || output.isCompressed { failure = error }
    throw error
  }

  /// Counts the blocks that were written, and what is lost with the others.
  private mutating func countBlocks(upTo written: Int) {
    let bytes = blocks.bytes.bytes
    var offset = 0
    while offset < bytes.byteCount {
      let type = blocks.type(at: offset)
      let block = offset..<offset + blocks.length(at: offset)
      offset = block.upperBound
      if block.upperBound <= written {
        tally.count(type, bytes.extracting(block))
      } else if type == PcapngBlock.enhancedPacket.rawValue {
        discardedPacketCount += 1
      } else if type == BundleBlock.type,
        let header = BundleBlock.Header(bytes, body: block.lowerBound + 8, end: block.upperBound - 4),
        header.kind == BundleBlock.Kind.socketEvents.rawValue
      {
        discardedSocketEventCount += UInt64(header.recordCount)
      }
    }
  }
}
