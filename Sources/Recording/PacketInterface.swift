import CPcap
package import Capture
import Glibc

/// An interface of this node, as libpcap lists it.
package struct PacketInterface: Hashable, Sendable {
  package var name: String
  package var isUp: Bool
  package var isLoopback: Bool
  /// A device of the kernel's network stack, and not one of libpcap's pseudo devices (`any`, `nflog`, `usbmon0`, `bluetooth0`, …).
  package var isReal: Bool
  package var addresses: [IPAddress]
  package var description: String

  /// Every interface, in libpcap's order.
  package static func all() throws(RecordingError) -> [PacketInterface] {
    var list: UnsafeMutablePointer<pcap_if_t>?
    var message = [CChar](repeating: 0, count: Int(PCAP_ERRBUF_SIZE))
    guard pcap_findalldevs(&list, &message) == 0 else {
      throw .unavailable(part: .packets, reason: text(message), advice: "use --no-packets to record system calls only")
    }
    defer { pcap_freealldevs(list) }
    var interfaces: [PacketInterface] = []
    var next = list
    while let device = next {
      let name = String(cString: device.pointee.name)
      let flags = device.pointee.flags
      interfaces.append(
        PacketInterface(
          name: name, isUp: flags & UInt32(PCAP_IF_UP) != 0, isLoopback: flags & UInt32(PCAP_IF_LOOPBACK) != 0,
          isReal: if_nametoindex(name) != 0, addresses: addresses(device.pointee.addresses),
          description: device.pointee.description.map { String(cString: $0) } ?? ""))
      next = device.pointee.next
    }
    return interfaces
  }

  /// The interfaces that `names` mean: every one that is up for none and for `any`, else each that is named.
  /// - Throws: `RecordingError.unavailable` for a name that does not exist, with the names that do.
  package static func selected(_ names: [String]) throws(RecordingError) -> [PacketInterface] {
    let all = try all()
    let up = all.filter { $0.isReal && $0.isUp }
    guard !names.isEmpty, !names.contains("any") else {
      guard !up.isEmpty else {
        throw .unavailable(part: .packets, reason: "no interface is up", advice: "use --no-packets to record system calls only")
      }
      return up
    }
    var selected: [PacketInterface] = []
    for name in names where !selected.contains(where: { $0.name == name }) {
      guard let interface = all.first(where: { $0.name == name && $0.isReal }) else {
        throw .unavailable(
          part: .packets, reason: "there is no interface \(name)", advice: "-D lists them (up: \(up.map(\.name).joined(separator: ", ")))")
      }
      selected.append(interface)
    }
    return selected
  }

  /// The hardware address, when there is one other than zeros.
  var hardwareAddress: UInt64? {
    guard let text = ProcessFiles.text("/sys/class/net/\(name)/address") else { return nil }
    let bytes = text.prefix { $0 != "\n" }.split(separator: ":").compactMap { UInt64($0, radix: 16) }
    guard bytes.count == 6 else { return nil }
    let address = bytes.reduce(0) { $0 << 8 | $1 }
    return address == 0 ? nil : address
  }

  private static func addresses(_ list: UnsafeMutablePointer<pcap_addr>?) -> [IPAddress] {
    var addresses: [IPAddress] = []
    var next = list
    while let entry = next {
      next = entry.pointee.next
      guard let address = entry.pointee.addr else { continue }
      let bytes = UnsafeRawPointer(address)
      switch Int32(address.pointee.sa_family) {
      case AF_INET:
        addresses.append(IPAddress(v4: bytes.loadUnaligned(fromByteOffset: 4, as: UInt32.self).bigEndian))
      case AF_INET6:
        addresses.append(
          IPAddress(
            high: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self).bigEndian,
            low: bytes.loadUnaligned(fromByteOffset: 16, as: UInt64.self).bigEndian))
      default: continue
      }
    }
    return addresses
  }

  static func text(_ message: [CChar]) -> String {
    message.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
  }
}
