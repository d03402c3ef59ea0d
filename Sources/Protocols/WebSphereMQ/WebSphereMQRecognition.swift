import Wire

/// Whether bytes are IBM MQ: by what begins every segment.
enum WebSphereMQRecognition {
  static func verdict(_ bytes: RawSpan, _ context: RecognitionContext) -> Recognition {
    switch WebSphereMQSegment.read(bytes) {
    case .none: return .no
    case .incomplete: return .needsMore
    case .segment(let segment):
      let ports = WebSphereMQ.facts.ports
      let isFromServer = ports.contains(context.sourcePort)
      // Who sends such segments, who has the usual port, who else seems to.
      if let sender = segment.type.sender { return .certain(sender) }
      if isFromServer != ports.contains(context.destinationPort) { return .certain(isFromServer ? .server : .client) }
      return .certain(context.likelySender ?? .client)
    }
  }
}
