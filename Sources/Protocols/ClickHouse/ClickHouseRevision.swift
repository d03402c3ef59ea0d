/// The revision that both sides of a connection speak: the smaller of the two that they named. What a packet holds depends on it.
///
/// Source: `src/Core/ProtocolDefines.h`.
struct ClickHouseRevision: Hashable, Comparable, Sendable {
  /// Queries without what a client says of itself are older than any server of today.
  static let oldest = ClickHouseRevision(54_032)
  /// The first that names of databases and programs are not likely to be followed by; revisions rise by a few a year.
  static let limit = 60_000

  static let serverTimeZone = ClickHouseRevision(54_058)
  static let quotaKey = ClickHouseRevision(54_060)
  static let displayName = ClickHouseRevision(54_372)
  static let versionPatch = ClickHouseRevision(54_401)
  static let writtenProgress = ClickHouseRevision(54_420)
  static let settingsAsTexts = ClickHouseRevision(54_429)
  static let interserverSecret = ClickHouseRevision(54_441)
  static let openTelemetry = ClickHouseRevision(54_442)
  static let forwardedFor = ClickHouseRevision(54_443)
  static let referrer = ClickHouseRevision(54_447)
  static let distributedDepth = ClickHouseRevision(54_448)
  static let startTime = ClickHouseRevision(54_449)
  static let parallelReplicas = ClickHouseRevision(54_453)
  static let customSerialization = ClickHouseRevision(54_454)
  static let addendum = ClickHouseRevision(54_458)
  static let parameters = ClickHouseRevision(54_459)
  static let elapsedTime = ClickHouseRevision(54_460)
  static let passwordRules = ClickHouseRevision(54_461)
  static let nonce = ClickHouseRevision(54_462)
  static let totalBytes = ClickHouseRevision(54_463)
  static let readOnlyCheck = ClickHouseRevision(54_467)
  static let rowsBeforeAggregation = ClickHouseRevision(54_469)
  static let chunkedPackets = ClickHouseRevision(54_470)
  static let versionedReplicas = ClickHouseRevision(54_471)
  static let grantedRoles = ClickHouseRevision(54_472)
  static let serverSettings = ClickHouseRevision(54_474)
  static let lineNumbers = ClickHouseRevision(54_475)
  static let webToken = ClickHouseRevision(54_476)
  static let queryPlan = ClickHouseRevision(54_477)
  static let clusterFunctions = ClickHouseRevision(54_479)
  static let packedLogs = ClickHouseRevision(54_481)
  static let clientAgent = ClickHouseRevision(54_485)
  static let internalFlag = ClickHouseRevision(54_486)
  static let tablesStatusSecret = ClickHouseRevision(54_487)
  static let currentRoles = ClickHouseRevision(54_488)
  static let handlerName = ClickHouseRevision(54_490)
  static let textOffsets = ClickHouseRevision(54_492)

  /// The revisions at which a query's packet changed, the newest first: a query whose login was not seen is tried with each.
  static let querySteps: [ClickHouseRevision] = [
    textOffsets, currentRoles, internalFlag, clientAgent, webToken, lineNumbers, grantedRoles, parameters, parallelReplicas, startTime,
    distributedDepth, openTelemetry, interserverSecret, settingsAsTexts, versionPatch, quotaKey, oldest,
  ]

  var number: UInt64

  init(_ number: UInt64) { self.number = number }

  static func < (left: ClickHouseRevision, right: ClickHouseRevision) -> Bool { left.number < right.number }
}
