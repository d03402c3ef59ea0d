import BundleFormat
import Capture
import Protocols
import Testing

@testable import Analysis

/// The main job, offline: one request through a proxy and an application to a cache, as `fixtures/bundle/shop.pcapng` holds it.
@Suite struct ShopBundleTests {
  private static func path() -> String {
    var parts = #filePath.split(separator: "/")
    parts.removeLast(4)
    return "/" + parts.joined(separator: "/") + "/fixtures/bundle/shop.pcapng"
  }

  private static func analyse() throws -> AnalysisResult {
    var inputs = try CaptureInputs(paths: [path()])
    var pipeline = Pipeline()
    try inputs.read(into: &pipeline)
    return pipeline.finish()
  }

  @Test("every hop is seen from system calls on both sides and from packets between") func requests() throws {
    let result = try ShopBundleTests.analyse()
    let seen = result.requests.map { row in
      let kind = row.summary.requestType.map { result.texts.string($0) } ?? ""
      let server = row.serverProcess.map { result.texts.string($0.name) } ?? ""
      return "\(row.observationPoint.name) \(kind) \(server) \(row.status.name)"
    }
    let hops = [("GET", "nginx"), ("GET", "gunicorn"), ("INCRBY", "redis-server"), ("GET", "redis-server")]
    let expected = hops.flatMap { kind, server in ["c-p", "local", "s-p"].map { "\($0) \(kind) \(server) ok" } }
    #expect(seen.sorted() == expected.sorted())
  }

  @Test("they are one trace, and every edge has its reason") func trace() throws {
    let result = try ShopBundleTests.analyse()
    #expect(result.traces.count == 1)
    let services = result.traces.first.map { result.texts.string($0.services) }
    #expect(services == "curl, nginx, gunicorn, redis-server")
    let edges = result.spans.map { span in
      "\(span.depth) \(span.kind.name) \(result.texts.string(span.name)) \(span.joinMethod.map { "\($0.name)" } ?? "root")"
    }
    #expect(
      edges == [
        "0 S GET /buy root", "1 N GET /buy tcp_seq", "2 S GET /buy tcp_seq", "3 S GET /buy syscall", "4 N GET /buy tcp_seq",
        "5 S GET /buy tcp_seq", "6 S INCRBY orders 1 syscall", "7 N INCRBY orders 1 tcp_seq", "8 S INCRBY orders 1 tcp_seq",
        "6 S GET stock syscall", "7 N GET stock tcp_seq", "8 S GET stock tcp_seq",
      ])
  }

  @Test("a child begins after its parent, and self times add up to no more than the root") func times() throws {
    let result = try ShopBundleTests.analyse()
    let byID = Dictionary(uniqueKeysWithValues: result.spans.map { ($0.id, $0) })
    for span in result.spans {
      guard let parent = span.parent.flatMap({ byID[$0] }) else { continue }
      #expect(span.startTime >= parent.startTime)
    }
    let selfTime = result.spans.map(\.selfTime).reduce(0, +)
    #expect(selfTime <= (result.traces.first?.duration ?? 0))
  }

  @Test("the flow log and the request log agree") func flows() throws {
    let result = try ShopBundleTests.analyse()
    let inFlows = result.flows.map { Int($0.requests?.requestCount ?? 0) }.reduce(0, +)
    let inLog = result.requests.count { $0.kind != .response }
    #expect(inFlows == inLog)
    let known = Set(result.flows.map(\.flowID))
    #expect(result.requests.allSatisfy { known.contains($0.flowID) })
  }
}
