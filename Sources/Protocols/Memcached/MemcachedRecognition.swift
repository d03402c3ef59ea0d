import Wire

/// Whether bytes are memcached. Storage commands, values and binary headers are unmistakable; short lines count only on a usual port.
enum MemcachedRecognition {
  static func verdict(_ bytes: RawSpan, _ context: RecognitionContext) -> Recognition {
    let toUsualPort = Memcached.facts.ports.contains(context.destinationPort)
    let fromUsualPort = Memcached.facts.ports.contains(context.sourcePort)
    if context.isDatagram {
      guard let header = MemcachedDatagram.header(bytes), header.reserved == 0 || toUsualPort || fromUsualPort else { return .no }
      return message(bytes, at: MemcachedDatagram.headerByteCount, context, toUsualPort, fromUsualPort, isDatagram: true)
    }
    return message(bytes, at: 0, context, toUsualPort || context.isResynchronizing, fromUsualPort || context.isResynchronizing)
  }

  private static func message(
    _ bytes: RawSpan, at start: Int, _ context: RecognitionContext, _ toUsualPort: Bool, _ fromUsualPort: Bool, isDatagram: Bool = false
  ) -> Recognition {
    guard let first = bytes.uint8(at: start) else { return .needsMore }
    if first == MemcachedBinary.requestMagic || first == MemcachedBinary.responseMagic {
      return binary(bytes, at: start, first == MemcachedBinary.requestMagic ? .client : .server, mayWait: !isDatagram)
    }
    let isServers = context.likelySender.map { $0 == .server } ?? (fromUsualPort && !toUsualPort)
    if !isServers || context.likelySender == nil {
      let verdict = command(bytes, at: start, isUsualPort: toUsualPort)
      if verdict != .no { return isDatagram && verdict == .needsMore ? .no : verdict }
    }
    if isServers || context.likelySender == nil {
      let verdict = reply(bytes, at: start, isUsualPort: fromUsualPort, context)
      if verdict != .no { return isDatagram && verdict == .needsMore ? .no : verdict }
    }
    return .no
  }

  // MARK: Binary

  private static func binary(_ bytes: RawSpan, at start: Int, _ sender: MessageSender, mayWait: Bool) -> Recognition {
    // What is there of a header must be one's: opcode, then lengths and a data type of 0.
    if let opcode = bytes.uint8(at: start + 1), MemcachedBinary.operation(opcode) == nil { return .no }
    if let type = bytes.uint8(at: start + 5), type != 0 { return .no }
    guard bytes.byteCount - start >= MemcachedBinary.headerByteCount else {
      return mayWait ? .needsMore : .no
    }
    guard let operation = MemcachedBinary.operation(bytes.load8(at: start + 1)) else { return .no }
    let keyByteCount = Int(bytes.loadBigEndian16(at: start + 2))
    let extrasByteCount = Int(bytes.load8(at: start + 4))
    let bodyByteCount = Int(bytes.loadBigEndian32(at: start + 8))
    guard keyByteCount <= MemcachedLine.longestKey, keyByteCount + extrasByteCount <= bodyByteCount, bodyByteCount <= 1 << 30 else {
      return keyByteCount == 0 && extrasByteCount == 0 && bodyByteCount == 0 ? plainHeader(bytes, start, operation, sender) : .no
    }
    guard sender == .client else {
      guard MemcachedBinary.statusText(bytes.loadBigEndian16(at: start + 6)) != nil, extrasByteCount == 0 || extrasByteCount == 4 else {
        return .no
      }
      return bodyByteCount == 0 ? plainHeader(bytes, start, operation, sender) : .certain(.server)
    }
    guard operation.extras.contains(extrasByteCount), keyByteCount > 0 || operation.key != .required,
      keyByteCount == 0 || operation.key != .none
    else { return .no }
    return bodyByteCount == 0 ? plainHeader(bytes, start, operation, sender) : .certain(.client)
  }

  /// A header alone has little that could be wrong: its chunk must end with it, or another must begin there.
  private static func plainHeader(
    _ bytes: RawSpan, _ start: Int, _ operation: MemcachedBinary.Operation, _ sender: MessageSender
  ) -> Recognition {
    guard sender == .server || operation.key != .required, bytes.loadBigEndian16(at: start + 6) < 0x100 else { return .no }
    let magic = sender == .client ? MemcachedBinary.requestMagic : MemcachedBinary.responseMagic
    let next = bytes.uint8(at: start + MemcachedBinary.headerByteCount)
    return next == nil || next == magic ? .certain(sender) : .no
  }

  // MARK: Text

  private static func command(_ bytes: RawSpan, at start: Int, isUsualPort: Bool) -> Recognition {
    var wordEnd = start
    while let byte = bytes.uint8(at: wordEnd), wordEnd - start <= 14, byte.isASCIILetter || byte == 0x5f { wordEnd += 1 }
    guard let after = bytes.uint8(at: wordEnd) else { return isUsualPort && wordEnd - start <= 14 ? .needsMore : .no }
    let word = start..<wordEnd
    guard after == 0x20 || after == 0x0d, let verb = MemcachedVerb(word, bytes) else { return .no }
    guard case .line(let line) = MemcachedLine.read(bytes, at: start) else {
      // Only a line of text may go on in the next chunk.
      guard case .incomplete = MemcachedLine.read(bytes, at: start) else { return .no }
      return .needsMore
    }
    guard line.hasCarriageReturn else { return .no }
    var arguments: [Range<Int>] = []
    var words = MemcachedWords(wordEnd..<line.text.upperBound)
    while arguments.count < 64, let argument = words.next(bytes) {
      guard MemcachedLine.isKey(argument, bytes) else { return .no }
      arguments.append(argument)
    }
    func isNumber(_ index: Int) -> Bool {
      guard index < arguments.count else { return false }
      let word = arguments[index]
      return bytes.decimal(in: bytes.load8(at: word.lowerBound) == 0x2d ? word.dropFirst() : word) != nil
    }
    switch verb {
    case .store: return (4...5).contains(arguments.count) && isNumber(1) && isNumber(2) && isNumber(3) ? .certain(.client) : .no
    case .compareAndStore:
      return (5...6).contains(arguments.count) && isNumber(1) && isNumber(2) && isNumber(3) && isNumber(4) ? .certain(.client) : .no
    case .arithmetic: return (2...3).contains(arguments.count) && isNumber(1) ? .likely(.client) : .no
    case .get:
      return !arguments.isEmpty && (isUsualPort || isFollowedByCommand(line, bytes)) ? .likely(.client) : .no
    case .getAndTouch: return arguments.count >= 2 && isNumber(0) ? .likely(.client) : .no
    case .metaSet: return arguments.count >= 2 && isNumber(1) && (isUsualPort || bytes.byteCount > line.end) ? .likely(.client) : .no
    case .metaGet, .metaDelete, .metaArithmetic, .metaDebug, .delete, .touch:
      return isUsualPort && !arguments.isEmpty ? .likely(.client) : .no
    case .metaNoop, .quit, .other: return isUsualPort ? .likely(.client) : .no
    }
  }

  /// The chunk ends with the line, or what follows begins a command.
  private static func isFollowedByCommand(_ line: MemcachedLine, _ bytes: RawSpan) -> Bool {
    guard line.end < bytes.byteCount else { return true }
    var wordEnd = line.end
    while let byte = bytes.uint8(at: wordEnd), wordEnd - line.end <= 14, byte.isASCIILetter || byte == 0x5f { wordEnd += 1 }
    return wordEnd == bytes.byteCount || MemcachedVerb(line.end..<wordEnd, bytes) != nil
  }

  private static func reply(_ bytes: RawSpan, at start: Int, isUsualPort: Bool, _ context: RecognitionContext) -> Recognition {
    let isValue = bytes.hasBytes("VALUE ", at: start)
    guard isValue || isUsualPort else { return .no }
    switch MemcachedLine.read(bytes, at: start) {
    case .incomplete: return bytes.uint8(at: start).map { $0.isASCIILetter || $0.isASCIIDigit } ?? true ? .needsMore : .no
    case .invalid: return .no
    case .line(let line):
      guard line.hasCarriageReturn, let kind = MemcachedReplyLine(line.text, bytes) else { return .no }
      if case .event = kind { return .no }
      // Behind a loss a line may be the end of one, or stand amid a list; but not when the client waited for its end before it asked again.
      if context.isResynchronizing, !context.isAwaited, !isValue, MemcachedReplyLine.mayEndAnother(line.text, bytes) { return .no }
      return .likely(.server)
    }
  }
}
