import Glibc
import Wire

@testable import Protocols

/// The payload of one recorded packet.
struct RecordedChunk: Sendable {
  var sender: MessageSender
  var bytes: [UInt8]
}

/// One connection, or one flow of datagrams, out of a capture in `fixtures`.
struct RecordedConversation: Sendable, CustomStringConvertible {
  var name: String
  var isDatagram: Bool
  var isICMP = false
  var clientPort: UInt16
  var serverPort: UInt16
  var chunks: [RecordedChunk]

  var description: String { name }

  /// The bytes as they went back and forth: consecutive chunks of one sender joined. Datagrams stay apart.
  var runs: [RecordedChunk] {
    guard !isDatagram else { return chunks }
    var runs: [RecordedChunk] = []
    for chunk in chunks {
      if runs.last?.sender == chunk.sender { runs[runs.count - 1].bytes += chunk.bytes } else { runs.append(chunk) }
    }
    return runs
  }

  func recognitionContext(_ sender: MessageSender) -> RecognitionContext {
    RecognitionContext(
      sourcePort: sender == .client ? clientPort : serverPort, destinationPort: sender == .client ? serverPort : clientPort,
      isDatagram: isDatagram, isICMP: isICMP)
  }
}

/// Reads the small captures of `fixtures`: pcap in microseconds or nanoseconds, Ethernet, IPv4 or IPv6 without extensions. It neither
/// reorders nor reassembles, so the fixtures are recorded on loopback, where nothing is lost; a second copy of a segment is passed over.
enum FixtureReader {
  static func conversations(in folder: String) -> [RecordedConversation] {
    files(in: folder).flatMap { file in conversations(file: "\(folder)/\(file)") }
  }

  static let root: String = {
    var components = #filePath.split(separator: "/", omittingEmptySubsequences: false)
    components.removeLast(4)
    return components.joined(separator: "/") + "/fixtures"
  }()

  static func files(in folder: String) -> [String] {
    guard let directory = opendir("\(root)/\(folder)") else { return [] }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name.hasSuffix(".pcap") { names.append(name) }
    }
    return names.sorted()
  }

  static func contents(_ path: String) -> [UInt8] {
    guard let file = fopen("\(root)/\(path)", "rb") else { return [] }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while case let count = fread(&buffer, 1, buffer.count, file), count > 0 { bytes += buffer[0..<count] }
    return bytes
  }

  private struct Flow: Hashable {
    var address: [UInt8]
    var port: UInt16
    var peerAddress: [UInt8]
    var peerPort: UInt16
    var isDatagram: Bool
    var isICMP = false

    var reversed: Flow {
      Flow(address: peerAddress, port: peerPort, peerAddress: address, peerPort: port, isDatagram: isDatagram, isICMP: isICMP)
    }
  }

  static func conversations(file: String) -> [RecordedConversation] {
    let bytes = contents(file)
    let span = bytes.span.bytes
    var order: [Flow] = []
    var chunks: [Flow: [RecordedChunk]] = [:]
    var nextSequence: [Flow: UInt32] = [:]
    var offset = 24
    while let length = span.littleEndian32(at: offset + 8), offset + 16 + Int(length) <= bytes.count {
      let packet = Array(bytes[offset + 16..<offset + 16 + Int(length)])
      offset += 16 + Int(length)
      guard let (flow, sequence, payload, opens) = decode(packet) else { continue }
      // Who opens the connection is the client; where that was not seen, the first to speak.
      if opens, chunks[flow] == nil, chunks[flow.reversed] == nil {
        order.append(flow)
        chunks[flow] = []
      }
      if let sequence, let expected = nextSequence[flow], Int32(bitPattern: sequence &- expected) < 0 { continue }
      if let sequence { nextSequence[flow] = sequence &+ UInt32(payload.count) }
      guard !payload.isEmpty else { continue }
      if chunks[flow] == nil, chunks[flow.reversed] == nil {
        order.append(flow)
        chunks[flow] = []
      }
      if chunks[flow] != nil {
        chunks[flow]?.append(RecordedChunk(sender: .client, bytes: payload))
      } else {
        chunks[flow.reversed]?.append(RecordedChunk(sender: .server, bytes: payload))
      }
    }
    return order.filter { chunks[$0]?.isEmpty == false }.enumerated().map { index, flow in
      RecordedConversation(
        name: "\(file) #\(index)", isDatagram: flow.isDatagram, isICMP: flow.isICMP, clientPort: flow.port, serverPort: flow.peerPort,
        chunks: chunks[flow] ?? [])
    }
  }

  private static func decode(_ packet: [UInt8]) -> (flow: Flow, sequence: UInt32?, payload: [UInt8], opens: Bool)? {
    let span = packet.span.bytes
    guard let etherType = span.bigEndian16(at: 12) else { return nil }
    var transport: UInt8
    var start: Int
    var end: Int
    var source: [UInt8]
    var destination: [UInt8]
    switch etherType {
    case 0x0800:
      guard let first = span.uint8(at: 14), let length = span.bigEndian16(at: 16), let next = span.uint8(at: 23), packet.count >= 34 else {
        return nil
      }
      (transport, start, end) = (next, 14 + Int(first & 15) * 4, 14 + Int(length))
      (source, destination) = (Array(packet[26..<30]), Array(packet[30..<34]))
    case 0x86dd:
      guard let length = span.bigEndian16(at: 18), let next = span.uint8(at: 20), packet.count >= 54 else { return nil }
      (transport, start, end) = (next, 54, 54 + Int(length))
      (source, destination) = (Array(packet[22..<38]), Array(packet[38..<54]))
    default: return nil
    }
    guard end <= packet.count, let sourcePort = span.bigEndian16(at: start), let destinationPort = span.bigEndian16(at: start + 2) else {
      return nil
    }
    if transport == 1 || transport == 58 { return echo(span, source, destination, start, end) }
    let flow = Flow(address: source, port: sourcePort, peerAddress: destination, peerPort: destinationPort, isDatagram: transport == 17)
    switch transport {
    case 6:
      guard let sequence = span.bigEndian32(at: start + 4), let length = span.uint8(at: start + 12) else { return nil }
      let payload = start + Int(length >> 4) * 4
      let flags = span.uint8(at: start + 13) ?? 0
      let isSYN = flags & 0x02 != 0
      return payload <= end ? (flow, isSYN ? nil : sequence, Array(packet[payload..<end]), flags & 0x12 == 0x02) : nil
    case 17: return start + 8 <= end ? (flow, nil, Array(packet[start + 8..<end]), false) : nil
    default: return nil
    }
  }

  /// Echo messages of ICMP and ICMPv6; on loopback the two directions of a flow are told by their type.
  private static func echo(
    _ span: RawSpan, _ source: [UInt8], _ destination: [UInt8], _ start: Int, _ end: Int
  ) -> (Flow, UInt32?, [UInt8], opens: Bool)? {
    guard start + 8 <= end, let type = span.uint8(at: start), [0, 8, 128, 129].contains(type) else { return nil }
    let isReply = type == 0 || type == 129
    let flow = Flow(
      address: source, port: isReply ? 1 : 0, peerAddress: destination, peerPort: isReply ? 0 : 1, isDatagram: true, isICMP: true)
    return (flow, nil, span.extracting(start..<end).withUnsafeBytes { [UInt8]($0) }, false)
  }
}
