import Capture

/// What continues from one input file of an analysis to the next: the numbers of packets and socket events, and the interfaces.
package struct ObservationNumbering: Sendable {
  /// The ordinal of the next packet or socket event. Of a plain capture it is the number of the packet, as Wireshark counts.
  package var nextOrdinal: UInt64 = 1
  /// Interfaces described so far.
  package private(set) var interfaceCount: UInt32 = 0
  /// The interfaces of recordings of our own, by recording: the parts of a rotated recording describe the same ones again.
  private var knownInterfaces: [String: [CaptureInterface]] = [:]

  /// Stacks and frames are numbered anew in every section; in the analysis those of a section follow those of the one before.
  private var stackBase: UInt64 = 0
  private var frameBase: UInt64 = 0
  /// The numbers with which another input goes on.
  package var nextStackBase: UInt64 = 0
  package var nextFrameBase: UInt64 = 0

  package init() {}

  mutating func beginSection() {
    stackBase = nextStackBase
    frameBase = nextFrameBase
  }

  /// The number in the analysis of a stack of the current section; `nil` beyond the limit.
  mutating func stackNumber(_ number: UInt64) -> UInt64? {
    guard number < CaptureLimits.mostStacks else { return nil }
    nextStackBase = max(nextStackBase, stackBase + number + 1)
    return stackBase + number
  }

  mutating func frameNumber(_ number: UInt64) -> UInt64? {
    guard number < CaptureLimits.mostFrames else { return nil }
    nextFrameBase = max(nextFrameBase, frameBase + number + 1)
    return frameBase + number
  }

  /// The number for an interface, and whether it is new. `nil` beyond the limit.
  ///
  /// Within one recording, an interface that equals an earlier one in all but its number is that one.
  mutating func number(_ interface: CaptureInterface, ofRecording recordingID: String?) -> (index: UInt32, isNew: Bool)? {
    var interface = interface
    if let recordingID {
      for known in knownInterfaces[recordingID, default: []] {
        interface.index = known.index
        if interface == known { return (known.index, false) }
      }
    }
    guard interfaceCount < CaptureLimits.mostInterfaces else { return nil }
    interface.index = interfaceCount
    interfaceCount += 1
    if let recordingID { knownInterfaces[recordingID, default: []].append(interface) }
    return (interface.index, true)
  }
}
