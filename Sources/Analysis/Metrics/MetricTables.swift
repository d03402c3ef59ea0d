/// The metric tables of the data model: per second, and under names that end in `_1m` per minute, because percentiles of seconds do not
/// add up to those of a minute.
extension AnalysisResult {
  package func networkTables(
    _ order: [Int], _ interval: MetricInterval
  ) -> (services: MetricView<NetworkFigures>, pairs: MetricView<NetworkFigures>) {
    (
      networkMetrics("network" + interval.tableSuffix, order, by: MetricDimensions.flows.ofServices, interval),
      networkMetrics("network_map" + interval.tableSuffix, order, by: MetricDimensions.flows.ofPairs, interval)
    )
  }

  package func applicationTables(
    _ order: [Int], _ interval: MetricInterval
  ) -> (services: MetricView<ApplicationFigures>, pairs: MetricView<ApplicationFigures>) {
    (
      applicationMetrics("application" + interval.tableSuffix, order, by: MetricDimensions.requests.ofServices, interval),
      applicationMetrics("application_map" + interval.tableSuffix, order, by: MetricDimensions.requests.ofPairs, interval)
    )
  }
}

extension MetricInterval {
  /// What the names of tables with rows of this length end in.
  var tableSuffix: String {
    switch self {
    case .second: ""
    case .minute: "_1m"
    }
  }

  /// In words: "second".
  var name: String {
    switch self {
    case .second: "second"
    case .minute: "minute"
    }
  }
}
