/// Columns of `application` and `application_map`.
extension Column where Row == MetricRow<ApplicationFigures> {
  static func applicationFigures(hasLostEvidence: Bool) -> [Column<Row>] {
    [
      Column("request", .integer, "requests") { Cell($0.figures.requestCount) },
      Column("request_rate", .real, "requests per second") { Cell(rate: $0.figures.requestCount, $0.seconds) },
      Column("response", .integer, "responses") { Cell($0.figures.responseCount) },
      Column("error", .integer, "responses that say that the client or the server failed") { Cell($0.figures.errorCount) },
      Column("client_error", .integer, "responses that blame the client") { Cell($0.figures.clientErrorCount) },
      Column("server_error", .integer, "responses that blame the server") { Cell($0.figures.serverErrorCount) },
      Column("timeout", .integer, "requests that no response came to in time; not among the errors") { Cell($0.figures.timeoutCount) },
      Column("response_ratio", .real, "requests that were answered, %") {
        Cell(real: percentage($0.figures.responseCount, of: $0.figures.requestCount))
      },
      Column("success_ratio", .real, "responses that are no error, %") {
        Cell(real: percentage($0.figures.successCount, of: $0.figures.responseCount))
      },
      Column("error_ratio", .real, "responses that are errors, %") {
        Cell(real: percentage($0.figures.errorCount, of: $0.figures.responseCount))
      },
      Column("client_error_ratio", .real, "responses that blame the client, %") {
        Cell(real: percentage($0.figures.clientErrorCount, of: $0.figures.responseCount))
      },
      Column("server_error_ratio", .real, "responses that blame the server, %") {
        Cell(real: percentage($0.figures.serverErrorCount, of: $0.figures.responseCount))
      },
      Column("timeout_ratio", .real, "requests that no response came to in time, %") {
        Cell(real: percentage($0.figures.timeoutCount, of: $0.figures.requestCount))
      },
    ] + histogram("rrt", "from a request to its response, long polls left out,") { $0.figures.responseTime } + [
      Column("completeness", .text, "complete, or lower_bound when evidence is missing") {
        .name(($0.figures.isComplete && !hasLostEvidence ? Completeness.complete : .lowerBound).name)
      }
    ]
  }
}

extension Column {
  /// Average, sum, count, extremes and percentiles of durations in µs.
  static func histogram(
    _ name: String, _ meaning: String, _ histogram: @escaping @Sendable (borrowing Row) -> LatencyHistogram
  ) -> [Column<Row>] {
    var columns = [
      Column(name, .duration, "µs \(meaning), average") { Cell(duration: histogram($0).average) },
      Column("\(name)_sum", .duration, "µs \(meaning), sum") { Cell(duration: Int64(clamping: histogram($0).sum)) },
      Column("\(name)_count", .integer, "times \(meaning) that were measured") { Cell(histogram($0).count) },
      Column("\(name)_max", .duration, "µs \(meaning), largest") { Cell(duration: histogram($0).maximum) },
    ]
    for percent in [50, 90, 95, 99] {
      columns.append(
        Column("\(name)_p\(percent)", .duration, "µs \(meaning) that \(percent) % do not exceed; at most 0.1 % too high") {
          Cell(duration: histogram($0).percentile(Double(percent)))
        })
    }
    return columns
  }
}

extension Cell {
  init(real value: Double?) { self = value.map { .real($0) } ?? .null }

  /// A count per second; null when there is no time to divide by.
  init(rate count: UInt64, _ seconds: Double) { self = seconds > 0 ? .real(Double(count) / seconds) : .null }
}
