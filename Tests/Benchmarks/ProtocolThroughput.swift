import Capture
import Glibc
import Protocols
import Transport

/// How fast a protocol's conversations are recognized, parsed and paired: its fixtures over and over, each time as new connections, until so
/// many bytes of payload have passed.
///
/// usage: protocol-throughput BYTES (NAME CAPTURE…)…, names and captures separated by "--"
@main
struct ProtocolThroughput {
  static func main() throws {
    let arguments = Array(CommandLine.arguments.dropFirst())
    guard let byteGoal = arguments.first.flatMap({ Int($0) }) else { fatalError("usage: protocol-throughput BYTES NAME CAPTURE… [-- …]") }
    print("protocol         exchanges      ns each   MB/s   bytes each   memory before and after")
    for group in arguments.dropFirst().split(separator: "--") {
      guard let name = group.first else { continue }
      var flows: [RecordedFlow] = []
      for path in group.dropFirst() { flows += try RecordedFlow.all(in: path) }
      measure(name, flows, byteGoal)
    }
  }

  private static func measure(_ name: String, _ flows: [RecordedFlow], _ byteGoal: Int) {
    guard flows.contains(where: { $0.byteCount > 0 }) else { return }
    var bench = Bench()
    // What is learned once (texts, room in tables) is not what is measured.
    for flow in flows { bench.converse(flow) }
    let before = residentByteCount()
    bench.exchangeCount = 0
    var byteCount = 0
    let begin = processorNanoseconds()
    while byteCount < byteGoal {
      for flow in flows { bench.converse(flow) }
      byteCount += flows.reduce(0) { $0 + $1.byteCount }
    }
    let elapsed = processorNanoseconds() - begin
    let after = residentByteCount()
    let count = max(bench.exchangeCount, 1)
    func padded(_ text: String, _ width: Int) -> String { String(repeating: " ", count: max(0, width - text.count)) + text }
    func tenths(_ value: Double) -> String { "\(Int(value)).\(Int(value * 10) % 10)" }
    print(
      name + String(repeating: " ", count: max(0, 14 - name.count)) + padded("\(bench.exchangeCount)", 12)
        + padded("\(elapsed / count)", 13) + padded("\(byteCount * 1000 / max(1, elapsed))", 7) + padded("\(byteCount / count)", 13)
        + "   \(tenths(Double(before) / 1e6)) MB, \(tenths(Double(after) / 1e6)) MB")
  }

  private static func processorNanoseconds() -> Int {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return time.tv_sec * 1_000_000_000 + time.tv_nsec
  }

  private static func residentByteCount() -> Int {
    guard let file = fopen("/proc/self/statm", "r") else { return 0 }
    defer { fclose(file) }
    var line = [CChar](repeating: 0, count: 256)
    guard fgets(&line, 256, file) != nil else { return 0 }
    let fields = line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }.split(separator: 0x20)
    return fields.count > 1 ? (Int(String(decoding: fields[1], as: UTF8.self)) ?? 0) * Int(sysconf(Int32(_SC_PAGESIZE))) : 0
  }
}

private struct Bench: ~Copyable {
  private var engine = ProtocolEngine()
  private var texts = TextTable()
  private var ordinal: UInt64 = 0
  var exchangeCount = 0

  mutating func converse(_ recorded: RecordedFlow) {
    var flow = FlowConversation(
      initiatorPort: recorded.clientPort, responderPort: recorded.serverPort, isDatagram: recorded.isDatagram, isICMP: recorded.isICMP,
      likelyClient: .initiator)
    for chunk in recorded.chunks {
      ordinal += 1
      let origin = ChunkOrigin(ordinal: ordinal, time: Timestamp(nanoseconds: Int64(ordinal) * 1000), tcpSequence: nil)
      engine.bytes(chunk.bytes.span.bytes, origin, from: chunk.isFromClient ? .initiator : .responder, of: &flow, &texts)
    }
    engine.end(&flow, ConversationEnd(reason: .closed, time: Timestamp(nanoseconds: Int64(ordinal) * 1000)), &texts)
    exchangeCount += engine.output.exchanges.count
    engine.output.exchanges.removeAll(keepingCapacity: true)
    engine.output.anomalies.removeAll(keepingCapacity: true)
  }
}
