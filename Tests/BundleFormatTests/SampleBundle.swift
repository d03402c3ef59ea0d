import BundleFormat
import Capture
import Wire

/// A small bundle with one of everything.
enum SampleBundle {
  static let info = RecordingInfo(
    recordingID: "00112233445566778899aabbccddeeff", host: "web-1", kernel: "6.18.0", machine: "x86_64", processorCount: 2,
    program: "deepflow 0.1", commandLine: "deepflow record -o t.pcapng", startTime: Timestamp(nanoseconds: 1_700_000_000_000_000_000),
    sources: ["packets", "socket events"], missing: ["uprobes: not permitted"], payloadByteLimit: 4096,
    options: ["snaplen": "262144", "a": "", "ß": "ü"])

  static let clock = ClockSnapshot(
    monotonic: 5_000_000_000, bootTime: 6_000_000_000, realTime: Timestamp(nanoseconds: 1_700_000_001_000_000_000))

  static let interfaces = [
    CaptureInterface(
      index: 0, name: "eth0", linkType: .ethernet, snapLength: 262_144, hardwareAddress: 0x0200_5e10_0001,
      networkNamespace: 4_026_531_840,
      addresses: [IPAddress(v4: 0x0a00_0001), IPAddress(high: 0xfe80_0000_0000_0000, low: 1)]),
    CaptureInterface(index: 1, name: "", linkType: .ethernet, snapLength: 262_144),
  ]

  static func packet(_ number: UInt64, direction: PacketHeader.Direction? = nil) -> PacketHeader {
    PacketHeader(
      ordinal: number, time: Timestamp(nanoseconds: 1_700_000_001_000_000_000 + Int64(number)), interfaceIndex: UInt32(number % 2),
      linkType: .ethernet, originalByteCount: 1514, direction: direction)
  }

  static func event(_ number: UInt64, kind: SocketEvent.Kind = .data) -> SocketEvent {
    SocketEvent(
      ordinal: number, kind: kind, systemCall: .sendto, direction: .send,
      enterTime: Timestamp(nanoseconds: 1_700_000_001_000_100_000), exitTime: Timestamp(nanoseconds: 1_700_000_001_000_200_000),
      processID: 811, threadID: 812, command: CommandName("nginx"), fileDescriptor: 7, socketID: 0xffff_8881_0000_1000,
      ipProtocol: .tcp, local: Endpoint(address: IPAddress(v4: 0x0a00_0001), port: 80),
      remote: Endpoint(address: IPAddress(high: 0x2001_0db8_0000_0000, low: 5), port: 40_000), tcpSequence: 0xffff_fffe,
      byteCount: 5000, errorNumber: 0, oldState: 1, newState: 8, cgroupID: 99, networkNamespace: 4_026_531_840)
  }

  static let processes = [
    ProcessRecord(
      kind: .existing, time: Timestamp(nanoseconds: 1), processID: 811, threadID: 812, parentProcessID: 1, command: "nginx",
      executable: "/usr/sbin/nginx", arguments: "nginx -g daemon off", cgroup: "/system.slice/nginx.service", cgroupID: 99,
      startTime: Timestamp(nanoseconds: 77)),
    ProcessRecord(kind: .exited, time: Timestamp(nanoseconds: 2), processID: 5, threadID: 5, command: "sh", exitCode: -1),
  ]

  static let samples = [
    StackSample(
      eventType: .onCPU, unit: .microseconds, time: Timestamp(nanoseconds: 1_700_000_001_000_300_000), processID: 811, threadID: 812,
      command: CommandName("nginx"), processor: 3, stack: 1, value: 10_101),
    StackSample(
      eventType: .memoryInUse, unit: .bytes, time: nil, processID: 0, threadID: 0, command: CommandName(""), stack: 2, value: 1 << 40,
      sampleCount: 7),
  ]

  static let frames = [
    StackFrame(
      id: 0, kind: .library, address: 0x7fff_0000_1234, moduleAddress: 0x1234, name: "malloc", module: "/lib/libc.so.6", buildID: "a0ff"),
    StackFrame(id: 1, kind: .kernel, address: 0xffff_ffff_8100_0000, name: "do_syscall_64"),
    StackFrame(id: 0, kind: .library, name: "renamed"),
  ]

  static let stacks = [
    SampledStack(id: 1, frames: [1, 0], truncation: [.userIncomplete, .kernelFrameLimit]), SampledStack(id: 2, frames: []),
  ]

  static let losses = [
    LossRecord(time: Timestamp(nanoseconds: 9), source: .socketEvents, cause: .ringBufferFull, count: 12),
    LossRecord(time: Timestamp(nanoseconds: 10), source: .packets, cause: .kernelDropped, place: "eth0", count: 3, byteCount: 4500),
  ]

  static let statistics = InterfaceStatistics(
    interfaceIndex: 1, time: Timestamp(nanoseconds: 1_700_000_002_000_000_000), received: 2, dropped: 1)

  static let end = RecordingEnd(
    time: Timestamp(nanoseconds: 1_700_000_003_000_000_000), packetCount: 2, socketEventCount: 3, reason: "interrupted")

  /// Payloads of the events, in order; they do not compress.
  static let payloads: [[UInt8]] = [Array("GET / HTTP/1.1\r\n\r\n".utf8), [], [1, 2, 3, 4, 5, 6, 7, 8]]

  /// Writes everything but the end, and flushes.
  static func write(to writer: inout BundleWriter, payloads: [[UInt8]] = SampleBundle.payloads) throws(BundleError) {
    try writeUnflushed(to: &writer, payloads: payloads)
    try writer.flush()
  }

  static func writeUnflushed(to writer: inout BundleWriter, payloads: [[UInt8]] = SampleBundle.payloads) throws(BundleError) {
    try writer.append(info: info)
    try writer.append(clock: clock)
    for interface in interfaces { try writer.append(interface: interface) }
    for process in processes { try writer.append(process: process) }
    try writer.append(packet: packet(1, direction: .outbound), bytes: payloads[0])
    try writer.append(packet: packet(2), bytes: payloads[2])
    for (index, payload) in payloads.enumerated() { try writer.append(socketEvent: event(UInt64(index + 3)), bytes: payload) }
    for sample in samples { try writer.append(sample: sample) }
    for frame in frames { try writer.append(frame: frame) }
    for stack in stacks { try writer.append(stack: stack) }
    for loss in losses { try writer.append(loss: loss) }
    try writer.append(statistics: statistics)
  }

  /// The whole file.
  static func bytes(compressesSocketEvents: Bool = true, payloads: [[UInt8]] = SampleBundle.payloads) throws(BundleError) -> [UInt8] {
    let file = TemporaryFile()
    var writer = try BundleWriter(
      path: file.path, hardware: "x86_64", operatingSystem: "Linux 6.18", application: "deepflow",
      options: BundleWriter.Options(compressesSocketEvents: compressesSocketEvents))
    try write(to: &writer, payloads: payloads)
    try writer.finish(end)
    return file.bytes
  }
}

extension BundleWriter {
  mutating func append(packet header: PacketHeader, bytes: [UInt8]) throws(BundleError) {
    try append(packet: header, bytes.span.bytes)
  }

  mutating func append(socketEvent event: SocketEvent, bytes: [UInt8]) throws(BundleError) {
    try append(socketEvent: event, bytes.span.bytes)
  }
}
