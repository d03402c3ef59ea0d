@testable import Analysis
import Capture
import Protocols
import Transport

/// A small result made by hand: curl asks nginx, nginx asks gunicorn, gunicorn asks a cache, at several observation points each.
///
/// 2026-11-22T08:12:03Z is 1795335123 s since the epoch.
struct ShopResult: ~Copyable {
  static let start = Timestamp(nanoseconds: 1_795_335_123_000_000_000)

  var texts = TextTable()
  var requests: [RequestRow] = []
  var spans: [SpanRow] = []

  static func make() -> AnalysisResult {
    var shop = ShopResult()
    shop.add(1, nil, .clientProcess, "curl", 4242, "nginx", 811, 51_000, 80, "GET", "/buy?item=\u{1b}[31m7", 500, 0, 1_320_400)
    shop.add(2, 1, .local, nil, 0, "nginx", 0, 51_000, 80, "GET", "/buy?item=\u{1b}[31m7", 500, 60, 1_320_300)
    shop.add(3, 2, .serverProcess, nil, 0, "nginx", 811, 51_000, 80, "GET", "/buy?item=\u{1b}[31m7", 500, 100, 1_320_200)
    shop.add(4, 3, .clientProcess, "nginx", 811, "gunicorn", 900, 52_000, 8000, "GET", "/buy", 500, 400, 1_319_900)
    shop.add(5, 4, .serverProcess, nil, 0, "gunicorn", 900, 52_000, 8000, "GET", "/buy", 500, 500, 1_319_800)
    shop.add(6, 5, .clientProcess, "gunicorn", 900, "<redis> & \"co\"", 700, 53_000, 6379, "GET", "=stock:7", nil, 2_000, 940_000)
    shop.add(7, 6, .serverProcess, nil, 0, "<redis> & \"co\"", 700, 53_000, 6379, "GET", "=stock:7", nil, 2_100, 939_900)
    shop.add(8, 5, .clientProcess, "gunicorn", 900, "postgres", 701, 53_100, 5432, "SELECT", "orders,日本", nil, 500_000, 1_000_000)
    return shop.finish()
  }

  private mutating func add(
    _ id: UInt64, _ parent: UInt64?, _ point: ObservationPoint, _ client: String?, _ clientProcessID: UInt32, _ server: String,
    _ serverProcessID: UInt32, _ clientPort: UInt16, _ serverPort: UInt16, _ type: String, _ resource: String, _ code: Int32?,
    _ from: Int64, _ to: Int64
  ) {
    var summary = MessageSummary()
    summary.requestType = texts.intern(type)
    summary.requestResource = texts.intern(resource)
    summary.endpoint = texts.intern(resource.split(separator: "?").first.map { String($0) } ?? resource)
    summary.responseCode = code
    if id == 3 { summary.add(texts.intern("user_agent"), texts.intern("curl/8 \"quoted\"")) }
    let isPacket = point == .local
    let start = Timestamp(nanoseconds: ShopResult.start.nanoseconds + from * 1000)
    let end = Timestamp(nanoseconds: ShopResult.start.nanoseconds + to * 1000)
    let clientName = client.map { texts.intern($0) }
    let serverName = texts.intern(server)
    requests.append(
      RequestRow(
        id: id << 16, flowID: UInt64(clientPort), kind: .session, startTime: start, endTime: end, lastByteTime: end,
        source: isPacket ? .packet : .ebpf, observationPoint: point, interfaceName: isPacket ? texts.intern("lo") : nil,
        client: Endpoint(address: IPAddress(v4: 0x7f00_0001), port: clientPort),
        server: Endpoint(address: IPAddress("fd00::1") ?? IPAddress(v4: 0), port: serverPort), ipProtocol: .tcp, l7Protocol: .http,
        isTLS: false, summary: summary, status: code == 500 ? .serverError : .ok, requestXRequestID: nil, responseXRequestID: nil,
        requestByteCount: 80, responseByteCount: 200, capturedRequestByteCount: 80, capturedResponseByteCount: 200,
        requestTCPSequence: UInt32(clientPort), responseTCPSequence: 7, requestThread: nil, responseThread: nil,
        requestSystemCallTraceID: nil, responseSystemCallTraceID: nil,
        clientProcess: clientName.map { ProcessReference(processID: clientProcessID, name: $0) },
        serverProcess: point == .serverProcess ? ProcessReference(processID: serverProcessID, name: serverName) : nil,
        clientService: clientName, serverService: serverName, completeness: id == 8 ? .lowerBound : .complete))
    let instance: TextID
    switch point {
    case .clientProcess: instance = texts.intern("\(client ?? "")[\(clientProcessID)]")
    case .serverProcess: instance = texts.intern("\(server)[\(serverProcessID)]")
    default: instance = texts.intern("lo")
    }
    let depth = parent.flatMap { parent in spans.first { $0.id == parent << 16 }.map { $0.depth + 1 } } ?? 0
    let isThread = [4, 6, 8].contains(id)
    spans.append(
      SpanRow(
        id: id << 16, trace: 1 << 16, parent: parent.map { $0 << 16 }, requestIndex: requests.count - 1, requestRowID: id << 16,
        kind: isPacket ? .network : .systemCall, observationPoint: point,
        service: point == .clientProcess ? (clientName ?? serverName) : serverName, instance: instance,
        name: texts.intern("\(type) \(resource)"), startTime: start, endTime: end, selfTime: 0, depth: depth,
        joinMethod: parent == nil ? nil : isThread ? .thread : .tcpSequence, confidence: parent == nil ? nil : isThread ? 0.98 : 1,
        explanation: parent == nil ? nil : texts.intern("because it is <so>")))
  }

  private mutating func finish() -> AnalysisResult {
    SpanBuilder.fillSelfTimes(&spans, from: 0)
    let trace = TraceRow(
      id: 1 << 16, traceID: nil, startTime: ShopResult.start, endTime: Timestamp(nanoseconds: ShopResult.start.nanoseconds + 1_320_400_000),
      rootSpan: 1 << 16, firstSpan: 0, spanCount: spans.count, services: texts.intern("curl, nginx, gunicorn, <redis> & \"co\", postgres"),
      name: spans[0].name, responseStatus: ResponseStatus.serverError.rawValue, responseCode: 500, confidence: 0.98,
      completeness: .lowerBound)
    let anomaly = AnomalyRow(
      time: ShopResult.start, flowID: 51_000, subject: texts.intern("HTTP"), reason: texts.intern("a line without an end"))
    let loss = LossRecord(time: ShopResult.start, source: .packets, cause: .kernelDropped, place: "lo", count: 3)
    let recording = RecordingInfo(
      recordingID: "00112233445566778899aabbccddeeff", host: "web-1", kernel: "6.18", machine: "x86_64", processorCount: 2,
      program: "deepflow 0.1.0", commandLine: "deepflow record", startTime: ShopResult.start, sources: ["packets", "socket events"],
      missing: [], payloadByteLimit: 4096, options: ["b": "2", "a": "1"])
    return AnalysisResult(
      texts: takeTexts(), recordings: [recording], ends: [], interfaces: [CaptureInterface(index: 0, name: "lo", linkType: .ethernet)],
      interfaceStatistics: [], processes: [], clocks: [], losses: [loss], anomalies: [anomaly],
      anomalyCounts: [("a line without an end", 1)], flows: [],
      requests: requests, traces: [trace], spans: spans, packetCount: 12, socketEventCount: 34, firstTime: ShopResult.start,
      lastTime: Timestamp(nanoseconds: ShopResult.start.nanoseconds + 2_000_000_000))
  }

  private mutating func takeTexts() -> TextTable {
    var taken = TextTable()
    swap(&taken, &texts)
    return taken
  }
}
