import CPcap
import Capture
import Glibc

/// What the callback of libpcap needs to know: where packets go, and which interface they are of.
struct PacketContext {
  var sink: UnsafeMutablePointer<RecordingSink>
  var interfaceIndex: UInt32
  var linkType: LinkType
}

/// The packets of one interface.
final class PacketCapture {
  /// How long the kernel keeps packets together before it hands them over, in milliseconds. Not libpcap's immediate mode: that
  /// gives every packet a slot of the full snapshot length.
  static let timeoutMilliseconds: Int32 = 20
  /// Packets taken before others get their turn.
  static let packetsPerTurn: Int32 = 16_384
  /// Of include/linux/socket.h and include/uapi/linux/if_packet.h (since Linux 4.20): packets that are being sent are left out.
  private static let packetLevel: Int32 = 263
  private static let ignoreOutgoingOption: Int32 = 23

  let interface: PacketInterface
  let captureInterface: CaptureInterface
  let pollDescriptor: Int32
  private let handle: OpaquePointer
  private let context: UnsafeMutablePointer<PacketContext>
  private var lastReceived: UInt32 = 0
  private var lastDropped: UInt32 = 0
  private var lastInterfaceDropped: UInt32 = 0
  /// Packets passed to the sink.
  private var delivered: UInt64 = 0
  /// Whether the kernel counts each packet of the loopback interface when it is sent and again when it is received.
  private let countsTwice: Bool
  /// Since the beginning. libpcap's own counters have 32 bits and wrap.
  private(set) var received: UInt64 = 0
  private(set) var dropped: UInt64 = 0
  private(set) var interfaceDropped: UInt64 = 0

  /// Opens and activates; packets are kept by the kernel from here on.
  init(
    _ interface: PacketInterface, index: UInt32, options: RecordingOptions, bufferByteCount: Int, sink: UnsafeMutablePointer<RecordingSink>
  ) throws(RecordingError) {
    let advice = "choose interfaces with -i, or use --no-packets to record system calls only"
    func unavailable(_ reason: String) -> RecordingError {
      .unavailable(part: .packets, reason: "interface \(interface.name): \(reason)", advice: advice)
    }
    var message = [CChar](repeating: 0, count: Int(PCAP_ERRBUF_SIZE))
    guard let handle = pcap_create(interface.name, &message) else { throw unavailable(PacketInterface.text(message)) }
    pcap_set_snaplen(handle, Int32(options.snapLength))
    pcap_set_promisc(handle, 0)
    pcap_set_timeout(handle, PacketCapture.timeoutMilliseconds)
    pcap_set_buffer_size(handle, Int32(clamping: bufferByteCount))
    let hasNanoseconds = pcap_set_tstamp_precision(handle, PCAP_TSTAMP_PRECISION_NANO) == 0
    let status = pcap_activate(handle)
    guard status >= 0, hasNanoseconds else {
      let reason = status < 0 ? PacketCapture.reason(handle, status) : "no time stamps in nanoseconds"
      pcap_close(handle)
      throw unavailable(reason)
    }
    guard pcap_setnonblock(handle, 1, &message) == 0 else {
      pcap_close(handle)
      throw unavailable(PacketInterface.text(message))
    }
    if !options.packetFilter.isEmpty {
      var program = pcap_bpf_program()
      guard pcap_compile(handle, &program, options.packetFilter, 1, PCAP_NETMASK_UNKNOWN) == 0 else {
        let reason = String(cString: pcap_geterr(handle))
        pcap_close(handle)
        throw .usage("filter \"\(options.packetFilter)\" on \(interface.name): \(reason)")
      }
      let status = pcap_setfilter(handle, &program)
      pcap_freecode(&program)
      guard status == 0 else {
        let reason = String(cString: pcap_geterr(handle))
        pcap_close(handle)
        throw unavailable(reason)
      }
    }
    self.handle = handle
    self.interface = interface
    pollDescriptor = pcap_get_selectable_fd(handle)
    countsTwice = interface.isLoopback && !PacketCapture.ignoreOutgoing(pcap_fileno(handle))
    // DLT_ and LINKTYPE_ values differ for a few types; of those that Linux interfaces have only raw IP (12 and 101).
    let dataLink = pcap_datalink(handle)
    let linkType = dataLink == DLT_RAW ? LinkType.raw : LinkType(UInt16(truncatingIfNeeded: dataLink))
    captureInterface = CaptureInterface(
      index: index, name: interface.name, linkType: linkType, snapLength: UInt32(options.snapLength),
      hardwareAddress: interface.hardwareAddress, networkNamespace: PacketCapture.networkNamespace(), addresses: interface.addresses)
    context = .allocate(capacity: 1)
    context.initialize(to: PacketContext(sink: sink, interfaceIndex: index, linkType: linkType))
    // What came before the filter was in force, or while packets still passed twice, the counters need not tell.
    var statistics = pcap_stat()
    guard pcap_stats(handle, &statistics) == 0 else { return }
    if !options.packetFilter.isEmpty {
      lastReceived = statistics.ps_recv
      lastDropped = statistics.ps_drop
    } else if interface.isLoopback, !countsTwice {
      lastReceived = statistics.ps_recv / 2
    }
  }

  deinit {
    pcap_close(handle)
    context.deinitialize(count: 1)
    context.deallocate()
  }

  /// Passes waiting packets to the sink. Returns how many.
  /// - Throws: `RecordingError.unavailable` when the interface is gone.
  func dispatch() throws(RecordingError) -> Int {
    let count = pcap_dispatch(
      handle, PacketCapture.packetsPerTurn,
      { user, header, bytes in
        guard let user, let header, let bytes else { return }
        let context = UnsafeRawPointer(user).assumingMemoryBound(to: PacketContext.self)
        // With nanosecond precision tv_usec holds nanoseconds.
        let time = Timestamp(nanoseconds: Int64(header.pointee.ts.tv_sec) * 1_000_000_000 + Int64(header.pointee.ts.tv_usec))
        let packet = PacketHeader(
          ordinal: 0, time: time, interfaceIndex: context.pointee.interfaceIndex, linkType: context.pointee.linkType,
          originalByteCount: header.pointee.len)
        let captured = UnsafeRawBufferPointer(start: bytes, count: Int(header.pointee.caplen))
        context.pointee.sink.pointee.receive(packet, captured.bytes)
      }, UnsafeMutableRawPointer(context).assumingMemoryBound(to: UInt8.self))
    guard count >= 0 else {
      throw .unavailable(
        part: .packets, reason: "interface \(interface.name): \(String(cString: pcap_geterr(handle)))",
        advice: "its packets up to here are recorded")
    }
    delivered += UInt64(count)
    return Int(count)
  }

  /// What the counters have grown by since the last call.
  func updateStatistics() -> (dropped: UInt64, interfaceDropped: UInt64) {
    var statistics = pcap_stat()
    guard pcap_stats(handle, &statistics) == 0 else { return (0, 0) }
    let newDropped = UInt64(statistics.ps_drop &- lastDropped)
    let newInterfaceDropped = UInt64(statistics.ps_ifdrop &- lastInterfaceDropped)
    received += UInt64(statistics.ps_recv &- lastReceived)
    dropped += newDropped
    interfaceDropped += newInterfaceDropped
    lastReceived = statistics.ps_recv
    lastDropped = statistics.ps_drop
    lastInterfaceDropped = statistics.ps_ifdrop
    return (newDropped, newInterfaceDropped)
  }

  /// Packets received by the filter. An interface that is gone has no counters any more: what came is known.
  var receivedByFilter: UInt64 { max(countsTwice ? received / 2 : received, delivered) }

  /// On the loopback interface a packet passes twice, when it is sent and when it is received, and libpcap passes only the second
  /// on. The first would take room in the buffer all the same, and when it finds none it would be counted as a drop, though nothing
  /// is lost. Returns whether the kernel leaves it out.
  private static func ignoreOutgoing(_ descriptor: Int32) -> Bool {
    var one: Int32 = 1
    return setsockopt(descriptor, packetLevel, ignoreOutgoingOption, &one, socklen_t(MemoryLayout<Int32>.size)) == 0
  }

  private static func reason(_ handle: OpaquePointer, _ status: Int32) -> String {
    let detail = String(cString: pcap_geterr(handle))
    let summary = String(cString: pcap_statustostr(status))
    return detail.isEmpty ? summary : "\(summary): \(detail)"
  }

  private static func networkNamespace() -> UInt64? {
    var status = stat()
    return stat("/proc/self/ns/net", &status) == 0 ? UInt64(status.st_ino) : nil
  }
}
