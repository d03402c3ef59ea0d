import BundleFormat
import Capture
import Glibc
import Protocols
import Testing
import Transport

@testable import Analysis

/// The work on one thread and on two.
@Suite struct WorkerTests {
  /// Every capture in `fixtures/`, sorted.
  static func captures() -> [String] {
    let root = "/" + #filePath.split(separator: "/").dropLast(4).joined(separator: "/") + "/fixtures"
    var found: [String] = []
    for folder in names(root) {
      for file in names("\(root)/\(folder)") where file.hasSuffix(".pcap") || file.hasSuffix(".pcapng") {
        found.append("\(root)/\(folder)/\(file)")
      }
    }
    return found
  }

  private static func names(_ directory: String) -> [String] {
    guard let stream = opendir(directory) else { return [] }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if !name.hasPrefix(".") { names.append(name) }
    }
    return names.sorted()
  }

  /// Every cell of the flow log and the request log.
  private static func logs(_ paths: [String], workers: Int) throws -> [String] {
    var inputs = try CaptureInputs(paths: paths)
    var pipeline = Pipeline(AnalysisOptions(), workers: workers)
    try inputs.read(into: &pipeline)
    let result = pipeline.finish()
    var texts: [String] = []
    for id in 0..<result.texts.count { texts.append(result.texts.string(TextID(rawValue: UInt32(id)))) }
    let flows = result.flows.map { row in Table.flows.columns.map { "\($0.value(row))" }.joined(separator: " ") }
    let requests = result.requests.map { row in Table.requests.columns.map { "\($0.value(row))" }.joined(separator: " ") }
    return texts + flows + requests + result.anomalyCounts.map { "\($0)" }
  }

  @Test("two workers give what one gives") func sameResult() throws {
    let captures = WorkerTests.captures()
    #expect(captures.count > 10)
    let one = try WorkerTests.logs(captures, workers: 1)
    let two = try WorkerTests.logs(captures, workers: 2)
    #expect(one.count > 500)
    #expect(one == two)
  }

  @Test("a pipeline that is given up in the middle ends its thread instead of waiting for it", .timeLimit(.minutes(1)))
  func abandoned() throws {
    for _ in 0..<20 {
      var inputs = try CaptureInputs(paths: WorkerTests.captures())
      var pipeline = Pipeline(AnalysisOptions(), workers: 2)
      try inputs.read(into: &pipeline)
    }
  }

  @Test("a payload longer than a batch, and one that does not fit any more, arrive whole") func largePayloads() {
    var batch = ObservationBatch()
    let bytes = (0..<ObservationBatch.payloadLimit + 1000).map { UInt8(truncatingIfNeeded: $0 % 251) }
    let large = batch.store(bytes.span.bytes)
    let isWhole = batch.payload(large).elementsEqual(bytes)
    #expect(isWhole)
    let isFull = batch.lacksRoom(for: 1)
    #expect(isFull)
    batch.removeAll()
    let hasRoomAgain = batch.isEmpty && !batch.lacksRoom(for: ObservationBatch.payloadLimit)
    #expect(hasRoomAgain)
  }
}
