import Wire

/// Whether bytes are IBM MQ: by what begins every segment.
enum WebSphereMQRecognition {
  static func verdict(_ bytes: RawSpan, _ context: RecognitionContext) -> Recognition {
    switch WebSphereMQSegment.read(bytes) {
    case .none: return .no
    case .incomplete: return .needsMore
    case .segment(let segment):
      let isFromServer = WebSphereMQ.facts.ports.contains(context.sourcePort)
      return .certain(segment.type.sender ?? context.likelySender ?? (isFromServer ? .server : .client))
    }
  }
}
