import Wire

/// Whether bytes are ZooKeeper: by the first record of a session, which has fixed lengths and zeros, or by a four-letter word on its port.
enum ZooKeeperRecognition {
  static func verdict(_ bytes: RawSpan, _ context: RecognitionContext) -> Recognition {
    guard !context.isDatagram else { return .no }
    let isUsualPort = ZooKeeper.facts.ports.contains(context.destinationPort) || ZooKeeper.facts.ports.contains(context.sourcePort)
    if ZooKeeperParser.isWord(bytes) { return isUsualPort && bytes.byteCount <= 6 ? .certain(.client) : .no }
    if isUsualPort, bytes.byteCount < 4, bytes.uint8(at: 0).map({ $0.isASCIILetter }) ?? true { return .needsMore }
    guard let length = bytes.bigEndian32(at: 0) else {
      // Lengths of records that are looked at are below 2^12 here.
      for index in 0..<bytes.byteCount where index < 2 && bytes.load8(at: index) != 0 { return .no }
      return .needsMore
    }
    guard length >= 8, length <= ZooKeeperParser.headByteLimit else { return .no }
    let end = 4 + Int(length)
    if context.isResynchronizing || isUsualPort, let verdict = record(bytes, end, context) { return verdict }
    guard length == 36 || length == 37 || length == 44 || length == 45 || length == 28 else { return .no }
    guard let version = bytes.bigEndian32(at: 4) else { return .needsMore }
    guard version == 0 else { return .no }
    guard bytes.byteCount >= end else { return .needsMore }
    guard bytes.byteCount == end || length != 28 else { return .no }
    if ZooKeeperParser.connect(bytes, end) != nil { return .certain(.client) }
    return ZooKeeperParser.connected(bytes, end) != nil ? .certain(.server) : .no
  }

  /// A record in the middle of a session, where the port or what came before makes it likely.
  private static func record(_ bytes: RawSpan, _ end: Int, _ context: RecognitionContext) -> Recognition? {
    let isFromServer = context.likelySender.map { $0 == .server } ?? ZooKeeper.facts.ports.contains(context.sourcePort)
    if isFromServer {
      // A transaction's number never has its highest bits set, and an error is one of a few.
      guard let identifier = bytes.bigEndian32(at: 4), let high = bytes.bigEndian32(at: 8), let error = bytes.bigEndian32(at: 16), end >= 20
      else {
        return nil
      }
      let isError = error == 0 || ZooKeeperError.name(Int32(bitPattern: error)) != nil
      let isNumbered = identifier > 0 || high != 0
      return isError && isNumbered && (high < 0x0001_0000 || identifier == UInt32.max) ? .likely(.server) : nil
    }
    guard let identifier = bytes.bigEndian32(at: 4), let operation = bytes.bigEndian32(at: 8), identifier != 0,
      ZooKeeperOperation.isKnown(Int32(bitPattern: operation))
    else { return nil }
    guard ZooKeeperOperation.hasPath(Int32(bitPattern: operation)) else { return end == 12 || operation > 12 ? .likely(.client) : nil }
    guard let pathLength = bytes.bigEndian32(at: 12), pathLength > 0, Int(pathLength) <= end - 16, bytes.uint8(at: 16) == 0x2f else {
      return nil
    }
    return .likely(.client)
  }
}
