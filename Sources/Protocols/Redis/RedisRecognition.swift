import Wire

/// Whether bytes are RESP. A command is unmistakable; replies are short and plain, so most of them count only from a usual port.
enum RedisRecognition {
  /// Redis, its TLS-free neighbours and Sentinel.
  static let ports: [UInt16] = [6379, 6380, 16379, 26379]
  /// Bytes of a reply that are walked to see whether it is one.
  private static let walkedByteCount = 4096

  static func verdict(_ bytes: RawSpan, _ context: RecognitionContext) -> Recognition {
    guard let first = bytes.uint8(at: 0) else { return .needsMore }
    if context.isResynchronizing { return resynchronize(bytes, context.likelySender ?? .client) }
    let fromUsualPort = ports.contains(context.sourcePort)
    let toUsualPort = ports.contains(context.destinationPort)
    let isServer = context.likelySender.map { $0 == .server } ?? (fromUsualPort && !toUsualPort)
    switch first {
    case RESPType.array:
      return array(bytes, isServer: isServer)
    case RESPType.bulkString, RESPType.map, RESPType.set, RESPType.push, RESPType.verbatimString, RESPType.bulkError, RESPType.attribute:
      return isServer && fromUsualPort ? plainReply(bytes) : wholeReply(bytes)
    case RESPType.simpleString, RESPType.simpleError, RESPType.integer, RESPType.null, RESPType.boolean, RESPType.double,
      RESPType.bigNumber:
      return fromUsualPort && isServer ? plainReply(bytes) : .no
    default:
      return toUsualPort && !isServer ? inline(bytes) : .no
    }
  }

  /// Behind a loss: a server's chunk counts when it is values to its end, of which at least one is whole. That an element of an
  /// array cut by the loss is taken for a reply cannot be excluded: RESP marks no beginnings.
  private static func resynchronize(_ bytes: RawSpan, _ sender: MessageSender) -> Recognition {
    // A line typed by hand is not looked for: any word that is the last argument of a cut command would be one.
    guard sender == .server else { return bytes.load8(at: 0) == RESPType.array ? array(bytes, isServer: false) : .no }
    var offset = 0
    while offset < bytes.byteCount {
      var walker = RESPWalker()
      guard walker.enter(1) else { return .no }
      switch walker.advance(bytes, from: offset, scanned: 0, onlyBulks: false) {
      case .invalid: return .no
      case .done(let end): offset = end
      case .paused, .starved: return offset > 0 ? .likely(.server) : plainReply(bytes)
      }
    }
    return .likely(.server)
  }

  /// `*N\r\n$M\r\n` and a command's word; or a server's array.
  private static func array(_ bytes: RawSpan, isServer: Bool) -> Recognition {
    switch RESPElement.read(bytes, 0) {
    case .incomplete: return .needsMore
    case .invalid: return .no
    case .element(let element):
      guard case .aggregate(let count) = element.kind, count > 0 else { return isServer ? plainReply(bytes) : .no }
      switch RedisCommandParser.bulk(bytes, element.end, atMost: RedisParser.longestWord) {
      case .missing:
        return .needsMore
      case .invalid, .cut:
        return isServer ? plainReply(bytes) : wholeReply(bytes)
      case .whole(let word, _):
        if isServer { return .likely(.server) }
        guard RedisCommandParser.isWord(word, bytes) else { return .no }
        return RedisCommandNames.contains(word, bytes) ? .certain(.client) : .likely(.client)
      }
    }
  }

  /// From a usual port: the first line is in order.
  private static func plainReply(_ bytes: RawSpan) -> Recognition {
    switch RESPElement.read(bytes, 0) {
    case .incomplete: .needsMore
    case .invalid: .no
    case .element: .likely(.server)
    }
  }

  /// From anywhere: a string or an aggregate that fills the chunk exactly, or goes on beyond what is walked of it.
  private static func wholeReply(_ bytes: RawSpan) -> Recognition {
    guard bytes.byteCount > 8 else { return bytes.hasBytes("$-1\r\n", at: 0) && bytes.byteCount == 5 ? .likely(.server) : .no }
    var walker = RESPWalker()
    guard walker.enter(1), case .done(let end) = walker.advance(bytes, from: 0, scanned: 0, onlyBulks: false) else { return .no }
    return end == bytes.byteCount ? .likely(.server) : .no
  }

  /// To a usual port: a known command in a line of text. A web server's port is as free to be 6379 as any other.
  private static func inline(_ bytes: RawSpan) -> Recognition {
    guard bytes.load8(at: 0).isASCIILetter else { return .no }
    var wordEnd = 0
    while wordEnd < min(bytes.byteCount, RedisParser.longestWord), bytes.load8(at: wordEnd) > 0x20 { wordEnd += 1 }
    guard RedisCommandParser.isWord(0..<wordEnd, bytes), wordEnd < RedisParser.longestWord else { return .no }
    guard wordEnd < bytes.byteCount else { return .needsMore }
    guard RedisCommandNames.contains(0..<wordEnd, bytes) else { return .no }
    guard let lineFeed = bytes.firstIndex(of: 0x0a, to: RedisParser.longestInlineCommand) else { return .needsMore }
    for index in 0..<lineFeed where bytes.hasBytes(" HTTP/", at: index) { return .no }
    return .likely(.client)
  }
}
