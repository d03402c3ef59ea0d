import Wire

/// Whether bytes are ClickHouse's native protocol. Logins, queries, exceptions and plain blocks are unmistakable; what is shorter counts only
/// behind a loss.
enum ClickHouseRecognition {
  static func verdict(_ bytes: RawSpan, _ context: RecognitionContext) -> Recognition {
    guard !context.isDatagram, let first = bytes.uint8(at: 0) else { return .no }
    let isUsual = ClickHouse.facts.ports.contains(context.destinationPort) || ClickHouse.facts.ports.contains(context.sourcePort)
    let sender = context.isResynchronizing ? context.likelySender : nil
    var isShort = false
    if sender != .server {
      switch client(bytes, first, context) {
      case .no: break
      case .needsMore: isShort = true
      case let verdict: return verdict
      }
    }
    if sender != .client {
      switch server(bytes, first, context, isUsual: isUsual) {
      case .no: break
      case .needsMore: isShort = true
      case let verdict: return verdict
      }
    }
    return isShort ? .needsMore : .no
  }

  // MARK: Clients

  private static func client(_ bytes: RawSpan, _ first: UInt8, _ context: RecognitionContext) -> Recognition {
    switch first {
    case 0:
      switch ClickHouseQueryReader.hello(bytes, at: 1) {
      case .invalid: return .no
      case .incomplete: return bytes.byteCount < 2048 && beginsName(bytes) ? .needsMore : .no
      case .read(let hello, let end): return end == bytes.byteCount && !isServer(hello.program, bytes) ? .certain(.client) : .no
      }
    case 1:
      switch ClickHouseQueryReader.guess(bytes, at: 1) {
      case .invalid: return .no
      case .incomplete: return beginsQuery(bytes) ? .needsMore : .no
      case .read: return .certain(.client)
      }
    case 2: return hasBlock(bytes) ? .certain(.client) : isResumedBlock(bytes, context) ? .likely(.client) : .no
    case 4: return context.isResynchronizing && bytes.byteCount == 1 ? .likely(.client) : .no
    default: return .no
    }
  }

  /// A text of a plausible length follows, as far as it is there.
  private static func beginsName(_ bytes: RawSpan) -> Bool {
    guard let length = bytes.uint8(at: 1) else { return true }
    guard (1...100).contains(length) else { return false }
    return bytes.isText(2..<min(bytes.byteCount, 2 + Int(length)))
  }

  /// An identifier, empty or of a UUID's length, and the kind of the query.
  private static func beginsQuery(_ bytes: RawSpan) -> Bool {
    guard let length = bytes.uint8(at: 1) else { return true }
    guard length == 0 || length == 36 else { return false }
    guard bytes.isText(2..<min(bytes.byteCount, 2 + Int(length))) else { return false }
    guard let kind = bytes.uint8(at: 2 + Int(length)) else { return true }
    return (1...2).contains(kind)
  }

  // MARK: Servers

  private static func server(_ bytes: RawSpan, _ first: UInt8, _ context: RecognitionContext, isUsual: Bool) -> Recognition {
    switch first {
    case 0: return greeting(bytes)
    case 1, 7, 8, 10, 14:
      if hasBlock(bytes) { return .certain(.server) }
      return first != 7 && isResumedBlock(bytes, context) ? .likely(.server) : .no
    case 2:
      var cursor = ClickHouseCursor(5)
      guard let name = cursor.line(bytes) else { return cursor.isInvalid || bytes.byteCount > 64 ? .no : .needsMore }
      return name.count >= 4 && bytes.hasBytes("DB::", at: name.lowerBound) ? .certain(.server) : .no
    case 4, 5: return context.isResynchronizing && bytes.byteCount == 1 ? .likely(.server) : .no
    default: return .no
    }
  }

  /// A server names itself so; a client's name has more behind it, or is another.
  private static func isServer(_ name: Range<Int>, _ bytes: RawSpan) -> Bool {
    name.count == 10 && bytes.hasBytes("ClickHouse", at: name.lowerBound)
  }

  private static func greeting(_ bytes: RawSpan) -> Recognition {
    var cursor = ClickHouseCursor(1)
    guard let name = cursor.line(bytes) else { return !cursor.isInvalid && beginsName(bytes) ? .needsMore : .no }
    guard isServer(name, bytes) else { return .no }
    guard let major = cursor.number(bytes), let minor = cursor.number(bytes), let revision = cursor.number(bytes) else {
      return cursor.isInvalid ? .no : .needsMore
    }
    guard major < 1000, minor < 1000, ClickHouseQueryReader.isRevision(revision) else { return .no }
    // A server that says no more than this is not one of today.
    return bytes.byteCount > cursor.offset ? .certain(.server) : .needsMore
  }

  // MARK: Blocks

  /// A packet's number, a table without a name, and what stands before every plain block: fields 1 and 2 with what they say nearly always.
  private static func hasBlock(_ bytes: RawSpan) -> Bool {
    guard bytes.uint8(at: 1) == 0, bytes.uint8(at: 2) == 1, bytes.uint8(at: 3) ?? 2 <= 1, bytes.uint8(at: 4) == 2,
      bytes.uint8(at: 9) == 0 || bytes.uint8(at: 9) == 3
    else { return false }
    return bytes.littleEndian32(at: 5) == .max
  }

  private static func isResumedBlock(_ bytes: RawSpan, _ context: RecognitionContext) -> Bool {
    context.isResynchronizing && bytes.uint8(at: 1) == 0 && ClickHouseBlockWalker.piece(bytes, at: 2) != nil
  }
}
