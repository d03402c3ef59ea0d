import Capture
import Glibc

/// The captures of all interfaces. Where every interface was asked for, one that comes up during the recording (a container's) joins
/// it within a second; one that goes away leaves it, and its figures stay.
struct PacketCaptureSet: ~Copyable {
  private let options: RecordingOptions
  private let sink: UnsafeMutablePointer<RecordingSink>
  private var captures: [PacketCapture] = []
  /// Captures of interfaces that are gone.
  private var ended: [PacketCapture] = []
  /// Names that could not be opened when they came up, so that each is reported once.
  private var refused: Set<String> = []
  private var bufferByteCount = 0
  private var nextIndex: UInt32 = 0

  init(options: RecordingOptions, sink: UnsafeMutablePointer<RecordingSink>) {
    self.options = options
    self.sink = sink
  }

  /// Opens the interfaces that the recording begins with.
  mutating func open(_ interfaces: [PacketInterface]) throws(RecordingError) {
    bufferByteCount = NodeSize.packetBufferByteCount(wanted: options.packetBufferByteCount, interfaceCount: interfaces.count)
    for interface in interfaces { _ = try open(interface) }
  }

  var isEmpty: Bool { captures.isEmpty }
  var names: [String] { captures.map(\.interface.name) }
  var pollDescriptors: [Int32] { captures.map(\.pollDescriptor) }

  /// Describes the interfaces in the file, before their first packet.
  func appendInterfaces() {
    for capture in captures { sink.pointee.append(capture.captureInterface) }
  }

  /// Takes what waits on every interface. Returns whether one has more, and the messages of those that are gone.
  mutating func take() -> (hasMore: Bool, messages: [String]) {
    var hasMore = false
    var messages: [String] = []
    for index in captures.indices.reversed() {
      do throws(RecordingError) {
        if try captures[index].dispatch() >= Int(PacketCapture.packetsPerTurn) { hasMore = true }
      } catch {
        messages.append(error.description)
        ended.append(captures.remove(at: index))
      }
    }
    return (hasMore, messages)
  }

  /// Opens interfaces that have come up since. Returns whether the set has changed, and messages about those that could not be opened.
  mutating func addNew() -> (hasChanged: Bool, messages: [String]) {
    guard options.capturesPackets, options.interfaces.isEmpty || options.interfaces.contains("any") else { return (false, []) }
    let open = Set(names)
    let candidates = ProcessFiles.names("/sys/class/net").filter {
      !open.contains($0) && !refused.contains($0) && PacketCaptureSet.isUp($0)
    }
    guard !candidates.isEmpty, let all = try? PacketInterface.all() else { return (false, []) }
    var hasChanged = false
    var messages: [String] = []
    for interface in all where interface.isReal && interface.isUp && candidates.contains(interface.name) {
      do throws(RecordingError) {
        sink.pointee.append(try self.open(interface).captureInterface)
        hasChanged = true
      } catch {
        refused.insert(interface.name)
        messages.append(error.description)
      }
    }
    return (hasChanged, messages)
  }

  /// Appends counters that have changed, and what was dropped.
  func appendCounters() {
    let time = NodeClock.now()
    for capture in captures {
      let before = (capture.received, capture.dropped)
      let new = capture.updateStatistics()
      let name = capture.interface.name
      if (capture.received, capture.dropped) != before {
        sink.pointee.append(
          InterfaceStatistics(
            interfaceIndex: capture.captureInterface.index, time: time, received: capture.receivedByFilter, dropped: capture.dropped))
      }
      if new.dropped > 0 {
        sink.pointee.append(LossRecord(time: time, source: .packets, cause: .kernelDropped, place: name, count: new.dropped))
      }
      if new.interfaceDropped > 0 {
        sink.pointee.append(LossRecord(time: time, source: .packets, cause: .interfaceDropped, place: name, count: new.interfaceDropped))
      }
    }
  }

  func addTotals(to summary: inout RecordingSummary) {
    for capture in captures + ended {
      summary.packetsReceived += capture.receivedByFilter
      summary.packetsDroppedByKernel += capture.dropped
      summary.packetsDroppedByInterface += capture.interfaceDropped
    }
  }

  private mutating func open(_ interface: PacketInterface) throws(RecordingError) -> PacketCapture {
    let capture = try PacketCapture(interface, index: nextIndex, options: options, bufferByteCount: bufferByteCount, sink: sink)
    nextIndex += 1
    captures.append(capture)
    return capture
  }

  /// IFF_UP of the interface's flags.
  private static func isUp(_ name: String) -> Bool {
    guard let text = ProcessFiles.text("/sys/class/net/\(name)/flags"), text.hasPrefix("0x") else { return false }
    return UInt32(text.dropFirst(2).prefix { $0 != "\n" }, radix: 16).map { $0 & 1 == 1 } ?? false
  }
}
