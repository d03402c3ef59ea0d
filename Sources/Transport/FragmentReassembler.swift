package import Capture
import Wire

/// Puts fragments of IP datagrams together (RFC 791 §3.2, RFC 8200 §4.5), in any order and with overlaps; of bytes sent twice the
/// first copy counts.
///
/// Bounded: at most `datagramLimit` datagrams wait at once, each for `timeout` of capture time. What is given up is counted.
package struct FragmentReassembler: ~Copyable {
  /// Datagrams that wait for fragments at once.
  package static let datagramLimit = 1024
  /// Fragments of one datagram: 64 KiB in the smallest fragments that IPv4 links must carry (RFC 791 §3.2: 68 bytes).
  package static let fragmentLimit = 1400
  /// Nanoseconds that a datagram waits for its missing fragments, as Linux does (`ipfrag_time`).
  package static let timeout: Int64 = 30_000_000_000
  /// The longest payload of a datagram.
  package static let payloadLimit = 65_535

  /// Fragmented datagrams inside fragmented datagrams.
  private static let nestingLimit = 4

  private struct Key: Hashable {
    var source: IPAddress
    var destination: IPAddress
    var identification: UInt32
    var ipProtocol: IPProtocol
    var interfaceIndex: UInt32
    var tunnelIdentifier: UInt32?
  }

  private struct Datagram {
    var deadline: Int64
    /// The first fragment's IP header (without IPv6 extension headers); empty until it has come.
    var header: [UInt8] = []
    /// What was received, without overlap, in order of arrival.
    var pieces: [(offset: Int, bytes: [UInt8])] = []
    /// The ranges that `pieces` cover, in order, neither overlapping nor touching.
    var received: [Range<Int>] = []
    /// Known once the last fragment has come.
    var payloadByteCount: Int?
    var fragmentCount: UInt32 = 0
    var wireByteCount: UInt64 = 0
    /// The packet that brought the first fragment.
    var first: (header: PacketHeader, packet: DecodedPacket)?

    /// The first `byteCount` bytes of the payload, all of which were received.
    func payload(_ byteCount: Int) -> [UInt8] {
      var payload: [UInt8] = []
      payload.reserveCapacity(byteCount)
      for piece in pieces.sorted(by: { $0.offset < $1.offset }) where piece.offset < byteCount { payload += piece.bytes }
      return payload
    }

    var isComplete: Bool { !header.isEmpty && payloadByteCount.map { received == [0..<$0] } == true }
  }

  /// The beginning of a datagram that was given up, and the packet that brought it: ports, and the first bytes of a message.
  private struct Beginning {
    var header: PacketHeader
    var packet: DecodedPacket
    var bytes: [UInt8]
  }

  /// Beginnings kept until they are asked for.
  private static let beginningLimit = 4096

  /// Fragments whose datagram was never completed: timed out, crowded out, malformed or cut by the capture.
  package private(set) var lostFragmentCount: UInt64 = 0
  private var datagrams: [Key: Datagram] = [:]
  /// Keys in order of arrival: the first one's deadline is the earliest.
  private var arrivals: [Key] = []
  private var beginnings: [Beginning] = []
  private var now = Int64.min

  package init() {}

  /// What became of a fragment.
  package enum Outcome {
    /// Others of its datagram are missing, or it was of no use and is counted.
    case waiting
    /// It was the last missing piece: the datagram from its IP header on, which `packet` now describes and counts in full.
    case whole([UInt8])
    /// It was the last missing piece, but the datagram does not decode.
    case fault(PacketFault)
  }

  /// Takes a packet whose decoding ended in `fragment`. Ask `nextBeginning` after each call.
  package mutating func add(_ bytes: RawSpan, _ header: PacketHeader, _ packet: inout DecodedPacket) -> Outcome {
    guard var datagram = store(bytes, header, &packet) else { return .waiting }
    // A tunnel may carry fragments, and be fragmented itself.
    for _ in 0..<FragmentReassembler.nestingLimit {
      guard let fault = PacketDecoder.decodeInternet(datagram.span.bytes, into: &packet) else { return .whole(datagram) }
      guard fault == .fragment else { return .fault(fault) }
      guard let inner = store(datagram.span.bytes, header, &packet) else { return .waiting }
      datagram = inner
    }
    return .fault(.tooManyHeaders)
  }

  /// Returns the whole datagram when this was the last missing piece.
  private mutating func store(_ bytes: RawSpan, _ header: PacketHeader, _ packet: inout DecodedPacket) -> [UInt8]? {
    now = max(now, header.time.nanoseconds)
    expire()
    guard let fragment = packet.fragment else { return nil }
    let end = fragment.offset + fragment.payloadByteCount
    guard fragment.payloadByteCount > 0, end <= FragmentReassembler.payloadLimit else {
      lostFragmentCount += 1
      return nil
    }
    // RFC 8200 §4.5: all fragments but the last are multiples of eight bytes long. One that is not was cut by a tool that also
    // wrote a shorter length on the wire.
    let isWhole = fragment.payloadOffset + fragment.payloadByteCount <= bytes.byteCount
    guard isWhole, fragment.isLast || fragment.payloadByteCount % 8 == 0 else {
      keepCutBeginning(fragment, bytes, header, packet)
      return nil
    }
    let key = Key(
      source: packet.source.address, destination: packet.destination.address, identification: fragment.identification,
      ipProtocol: fragment.ipProtocol, interfaceIndex: header.interfaceIndex, tunnelIdentifier: packet.tunnelIdentifier)
    if datagrams[key] == nil {
      if datagrams.count >= FragmentReassembler.datagramLimit { giveUp(arrivals[0]) }
      datagrams[key] = Datagram(deadline: now.addingReportingOverflow(FragmentReassembler.timeout).partialValue)
      arrivals.append(key)
    }
    guard FragmentReassembler.keep(fragment, bytes, header, packet, in: &datagrams[key]!) else {
      giveUp(key)
      return nil
    }
    guard let datagram = datagrams[key], datagram.isComplete else { return nil }
    datagrams[key] = nil
    arrivals.removeAll { $0 == key }
    packet.packetCount = datagram.fragmentCount
    packet.wireByteCount = UInt32(clamping: datagram.wireByteCount)
    return datagram.header + datagram.payload(datagram.payloadByteCount ?? 0)
  }

  /// Returns false when the datagram makes no sense any more.
  private static func keep(
    _ fragment: IPFragment, _ bytes: RawSpan, _ header: PacketHeader, _ packet: DecodedPacket, in datagram: inout Datagram
  ) -> Bool {
    let range = fragment.offset..<(fragment.offset + fragment.payloadByteCount)
    datagram.fragmentCount += 1
    datagram.wireByteCount += UInt64(packet.wireByteCount)
    guard datagram.fragmentCount <= fragmentLimit else { return false }
    if fragment.isLast {
      if let known = datagram.payloadByteCount, known != range.upperBound { return false }
      datagram.payloadByteCount = range.upperBound
    }
    let highest = max(range.upperBound, datagram.received.last?.upperBound ?? 0)
    if let known = datagram.payloadByteCount, highest > known { return false }
    if fragment.offset == 0, datagram.header.isEmpty {
      datagram.header = internetHeader(fragment, bytes)
      datagram.first = (header, packet)
    }
    // The parts that are not there yet.
    var position = range.lowerBound
    for known in datagram.received where known.upperBound > position && known.lowerBound < range.upperBound {
      if position < known.lowerBound { datagram.pieces.append((position, copy(bytes, fragment, position..<known.lowerBound))) }
      position = max(position, known.upperBound)
    }
    if position < range.upperBound { datagram.pieces.append((position, copy(bytes, fragment, position..<range.upperBound))) }
    merge(range, into: &datagram.received)
    return true
  }

  private static func copy(_ bytes: RawSpan, _ fragment: IPFragment, _ range: Range<Int>) -> [UInt8] {
    let start = fragment.payloadOffset - fragment.offset + range.lowerBound
    return bytes.extracting(start..<(start + range.count)).withUnsafeBytes { [UInt8]($0) }
  }

  private static func merge(_ range: Range<Int>, into received: inout [Range<Int>]) {
    let first = received.firstIndex { $0.upperBound >= range.lowerBound } ?? received.count
    var last = first
    var merged = range
    while last < received.count, received[last].lowerBound <= range.upperBound {
      merged = min(merged.lowerBound, received[last].lowerBound)..<max(merged.upperBound, received[last].upperBound)
      last += 1
    }
    received.replaceSubrange(first..<last, with: CollectionOfOne(merged))
  }

  /// The IP header for the whole datagram: not a fragment, and of unstated length, as from an interface that segments.
  private static func internetHeader(_ fragment: IPFragment, _ bytes: RawSpan) -> [UInt8] {
    let isIPv4 = bytes.uint8(at: fragment.headerOffset).map { $0 >> 4 == 4 } ?? true
    let byteCount = isIPv4 ? fragment.payloadOffset - fragment.headerOffset : 40
    var header = (0..<byteCount).map { bytes.load8(at: fragment.headerOffset + $0) }
    if isIPv4 {
      header.replaceSubrange(2..<4, with: [0, 0])
      header.replaceSubrange(6..<8, with: [0, 0])
    } else {
      header.replaceSubrange(4..<6, with: [0, 0])
      header[6] = fragment.ipProtocol.rawValue
    }
    return header
  }

  /// A fragment that the capture has cut can complete nothing; the first one still names the flow.
  private mutating func keepCutBeginning(_ fragment: IPFragment, _ bytes: RawSpan, _ header: PacketHeader, _ packet: DecodedPacket) {
    let captured = min(bytes.byteCount - fragment.payloadOffset, fragment.payloadByteCount)
    guard fragment.offset == 0, captured > 0, beginnings.count < FragmentReassembler.beginningLimit else {
      lostFragmentCount += 1
      return
    }
    let payload = FragmentReassembler.copy(bytes, fragment, 0..<captured)
    beginnings.append(
      Beginning(header: header, packet: packet, bytes: FragmentReassembler.internetHeader(fragment, bytes) + payload))
  }

  /// Gives up what still waits: the capture has ended.
  package mutating func giveUpAll() {
    while let first = arrivals.first { giveUp(first) }
  }

  /// The beginning of a datagram that was given up, decoded as far as it goes: its flow, and a payload that is cut. Returns the
  /// header of the packet that brought it, and its bytes from the IP header on.
  package mutating func nextBeginning(into packet: inout DecodedPacket) -> (header: PacketHeader, bytes: [UInt8])? {
    while let beginning = beginnings.popLast() {
      packet = beginning.packet
      // UDP says itself how long it is; nothing else tells how much is missing.
      let fault = PacketDecoder.decodeInternet(
        beginning.bytes.span.bytes, into: &packet, wireByteCount: packet.ipProtocol == .udp ? Int(UInt16.max) : beginning.bytes.count)
      packet.l3ByteCount = beginning.packet.l3ByteCount
      packet.l4ByteCount = UInt32(clamping: beginning.packet.fragment?.payloadByteCount ?? 0)
      if fault == nil { return (beginning.header, beginning.bytes) }
      lostFragmentCount += 1
    }
    return nil
  }

  private mutating func giveUp(_ key: Key) {
    arrivals.removeAll { $0 == key }
    guard let datagram = datagrams.removeValue(forKey: key) else { return }
    guard let first = datagram.first, let start = datagram.received.first, start.lowerBound == 0,
      beginnings.count < FragmentReassembler.beginningLimit
    else {
      lostFragmentCount += UInt64(datagram.fragmentCount)
      return
    }
    lostFragmentCount += UInt64(datagram.fragmentCount - 1)
    beginnings.append(Beginning(header: first.header, packet: first.packet, bytes: datagram.header + datagram.payload(start.upperBound)))
  }

  private mutating func expire() {
    while let first = arrivals.first, let datagram = datagrams[first], datagram.deadline < now { giveUp(first) }
  }
}
