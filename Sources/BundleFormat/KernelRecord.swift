package import Capture
package import Wire

/// The record of a socket event as the BPF program writes it and a bundle stores it: `struct df_event` of
/// CDeepFlow/include/df_event.h, little-endian. deepflow-bundle(5) has the table; a test holds all three together.
package enum KernelRecord {
  package static let headerByteCount = 128
  /// Records are padded to this, so that every one is aligned.
  package static let alignment = 8
  /// No record is longer: header, and more payload than any limit of the recorder allows.
  package static let longestByteCount = 1024 * 1024

  package enum Offset {
    package static let recordByteCount = 0
    package static let kind = 4
    package static let systemCall = 5
    package static let direction = 6
    package static let ipProtocol = 7
    package static let enterTime = 8
    package static let exitTime = 16
    package static let processID = 24
    package static let threadID = 28
    package static let command = 32
    package static let socketID = 48
    package static let cgroupID = 56
    package static let localAddress = 64
    package static let remoteAddress = 80
    package static let localPort = 96
    package static let remotePort = 98
    package static let tcpSequence = 100
    package static let byteCount = 104
    package static let capturedByteCount = 108
    package static let fileDescriptor = 112
    package static let errorNumber = 116
    package static let networkNamespace = 120
    package static let flags = 124
    package static let oldState = 126
    package static let newState = 127
  }

  package enum Flag {
    package static let tcpSequence: UInt16 = 0x0001
    package static let fileDescriptor: UInt16 = 0x0002
    package static let payloadCut: UInt16 = 0x0004
    package static let buffersCut: UInt16 = 0x0008
    package static let unreadable: UInt16 = 0x0010
  }

  /// The length of the record at `start`, when it lies inside the span and is well-formed.
  package static func length(_ bytes: RawSpan, at start: Int) -> Int? {
    guard start >= 0, bytes.byteCount - start >= headerByteCount else { return nil }
    let length = Int(bytes.loadLittleEndian32(at: start + Offset.recordByteCount))
    guard length >= headerByteCount, length % alignment == 0, length <= bytes.byteCount - start,
      Int(bytes.loadLittleEndian32(at: start + Offset.capturedByteCount)) <= length - headerByteCount
    else { return nil }
    return length
  }

  /// The event of the record at `start`, which `length` has accepted, and where its payload lies. `nil` for a kind that is not a
  /// socket event.
  /// - Parameter clockOffset: nanoseconds to add to CLOCK_MONOTONIC.
  package static func decode(
    _ bytes: RawSpan, at start: Int, ordinal: UInt64, clockOffset: Int64
  ) -> (event: SocketEvent, payload: Range<Int>)? {
    guard let kind = SocketEvent.Kind(rawValue: bytes.load8(at: start + Offset.kind)) else { return nil }
    let flags = bytes.loadLittleEndian16(at: start + Offset.flags)
    let byteCount = bytes.loadLittleEndian32(at: start + Offset.byteCount)
    var captured = Int(bytes.loadLittleEndian32(at: start + Offset.capturedByteCount))
    // More payload than the call moved is not of the call.
    if kind == .data { captured = min(captured, Int(byteCount)) }
    let event = SocketEvent(
      ordinal: ordinal, kind: kind, systemCall: SocketEvent.SystemCall(rawValue: bytes.load8(at: start + Offset.systemCall)),
      direction: SocketEvent.Direction(rawValue: bytes.load8(at: start + Offset.direction)),
      enterTime: time(bytes.loadLittleEndian64(at: start + Offset.enterTime), plus: clockOffset),
      exitTime: time(bytes.loadLittleEndian64(at: start + Offset.exitTime), plus: clockOffset),
      processID: bytes.loadLittleEndian32(at: start + Offset.processID),
      threadID: bytes.loadLittleEndian32(at: start + Offset.threadID),
      command: CommandName(
        words: (bytes.loadLittleEndian64(at: start + Offset.command), bytes.loadLittleEndian64(at: start + Offset.command + 8))),
      fileDescriptor: flags & Flag.fileDescriptor != 0
        ? Int32(bitPattern: bytes.loadLittleEndian32(at: start + Offset.fileDescriptor)) : nil,
      socketID: bytes.loadLittleEndian64(at: start + Offset.socketID),
      ipProtocol: IPProtocol(bytes.load8(at: start + Offset.ipProtocol)),
      local: endpoint(bytes, address: start + Offset.localAddress, port: start + Offset.localPort),
      remote: endpoint(bytes, address: start + Offset.remoteAddress, port: start + Offset.remotePort),
      tcpSequence: flags & Flag.tcpSequence != 0 ? bytes.loadLittleEndian32(at: start + Offset.tcpSequence) : nil,
      byteCount: byteCount, errorNumber: Int32(bitPattern: bytes.loadLittleEndian32(at: start + Offset.errorNumber)),
      oldState: bytes.load8(at: start + Offset.oldState), newState: bytes.load8(at: start + Offset.newState),
      cgroupID: bytes.loadLittleEndian64(at: start + Offset.cgroupID),
      networkNamespace: bytes.loadLittleEndian32(at: start + Offset.networkNamespace))
    let payload = start + headerByteCount
    return (event, payload..<payload + captured)
  }

  /// Appends the record that `decode` reads as `event` with `clockOffset`.
  package static func encode(_ event: SocketEvent, _ payload: RawSpan, clockOffset: Int64, to writer: inout ByteWriter) {
    let padding = (alignment - payload.byteCount % alignment) % alignment
    writer.appendLittleEndian(UInt32(headerByteCount + payload.byteCount + padding))
    writer.append(event.kind.rawValue)
    writer.append(event.systemCall?.rawValue ?? 0)
    writer.append(event.direction?.rawValue ?? 0)
    writer.append(event.ipProtocol.rawValue)
    writer.appendLittleEndian(event.enterTime.nanoseconds &- clockOffset)
    writer.appendLittleEndian(event.exitTime.nanoseconds &- clockOffset)
    writer.appendLittleEndian(event.processID)
    writer.appendLittleEndian(event.threadID)
    writer.appendLittleEndian(event.command.words.0)
    writer.appendLittleEndian(event.command.words.1)
    writer.appendLittleEndian(event.socketID)
    writer.appendLittleEndian(event.cgroupID)
    for endpoint in [event.local, event.remote] {
      writer.appendBigEndian(endpoint.address.high)
      writer.appendBigEndian(endpoint.address.low)
    }
    writer.appendLittleEndian(event.local.port)
    writer.appendLittleEndian(event.remote.port)
    writer.appendLittleEndian(event.tcpSequence ?? 0)
    writer.appendLittleEndian(event.byteCount)
    writer.appendLittleEndian(UInt32(payload.byteCount))
    writer.appendLittleEndian(event.fileDescriptor ?? -1)
    writer.appendLittleEndian(event.errorNumber)
    writer.appendLittleEndian(event.networkNamespace)
    var flags: UInt16 = 0
    if event.tcpSequence != nil { flags |= Flag.tcpSequence }
    if event.fileDescriptor != nil { flags |= Flag.fileDescriptor }
    if event.kind == .data, payload.byteCount < Int(event.byteCount) { flags |= Flag.payloadCut }
    writer.appendLittleEndian(flags)
    writer.append(event.oldState)
    writer.append(event.newState)
    writer.append(payload)
    writer.append(contentsOf: repeatElement(0, count: padding))
  }

  @inline(__always)
  private static func time(_ monotonic: UInt64, plus offset: Int64) -> Timestamp {
    let (sum, overflowed) = Int64(clamping: monotonic).addingReportingOverflow(offset)
    return Timestamp(nanoseconds: overflowed ? .max : sum)
  }

  @inline(__always)
  private static func endpoint(_ bytes: RawSpan, address: Int, port: Int) -> Endpoint {
    Endpoint(
      address: IPAddress(high: bytes.loadBigEndian64(at: address), low: bytes.loadBigEndian64(at: address + 8)),
      port: bytes.loadLittleEndian16(at: port))
  }
}
