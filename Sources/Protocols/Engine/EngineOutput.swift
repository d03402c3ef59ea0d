package import Capture

/// A place where a stream stopped making sense, or a limit was hit.
package struct ProtocolAnomaly: Sendable {
  package var l7Protocol: L7Protocol
  package var reason: StaticString
  package var time: Timestamp
  package var ordinal: UInt64
}

/// What a call of the engine produced; the caller drains it and hands it back, so that its storage is reused.
package struct EngineOutput: Sendable {
  package var exchanges: [Exchange] = []
  package var anomalies: [ProtocolAnomaly] = []

  package init() {}
}
