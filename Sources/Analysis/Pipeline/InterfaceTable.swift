import Capture
import Transport

/// The interfaces of the capture, as far as they say where on the way of a request a packet was seen.
struct InterfaceTable {
  private struct Entry {
    var interface: CaptureInterface
    /// Once somebody asked for it.
    var name: TextID?
  }

  /// By number; numbers are given from 0 on, and are few (`ObservationNumbering`).
  private var entries: [Entry?] = []

  mutating func add(_ interface: CaptureInterface) {
    let index = Int(interface.index)
    while entries.count <= index { entries.append(nil) }
    entries[index] = Entry(interface: interface)
  }

  mutating func name(_ observer: FlowObserver, _ texts: inout TextTable) -> TextID? {
    guard !observer.isSocket, observer.rawValue < entries.count, let entry = entries[Int(observer.rawValue)] else { return nil }
    if entry.name != nil || entry.interface.name.isEmpty { return entry.name }
    let name = texts.intern(entry.interface.name)
    entries[Int(observer.rawValue)]?.name = name
    return name
  }

  /// `c`, `s` and `local` need the interface's own addresses, which only our recorder writes down.
  func point(_ observer: FlowObserver, client: IPAddress, server: IPAddress) -> ObservationPoint {
    guard !observer.isSocket, observer.rawValue < entries.count, let addresses = entries[Int(observer.rawValue)]?.interface.addresses,
      !addresses.isEmpty
    else { return .rest }
    switch (addresses.contains(client) || client.isLoopback, addresses.contains(server) || server.isLoopback) {
    case (true, true): return .local
    case (true, false): return .clientNIC
    case (false, true): return .serverNIC
    case (false, false): return .rest
    }
  }
}
