import Capture
import Glibc
import Protocols
import Transport

/// Any bytes as a conversation of one protocol, which the environment names (`DEEPFLOW_FUZZ_PROTOCOL`): parsed from the first byte, as if
/// `--decode-as` said so, with gaps, and paired. A trap, a leak of time or memory, or a figure that cannot be is a finding.
///
///     1 byte    how the flow is: bit 0 datagrams, bit 1 recognized rather than given the protocol
///     then, as often as there is: 1 byte: bit 0 from the server, bit 1 a gap, bit 2 cut at its end; 2 bytes: length n, low byte first;
///     without a gap n bytes, or the rest
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  guard let bytes, count > 1 else { return 0 }
  let input = UnsafeBufferPointer(start: bytes, count: count)
  var run = ParserRun(Subject.l7Protocol, isDatagram: input[0] & 1 != 0, isForced: input[0] & 2 == 0)
  var offset = 1
  while offset + 3 <= count {
    let control = input[offset]
    let length = Int(input[offset + 1]) | Int(input[offset + 2]) << 8
    offset += 3
    if control & 2 != 0 {
      run.gap(length + 1, isFromServer: control & 1 != 0)
      continue
    }
    let end = min(count, offset + length)
    run.bytes(Array(input[offset..<end]), isFromServer: control & 1 != 0, isCut: control & 4 != 0)
    offset = end
  }
  run.end()
  return 0
}

/// With `DEEPFLOW_FUZZ_SEEDS=DIRECTORY` the arguments are captures, whose flows become inputs in that directory; then nothing is fuzzed.
@_cdecl("LLVMFuzzerInitialize")
public func initialize(_ argumentCount: UnsafeMutableRawPointer?, _ arguments: UnsafeMutableRawPointer?) -> CInt {
  guard let directory = getenv("DEEPFLOW_FUZZ_SEEDS").map({ String(cString: $0) }) else { return 0 }
  for path in CommandLine.arguments.dropFirst() {
    guard let flows = try? RecordedFlow.all(in: path) else { fatalError("\(path) can be read") }
    for (index, flow) in flows.enumerated() {
      var seed: [UInt8] = [flow.isDatagram ? 1 : 0]
      for chunk in flow.chunks {
        let bytes = chunk.bytes.prefix(0xffff)
        seed += [chunk.isFromClient ? 0 : 1, UInt8(bytes.count & 0xff), UInt8(bytes.count >> 8)] + bytes
      }
      let name = path.split(separator: "/").suffix(2).joined(separator: "_")
      guard let file = fopen("\(directory)/\(name)-\(index)", "wb") else { fatalError("\(directory) can be written to") }
      fwrite(seed, 1, seed.count, file)
      fclose(file)
    }
  }
  exit(0)
}

/// The protocol of this process.
private enum Subject {
  static let l7Protocol: L7Protocol = {
    let name = getenv("DEEPFLOW_FUZZ_PROTOCOL").map { String(cString: $0) } ?? ""
    guard let named = L7Protocol(name: name), L7Protocol.decodable.contains(named) else {
      fatalError("DEEPFLOW_FUZZ_PROTOCOL is '\(name)', not one of \(L7Protocol.decodable.map { "\($0.name)" }.joined(separator: ", "))")
    }
    return named
  }()

  /// With everything that makes a parser do more.
  static let options: ProtocolOptions = {
    var options = ProtocolOptions()
    options.foldsIdentifiers = true
    options.obfuscatedProtocols = Set(L7Protocol.obfuscatable)
    options.customFields = [CustomHeaderField(name: "X-Custom", isOfHTTP: true, isOfHTTP2: true)]
    options.protocolsByPort[forcedPort] = l7Protocol
    return options
  }()
  static let settings = ProtocolSettings(options)
  static let forcedPort: UInt16 = 40_001
  static let freePort: UInt16 = 40_002
}

private struct ParserRun: ~Copyable {
  private var engine = ProtocolEngine(Subject.settings)
  private var flow: FlowConversation
  private let isDatagram: Bool
  private var texts = TextTable()
  private var ordinal: UInt64 = 0

  init(_ l7Protocol: L7Protocol, isDatagram: Bool, isForced: Bool) {
    self.isDatagram = isDatagram || l7Protocol == .ping
    flow = FlowConversation(
      initiatorPort: 40_000, responderPort: isForced ? Subject.forcedPort : Subject.freePort, isDatagram: self.isDatagram,
      isICMP: l7Protocol == .ping, likelyClient: .initiator)
  }

  /// A second passes with every chunk, so that timeouts are met.
  private mutating func nextOrigin() -> ChunkOrigin {
    ordinal += 1
    let time = Timestamp(nanoseconds: 1_700_000_000_000_000_000 + Int64(ordinal) * 1_000_000_000)
    return ChunkOrigin(ordinal: ordinal, time: time, tcpSequence: UInt32(truncatingIfNeeded: ordinal))
  }

  mutating func bytes(_ bytes: [UInt8], isFromServer: Bool, isCut: Bool) {
    let origin = nextOrigin()
    let isTruncated = isCut && isDatagram
    engine.bytes(bytes.span.bytes, origin, from: isFromServer ? .responder : .initiator, isTruncated: isTruncated, of: &flow, &texts)
    check()
  }

  mutating func gap(_ byteCount: Int, isFromServer: Bool) {
    let origin = nextOrigin()
    engine.gap(byteCount, origin, from: isFromServer ? .responder : .initiator, of: &flow, &texts)
    check()
  }

  mutating func end() {
    let time = nextOrigin().time
    engine.end(&flow, ConversationEnd(reason: ordinal % 2 == 0 ? .closed : .silent, time: time), &texts)
    check()
  }

  private mutating func check() {
    for exchange in engine.output.exchanges {
      precondition(exchange.request != nil || exchange.response != nil, "an exchange has a message")
      for message in [exchange.request, exchange.response].compactMap({ $0 }) {
        precondition(
          message.byteCount >= message.capturedByteCount && message.capturedByteCount >= 0, "no more was captured than there was")
        precondition(message.origin.time <= message.lastTime, "a message ends after it began")
        precondition(message.summary.attributes.count <= MessageSummary.attributeLimit, "attributes are few")
      }
    }
    engine.output.exchanges.removeAll(keepingCapacity: true)
    engine.output.anomalies.removeAll(keepingCapacity: true)
  }
}
