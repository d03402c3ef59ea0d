import CDeepFlow
package import Capture

/// A TCP or UDP socket that was there when the recording began, as /proc/net lists it.
package struct InventorySocket: Hashable, Sendable {
  package var ipProtocol: IPProtocol
  package var local: Endpoint
  package var remote: Endpoint
  /// TCP state; for UDP 7 (unconnected) or 1.
  package var state: UInt8
  package var inode: UInt64

  /// TCP sockets that listen, and UDP sockets that take datagrams from anyone.
  package var isListening: Bool { ipProtocol == .tcp ? state == 10 : state == 7 }
}

/// The sockets of every network namespace and who holds them.
package enum SocketInventory {
  /// A socket in the hands of a process.
  package struct Holding {
    package var socket: InventorySocket
    package var processID: UInt32
    package var fileDescriptor: Int32
    package var networkNamespace: UInt32
  }

  /// Passes every socket once for each process that has it open, in the order of process and descriptor.
  package static func forEachHolding(_ body: (Holding) -> Void) {
    var socketsByNamespace: [UInt32: [UInt64: InventorySocket]] = [:]
    for processID in ProcessFiles.numbers("/proc").sorted() {
      guard let link = ProcessFiles.link("/proc/\(processID)/ns/net"), let namespace = inode(link, prefix: "net:[") else { continue }
      let namespaceID = UInt32(truncatingIfNeeded: namespace)
      if socketsByNamespace[namespaceID] == nil { socketsByNamespace[namespaceID] = readNamespace(of: processID) }
      var seen: Set<UInt64> = []
      for descriptor in ProcessFiles.numbers("/proc/\(processID)/fd").sorted() {
        guard let target = ProcessFiles.link("/proc/\(processID)/fd/\(descriptor)"), let inode = inode(target, prefix: "socket:["),
          let socket = socketsByNamespace[namespaceID]?[inode], seen.insert(inode).inserted
        else { continue }
        body(
          Holding(
            socket: socket, processID: processID, fileDescriptor: Int32(truncatingIfNeeded: descriptor), networkNamespace: namespaceID))
      }
    }
  }

  private static func readNamespace(of processID: UInt32) -> [UInt64: InventorySocket] {
    var sockets: [UInt64: InventorySocket] = [:]
    for (name, ipProtocol) in [("tcp", IPProtocol.tcp), ("tcp6", .tcp), ("udp", .udp), ("udp6", .udp)] {
      guard let text = ProcessFiles.text("/proc/\(processID)/net/\(name)") else { continue }
      for line in text.split(separator: "\n").dropFirst() {
        guard let socket = parse(line, ipProtocol), socket.inode != 0 else { continue }
        sockets[socket.inode] = socket
      }
    }
    return sockets
  }

  /// The number in `socket:[4711]` or `net:[4026531840]`.
  private static func inode(_ link: String, prefix: String) -> UInt64? {
    guard link.hasPrefix(prefix), link.hasSuffix("]") else { return nil }
    return UInt64(link.dropFirst(prefix.count).dropLast())
  }

  /// A line of /proc/net/tcp and its kin (proc(5)): `sl local remote state queues timer retransmissions uid timeout inode …`.
  static func parse(_ line: some StringProtocol, _ ipProtocol: IPProtocol) -> InventorySocket? {
    let fields = line.split(separator: " ", maxSplits: 10)
    guard fields.count > 9, let local = endpoint(fields[1]), let remote = endpoint(fields[2]), let state = UInt8(fields[3], radix: 16),
      let inode = UInt64(fields[9])
    else { return nil }
    return InventorySocket(ipProtocol: ipProtocol, local: local, remote: remote, state: state, inode: inode)
  }

  /// `0100007F:1F90`: the address as 32-bit words, each printed in host order though held in network order.
  private static func endpoint(_ text: some StringProtocol) -> Endpoint? {
    let parts = text.split(separator: ":")
    guard parts.count == 2, let port = UInt16(parts[1], radix: 16) else { return nil }
    let digits = Array(parts[0].utf8)
    guard digits.count == 8 || digits.count == 32 else { return nil }
    var words: [UInt32] = []
    for start in stride(from: 0, to: digits.count, by: 8) {
      guard let word = UInt32(String(decoding: digits[start..<start + 8], as: UTF8.self), radix: 16) else { return nil }
      words.append(word.bigEndian)
    }
    if words.count == 1 { return Endpoint(address: IPAddress(v4: words[0]), port: port) }
    return Endpoint(
      address: IPAddress(high: UInt64(words[0]) << 32 | UInt64(words[1]), low: UInt64(words[2]) << 32 | UInt64(words[3])), port: port)
  }
}

extension SocketInventory.Holding {
  /// The record of it, as if the BPF side had seen it. The socket's identity is not known: `socket_id` is 0.
  func kernelRecord(command: String, monotonicNanoseconds: Int64) -> df_event {
    var event = df_event()
    event.record_bytes = UInt32(MemoryLayout<df_event>.size)
    event.kind = UInt8((socket.isListening ? DF_KIND_LISTENING : DF_KIND_EXISTING).rawValue)
    event.protocol = socket.ipProtocol.rawValue
    event.enter_ns = UInt64(clamping: monotonicNanoseconds)
    event.exit_ns = event.enter_ns
    event.process_id = processID
    event.thread_id = processID
    withUnsafeMutableBytes(of: &event.command) { $0.copyBytes(from: command.utf8.prefix(15)) }
    func put(
      _ address: IPAddress,
      _ field: inout (UInt8, UInt8, UInt8, UInt8, UInt8, UInt8, UInt8, UInt8, UInt8, UInt8, UInt8, UInt8, UInt8, UInt8, UInt8, UInt8)
    ) {
      withUnsafeMutableBytes(of: &field) {
        $0.storeBytes(of: address.high.bigEndian, as: UInt64.self)
        $0.storeBytes(of: address.low.bigEndian, toByteOffset: 8, as: UInt64.self)
      }
    }
    put(socket.local.address, &event.local_address)
    put(socket.remote.address, &event.remote_address)
    event.local_port = socket.local.port
    event.remote_port = socket.remote.port
    event.fd = fileDescriptor
    event.flags = UInt16(DF_FLAG_FILE_DESCRIPTOR)
    event.network_namespace = networkNamespace
    if socket.ipProtocol == .tcp { event.new_state = socket.state }
    return event
  }
}
