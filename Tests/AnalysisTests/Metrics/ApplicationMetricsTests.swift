@testable import Protocols
import Capture
import Testing

@testable import Analysis

/// Exchanges of an imaginary node, each seen at some of the points of its way.
@Suite struct ApplicationMetricsTests {
  private struct Truth {
    var start: Int64
    var duration: Int64
    var status: ResponseStatus
    var path: String
  }

  /// Rows of the request log for random exchanges, and the exchanges.
  private static func log(seed: UInt64, count: Int, _ truths: inout [Truth]) -> AnalysisResult {
    var generator = SeededGenerator(seed: seed)
    var maker = RowMaker()
    var rows: [RequestRow] = []
    for number in 0..<count {
      let truth = Truth(
        start: Int64(number) * 40_000 + Int64.random(in: 0..<20_000, using: &generator),
        duration: Int64.random(in: 1...5_000_000, using: &generator),
        status: [.ok, .ok, .clientError, .serverError, .timeout, .unknown].randomElement(using: &generator) ?? .ok,
        path: ["/", "/buy", "/cart"].randomElement(using: &generator) ?? "/")
      truths.append(truth)
      // Every point further from the server saw it earlier and waited longer.
      let points: [ObservationPoint] = [.clientProcess, .clientNIC, .serverNIC, .serverProcess]
      var seen = points.filter { _ in Bool.random(using: &generator) }
      if seen.isEmpty { seen = [.serverNIC] }
      for (position, point) in seen.enumerated() {
        let lead = Int64(seen.count - 1 - position) * 10
        let index = maker.add(
          point, sequence: UInt32(number * 10 + 1), at: truth.start - lead, truth.duration + 2 * lead, process: 1, thread: 1,
          path: truth.path)
        var row = maker.rows[index]
        row.id = UInt64(rows.count + 1) << 16
        // One flow a point carries one exchange at a time.
        row.flowID = UInt64(number * 8 + position)
        row.summary.endpoint = row.summary.requestResource
        row.status = truth.status
        if truth.status == .timeout || truth.status == .unknown {
          row.kind = .request
          row.endTime = row.startTime
        }
        rows.append(row)
      }
    }
    // Halves that no request belongs to are no exchanges.
    if var orphan = rows.first {
      orphan.kind = .response
      orphan.id = 1
      rows.append(orphan)
    }
    rows.sort { ($0.startTime, $0.id) < ($1.startTime, $1.id) }
    var result = Pipeline().finish()
    result.texts = maker.texts
    result.requests = rows
    result.firstTime = rows.first?.startTime
    result.lastTime = rows.last?.endTime
    return result
  }

  @Test("every grouping and every interval counts each exchange once", arguments: [11, 12, 13] as [UInt64])
  func sums(seed: UInt64) throws {
    var truths: [Truth] = []
    let result = Self.log(seed: seed, count: 300, &truths)
    let exchanges = result.exchangeRows()
    #expect(exchanges.count == truths.count, "seed \(seed)")
    #expect(result.requests.count > truths.count)
    let answered = truths.filter { $0.status != .timeout && $0.status != .unknown }
    for names in [[], ["service"], ["endpoint"], ["service", "protocol", "type", "endpoint"], ["client", "server", "status"], ["_id"]] {
      let dimensions = try MetricDimensions.requests.columns(names)
      for interval in [nil, MetricInterval.second, .minute] {
        let view = result.applicationMetrics("application", exchanges, by: dimensions, interval)
        var whole = ApplicationFigures()
        for row in view.rows { whole.merge(row.figures) }
        #expect(whole.requestCount == UInt64(truths.count), "seed \(seed), \(names)")
        #expect(whole.responseCount == UInt64(answered.count))
        #expect(whole.clientErrorCount == UInt64(truths.count { $0.status == .clientError }))
        #expect(whole.serverErrorCount == UInt64(truths.count { $0.status == .serverError }))
        #expect(whole.timeoutCount == UInt64(truths.count { $0.status == .timeout }))
        // The server's own point is the one without anything in front of it, and its duration the exchange's.
        #expect(whole.responseTime.sum == UInt64(answered.reduce(0) { $0 + $1.duration }))
        #expect(whole.responseTime.maximum == answered.map(\.duration).max())
        #expect(view.rows.map(\.time).elementsEqual(view.rows.map(\.time).sorted { ($0 ?? 0) < ($1 ?? 0) }))
      }
    }
  }

  @Test("the figures of a minute are those of its seconds, percentiles included")
  func minutes() throws {
    var truths: [Truth] = []
    let result = Self.log(seed: 21, count: 2500, &truths)
    let dimensions = try MetricDimensions.requests.columns(["endpoint"])
    let seconds = result.applicationMetrics("application", result.exchangeRows(), by: dimensions, .second)
    let minutes = result.applicationMetrics("application_1m", result.exchangeRows(), by: dimensions, .minute)
    #expect(minutes.rows.count > 3)
    for minute in minutes.rows {
      guard let start = minute.time, case .text(let endpoint) = minute.dimensions[0] else { continue }
      var merged = ApplicationFigures()
      for second in seconds.rows {
        guard let time = second.time, case .text(endpoint) = second.dimensions[0] else { continue }
        if time >= start, time < start + 60_000_000 { merged.merge(second.figures) }
      }
      #expect(merged.requestCount == minute.figures.requestCount)
      #expect(merged.responseTime == minute.figures.responseTime)
    }
  }

  @Test("the client's view of an exchange takes longer")
  func client() throws {
    var truths: [Truth] = []
    let result = Self.log(seed: 31, count: 100, &truths)
    let dimensions = try MetricDimensions.requests.columns([])
    let server = result.applicationMetrics("application", result.exchangeRows(), by: dimensions, nil)
    let client = result.applicationMetrics("application", result.exchangeRows(nearestClient: true), by: dimensions, nil)
    #expect(client.rows[0].figures.requestCount == server.rows[0].figures.requestCount)
    #expect(client.rows[0].figures.responseTime.sum > server.rows[0].figures.responseTime.sum)
  }

  @Test("a server that began late, while its client waited, is the same exchange; one that began after it had given up is not")
  func late() {
    var maker = RowMaker()
    maker.add(.clientProcess, sequence: 1, at: 0, 900_000, process: 1, thread: 1)
    maker.add(.serverProcess, sequence: 1, at: 800_000, 50_000, process: 2, thread: 2)
    #expect(ExchangeSelection.rows(of: maker.rows) == [1])
    var apart = RowMaker()
    apart.add(.clientProcess, sequence: 1, at: 0, 100_000, process: 1, thread: 1)
    apart.add(.serverProcess, sequence: 1, at: 800_000, 50_000, process: 2, thread: 2)
    #expect(ExchangeSelection.rows(of: apart.rows) == [0, 1])
  }

  @Test("a long poll counts as a request and an answer, and says nothing of how fast the server is")
  func longPolls() throws {
    var maker = RowMaker()
    for index in 0..<10 { maker.add(.serverProcess, sequence: UInt32(index * 10 + 1), at: Int64(index) * 1000, index < 8 ? 100 : 500_000) }
    var texts = TextTable()
    var figures = ApplicationFigures()
    for (index, row) in maker.rows.enumerated() {
      var row = row
      if index >= 8 { row.summary.markLongPoll(&texts) }
      figures.add(row)
      #expect(row.responseDuration == (index < 8 ? 100 : 500_000))
      #expect(row.summary.attributes.map { texts.string($0.name) } == (index < 8 ? [] : ["long_poll"]))
    }
    #expect(figures.requestCount == 10)
    #expect(figures.responseCount == 10)
    #expect(figures.responseTime.count == 8)
    #expect(figures.responseTime.maximum == 100)
  }

  @Test("ratios are DeepFlow's, in percent, and null where there is nothing to divide by")
  func ratios() throws {
    var maker = RowMaker()
    for index in 0..<8 { maker.add(.serverProcess, sequence: UInt32(index * 10 + 1), at: Int64(index), 100) }
    var figures = ApplicationFigures()
    for (index, status) in [ResponseStatus.ok, .ok, .ok, .clientError, .serverError, .timeout, .timeout, .unknown].enumerated() {
      var row = maker.rows[index]
      row.status = status
      if index > 4 { row.kind = .request }
      figures.add(row)
    }
    let row = MetricRow(time: nil, seconds: 2, dimensions: [], figures: figures)
    let table = ApplicationTables.table("application", by: [], nil, hasLostEvidence: false)
    func value(_ name: String) throws -> Double? {
      switch try #require(table.columns.first { $0.name == name }).value(row) {
      case .real(let value): value
      case .integer(let value), .duration(let value): Double(value)
      default: nil
      }
    }
    let expected: KeyValuePairs = [
      "request": 8, "request_rate": 4, "response": 5, "error": 2, "timeout": 2, "response_ratio": 62.5, "success_ratio": 60,
      "error_ratio": 40, "client_error_ratio": 20, "server_error_ratio": 20, "timeout_ratio": 25, "rrt": 100, "rrt_count": 5,
    ]
    for (name, number) in expected { #expect(try value(name) == number, "\(name)") }
    let empty = MetricRow(time: nil, seconds: 0, dimensions: [], figures: ApplicationFigures())
    for name in ["error_ratio", "timeout_ratio", "request_rate", "rrt", "rrt_p50"] {
      let cell = try #require(table.columns.first { $0.name == name }).value(empty)
      guard case .null = cell else {
        Issue.record("\(name) of nothing is \(cell)")
        continue
      }
    }
  }

  @Test("intervals are aligned to the epoch, also before it")
  func alignment() {
    #expect(MetricInterval.second.start(of: 1_999_999) == 1_000_000)
    #expect(MetricInterval.minute.start(of: 59_999_999) == 0)
    #expect(MetricInterval.second.start(of: -1) == -1_000_000)
    #expect(MetricInterval.minute.start(of: -60_000_000) == -60_000_000)
    #expect(MetricInterval.minute.start(of: Int64.min) == Int64.min)
  }

  @Test("a field that does not exist is refused with the nearest name")
  func unknownField() {
    #expect(throws: SelectionError.unknownField("endpiont", table: "l7_flow_log", nearest: "endpoint")) {
      try MetricDimensions.requests.columns(["service", "endpiont"])
    }
  }
}
