import Wire

/// Lines that servers send. A value is stepped over; a list goes on until its last line.
enum MemcachedReplyParser {
  static func parse(
    _ bytes: RawSpan, _ context: ParseContext, _ conversation: inout MemcachedConversation
  ) -> ParseStep<MemcachedMessage> {
    let line: MemcachedLine
    switch MemcachedLine.read(bytes, at: 0, scanned: context.scannedByteCount) {
    case .incomplete(let scanned):
      return mayBegin(bytes) ? .incomplete(scannedByteCount: scanned) : .invalid("not a line of a server")
    case .invalid(let reason): return .invalid(reason)
    case .line(let read): line = read
    }
    if context.continues { return goOn(line, bytes, &conversation) }
    guard let kind = MemcachedReplyLine(line.text, bytes) else { return .invalid("not a line of a server") }
    switch kind {
    case .event:
      return .message(MemcachedMessage(.event(line: line.text), .oneWay), MessageExtent(byteCount: line.end))
    case .single(let outcome):
      let reply = MemcachedReply(line: line.text, outcome: outcome)
      let role = conversation.noteReply(signature(line.text, outcome, bytes))
      return .message(MemcachedMessage(.reply(reply), role), MessageExtent(byteCount: line.end))
    case .metaValue(let byteCount):
      let role = conversation.noteReply(signature(line.text, .ok, bytes))
      return .message(
        MemcachedMessage(.reply(MemcachedReply(line: line.text, outcome: .ok)), role),
        MessageExtent(byteCount: line.end, skippedByteCount: byteCount + 2))
    case .item(let dataByteCount):
      conversation.valueCount = dataByteCount == nil ? 0 : 1
      let role = conversation.noteReply(MemcachedSignature(.plain))
      return .message(
        MemcachedMessage(.reply(MemcachedReply(line: line.text, outcome: .ok)), role),
        MessageExtent(byteCount: line.end, skippedByteCount: dataByteCount.map { $0 + 2 } ?? 0, ending: .continues))
    }
  }

  /// A further line of a list.
  private static func goOn(
    _ line: MemcachedLine, _ bytes: RawSpan, _ conversation: inout MemcachedConversation
  ) -> ParseStep<MemcachedMessage> {
    let text = line.text
    if text.count == 3 && bytes.hasBytes("END", at: text.lowerBound) || text.count == 2 && bytes.hasBytes("EN", at: text.lowerBound) {
      let content = MemcachedMessage.Content.listEnd(valueCount: conversation.valueCount)
      return .part(MemcachedMessage(content, .interim), MessageExtent(byteCount: line.end))
    }
    // ElastiCache puts an empty line behind a configuration.
    if text.isEmpty { return .part(nil, MessageExtent(byteCount: line.end, ending: .continues)) }
    switch MemcachedReplyLine(text, bytes) {
    case .item(let dataByteCount)?:
      if dataByteCount != nil { conversation.valueCount += 1 }
      return .part(
        nil, MessageExtent(byteCount: line.end, skippedByteCount: dataByteCount.map { $0 + 2 } ?? 0, ending: .continues))
    case .single(let outcome)? where outcome != .ok:
      // The server failed amid the list.
      let reply = MemcachedReply(line: text, outcome: outcome)
      return .part(MemcachedMessage(.reply(reply), .interim), MessageExtent(byteCount: line.end))
    default: return .invalid("not a line of a list")
    }
  }

  /// Whether the first bytes can be a line's: foreign bytes must not wait for a line end.
  private static func mayBegin(_ bytes: RawSpan) -> Bool {
    guard let first = bytes.uint8(at: 0) else { return true }
    return first.isASCIILetter || first.isASCIIDigit || first == 0x0d
  }

  private static func signature(
    _ line: Range<Int>, _ outcome: MemcachedReply.Outcome, _ bytes: RawSpan
  ) -> MemcachedSignature {
    guard outcome == .ok else { return MemcachedSignature(.error) }
    var words = MemcachedWords(line)
    guard let word = words.next(bytes), word.count == 2, let code = bytes.bigEndian16(at: word.lowerBound), MetaReplyWord.isOne(code) else {
      return MemcachedSignature(.plain)
    }
    var signature = MemcachedSignature(.metaReply(code))
    while let flag = words.next(bytes) {
      guard flag.count > 1 else { continue }
      if bytes.load8(at: flag.lowerBound) == 0x4f { signature.opaque = MemcachedLine.digest(flag, bytes) }
      if bytes.load8(at: flag.lowerBound) == 0x6b { signature.key = MemcachedLine.digest(flag.dropFirst(), bytes) }
    }
    return signature
  }
}

/// What the first word of a server's line says of what follows.
enum MemcachedReplyLine {
  /// A reply of one line.
  case single(MemcachedReply.Outcome)
  /// `VA`, with so many bytes of data behind the line, which end the reply.
  case metaValue(Int)
  /// One of a list that `END` or `EN` ends, with data behind it when it is a value.
  case item(Int?)
  /// A line of the log that WATCH shows.
  case event

  init?(_ line: Range<Int>, _ bytes: RawSpan) {
    var words = MemcachedWords(line)
    guard let word = words.next(bytes), word.lowerBound == line.lowerBound else { return nil }
    func isWord(_ text: StaticString) -> Bool { word.count == text.utf8CodeUnitCount && bytes.hasBytes(text, at: word.lowerBound) }
    func isAlone(_ text: StaticString) -> Bool { isWord(text) && word.upperBound == line.upperBound }
    if bytes.load8(at: word.lowerBound).isASCIIDigit {
      // The new value of a counter.
      guard bytes.decimal(in: word) != nil || word.count == 20, word.upperBound == bytes.trimmingBlanks(line).upperBound else { return nil }
      self = .single(.ok)
      return
    }
    switch word.count {
    case 2 where isWord("VA"):
      guard let size = words.next(bytes), let length = bytes.decimal(in: size), length <= MemcachedCommandParser.longestValue else {
        return nil
      }
      self = .metaValue(length)
    case 2
    where isWord("HD") || isWord("EN") || isWord("NF") || isWord("NS") || isWord("EX") || isWord("ME") || isAlone("MN") || isAlone("OK"):
      self = .single(.ok)
    case 2 where isWord("mg"): self = .item(nil)
    case 3 where isAlone("END"): self = .single(.ok)
    case 4 where isWord("STAT") || isWord("ITEM"): self = .item(nil)
    case 4 where isWord("BUSY") || isAlone("SAME"): self = .single(.ok)
    case 5 where isWord("VALUE"):
      guard let length = MemcachedReplyLine.valueByteCount(&words, bytes) else { return nil }
      self = .item(length)
    case 5 where isAlone("ERROR") || isWord("ERROR"): self = .single(.clientError)
    case 5 where isAlone("RESET"): self = .single(.ok)
    case 6 where isAlone("STORED") || isAlone("EXISTS"): self = .single(.ok)
    case 6 where isWord("PREFIX"): self = .item(nil)
    case 6 where isWord("CONFIG"):
      guard let length = MemcachedReplyLine.valueByteCount(&words, bytes) else { return nil }
      self = .item(length)
    case 6 where isWord("UNSAFE"): self = .single(.ok)
    case 7 where isAlone("DELETED") || isAlone("TOUCHED") || isWord("VERSION") || isWord("NOSPARE") || isWord("NOTFULL"):
      self = .single(.ok)
    case 8 where isWord("BADCLASS"): self = .single(.clientError)
    case 9 where isAlone("NOT_FOUND"): self = .single(.ok)
    case 10 where isAlone("NOT_STORED"): self = .single(.ok)
    case 12 where isWord("CLIENT_ERROR"): self = .single(.clientError)
    case 12 where isWord("SERVER_ERROR"): self = .single(.serverError)
    default:
      // `key=… exp=…` of LRU_CRAWLER METADUMP, `ts=… gid=…` of WATCH.
      if bytes.hasBytes("key=", at: word.lowerBound), word.upperBound <= line.upperBound {
        self = .item(nil)
      } else if bytes.hasBytes("ts=", at: word.lowerBound) {
        self = .event
      } else {
        return nil
      }
    }
  }

  /// Whether a line can be what is left of another one, or of a list: a number, `END`, `ERROR` behind `SERVER_` and so on.
  static func mayEndAnother(_ line: Range<Int>, _ bytes: RawSpan) -> Bool {
    switch MemcachedReplyLine(line, bytes) {
    case .single(let outcome)?:
      if bytes.load8(at: line.lowerBound).isASCIIDigit { return true }
      if bytes.hasBytes("END", at: line.lowerBound) || line.count == 2 && bytes.hasBytes("EN", at: line.lowerBound) { return true }
      return outcome != .ok && bytes.hasBytes("ERROR", at: line.lowerBound)
    case .item?: return true
    default: return false
    }
  }

  /// `VALUE key flags bytes [cas]`.
  private static func valueByteCount(_ words: inout MemcachedWords, _ bytes: RawSpan) -> Int? {
    guard let key = words.next(bytes), MemcachedLine.isKey(key, bytes), let flags = words.next(bytes), bytes.decimal(in: flags) != nil,
      let size = words.next(bytes), let length = bytes.decimal(in: size), length <= MemcachedCommandParser.longestValue
    else { return nil }
    if let unique = words.next(bytes), bytes.decimal(in: unique) == nil, unique.count != 20 { return nil }
    return words.next(bytes) == nil ? length : nil
  }
}
