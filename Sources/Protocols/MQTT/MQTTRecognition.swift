import Wire

/// Whether bytes are MQTT: the first packet of a connection says so; later ones must all be as they must be.
enum MQTTRecognition {
  /// Topics that are shorter may be chance on an unusual port.
  private static let shortestTopic = 3

  static func verdict(_ bytes: RawSpan, _ context: RecognitionContext) -> Recognition {
    switch MQTTParser.fixedHeader(bytes, at: 0) {
    case .none: return .no
    case .incomplete: return bytes.uint8(at: 0).map { isPlausible($0, context) } ?? true ? .needsMore : .no
    case .header(let header):
      if header.kind == .connect { return connect(header, bytes) }
      guard isPlausible(bytes.load8(at: 0), context) else { return .no }
      return chain(bytes, context)
    }
  }

  /// On an unusual port only a connection's beginning and publications are looked for.
  private static func isPlausible(_ first: UInt8, _ context: RecognitionContext) -> Bool {
    first == 0x10 || first >> 4 == 3 || isUsual(context) || context.isResynchronizing
  }

  private static func isUsual(_ context: RecognitionContext) -> Bool {
    MQTT.facts.ports.contains(context.destinationPort) || MQTT.facts.ports.contains(context.sourcePort)
  }

  /// 00 04 "MQTT" or 00 06 "MQIsdp", and a level.
  private static func connect(_ header: MQTTParser.FixedHeader, _ bytes: RawSpan) -> Recognition {
    let start = header.rest.lowerBound
    let isOld = bytes.uint8(at: start + 1) == 6
    let name: StaticString = isOld ? "\u{0}\u{6}MQIsdp" : "\u{0}\u{4}MQTT"
    for index in 0..<min(name.utf8CodeUnitCount, bytes.byteCount - start) where bytes.load8(at: start + index) != name.utf8Start[index] {
      return .no
    }
    guard let level = bytes.uint8(at: start + name.utf8CodeUnitCount) else { return .needsMore }
    return (isOld ? [3] : [4, 5]).contains(level & 0x7f) ? .certain(.client) : .no
  }

  /// Packets that lead from the beginning to the end, of which the last may be cut behind its topic.
  private static func chain(_ bytes: RawSpan, _ context: RecognitionContext) -> Recognition {
    var offset = 0
    var hasTopic = false
    while offset < bytes.byteCount {
      guard case .header(let header) = MQTTParser.fixedHeader(bytes, at: offset) else {
        if case .incomplete = MQTTParser.fixedHeader(bytes, at: offset) { break }
        return .no
      }
      guard offset == 0 || header.kind != .connect else { return .no }
      if header.kind == .publish {
        guard let length = bytes.bigEndian16(at: header.rest.lowerBound) else { break }
        let topic = header.rest.lowerBound + 2..<header.rest.lowerBound + 2 + Int(length)
        guard topic.upperBound <= header.rest.upperBound else { return .no }
        guard isTopic(topic, bytes), !topic.isEmpty || isUsual(context) || context.isResynchronizing else { return .no }
        if Int(length) >= shortestTopic, topic.upperBound <= bytes.byteCount { hasTopic = true }
      }
      offset = header.rest.upperBound
    }
    let sender = context.likelySender ?? (MQTT.facts.ports.contains(context.sourcePort) ? .server : .client)
    if isUsual(context) || context.isResynchronizing { return offset == bytes.byteCount || hasTopic ? .likely(sender) : .needsMore }
    return hasTopic && offset == bytes.byteCount ? .likely(sender) : offset > bytes.byteCount || !hasTopic ? .needsMore : .no
  }

  /// Topics are texts without wildcards; on the wire they are names and slashes.
  private static func isTopic(_ range: Range<Int>, _ bytes: RawSpan) -> Bool {
    for index in range.lowerBound..<min(range.upperBound, bytes.byteCount) {
      let byte = bytes.load8(at: index)
      guard byte >= 0x20, byte != 0x7f, byte != UInt8(ascii: "#"), byte != UInt8(ascii: "+") else { return false }
    }
    return true
  }
}
