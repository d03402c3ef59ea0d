import Capture
import Transport

/// The interfaces of the capture, as far as they say where on the way of a request a packet was seen.
struct InterfaceTable {
  private var interfaces: [UInt32: CaptureInterface] = [:]
  private var names: [UInt32: TextID] = [:]

  mutating func add(_ interface: CaptureInterface) { interfaces[interface.index] = interface }

  mutating func name(_ observer: FlowObserver, _ texts: inout TextTable) -> TextID? {
    if let known = names[observer.rawValue] { return known }
    guard let name = interfaces[observer.rawValue]?.name, !name.isEmpty else { return nil }
    let text = texts.intern(name)
    names[observer.rawValue] = text
    return text
  }

  /// `c`, `s` and `local` need the interface's own addresses, which only our recorder writes down.
  func point(_ observer: FlowObserver, client: IPAddress, server: IPAddress) -> ObservationPoint {
    guard let addresses = interfaces[observer.rawValue]?.addresses, !addresses.isEmpty else { return .rest }
    switch (addresses.contains(client) || client.isLoopback, addresses.contains(server) || server.isLoopback) {
    case (true, true): return .local
    case (true, false): return .clientNIC
    case (false, true): return .serverNIC
    case (false, false): return .rest
    }
  }
}
