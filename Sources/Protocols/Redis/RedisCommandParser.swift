import Wire

/// What clients send: arrays of bulk strings, and lines typed by hand.
enum RedisCommandParser {
  /// An array of bulk strings: the word, then the arguments.
  static func command(_ bytes: RawSpan, _ context: ParseContext, _ conversation: inout RedisConversation) -> ParseStep<RedisMessage> {
    let array: RESPElement
    switch RESPElement.read(bytes, 0) {
    case .incomplete: return .incomplete(scannedByteCount: 0)
    case .invalid(let reason): return .invalid(reason)
    case .element(let element): array = element
    }
    // Servers ignore an empty command.
    guard case .aggregate(let count) = array.kind, count > 0 else { return .padding(byteCount: array.end) }

    let word: Range<Int>
    switch bulk(bytes, array.end, atMost: RedisParser.longestWord) {
    case .missing(let length):
      guard length ?? 0 <= RedisParser.longestWord else { return .invalid("a command's word longer than the limit") }
      return .incomplete(scannedByteCount: 0)
    case .invalid(let reason): return .invalid(reason)
    case .cut: return .invalid("a command's word longer than the limit")
    case .whole(let range, _): word = range
    }
    guard isWord(word, bytes) else { return .invalid("a command's word that is no word") }

    var reader = ArgumentReader(offset: word.upperBound + 2, remaining: count - 1)
    reader.read(bytes)
    if let reason = reader.invalid { return .invalid(reason) }
    if reader.isStarved, !context.isTruncated { return .incomplete(scannedByteCount: 0) }

    let kind = RedisCommandKind(word, reader.first, reader.second, argumentCount: count - 1, bytes)
    let command = RedisCommand(
      word: word, arguments: word.upperBound + 2..<reader.offset, shownArgumentCount: reader.shownCount, isInline: false,
      isQueued: conversation.isInTransaction)
    let message = RedisMessage(content: .command(command), role: conversation.noteCommand(kind))
    if reader.isStarved { return .message(message, MessageExtent(byteCount: bytes.byteCount)) }

    var walker = conversation[walkerOf: .client]
    _ = walker.enter(reader.remaining)
    if reader.cutByteCount != nil { walker.expectLineEnd() }
    conversation[walkerOf: .client] = walker
    return .message(message, RedisParser.extent(from: reader.offset, skipping: reader.cutByteCount ?? 0, bytes, context, &conversation))
  }

  /// A line of words. Source: "Redis serialization protocol specification", inline commands.
  static func inline(_ bytes: RawSpan, _ context: ParseContext, _ conversation: inout RedisConversation) -> ParseStep<RedisMessage> {
    let first = bytes.load8(at: 0)
    guard first.isASCIILetter || first.isASCIIBlank || first == 0x0d || first == 0x0a else {
      return .invalid("neither an array nor a word")
    }
    guard let lineFeed = bytes.firstIndex(of: 0x0a, from: context.scannedByteCount, to: RedisParser.longestInlineCommand) else {
      guard bytes.byteCount < RedisParser.longestInlineCommand else { return .invalid("an inline command longer than the limit") }
      guard context.scannedByteCount > 0 || mayBeginWord(bytes) else { return .invalid("a command's word that is no word") }
      return .incomplete(scannedByteCount: bytes.byteCount)
    }
    let end = lineFeed > 0 && bytes.load8(at: lineFeed - 1) == 0x0d ? lineFeed - 1 : lineFeed
    let line = bytes.trimmingBlanks(0..<end)
    guard !line.isEmpty else { return .padding(byteCount: lineFeed + 1) }
    var wordEnd = line.lowerBound
    while wordEnd < line.upperBound, !bytes.load8(at: wordEnd).isASCIIBlank { wordEnd += 1 }
    let word = line.lowerBound..<wordEnd
    guard word.count <= RedisParser.longestWord, isWord(word, bytes) else { return .invalid("a command's word that is no word") }

    let arguments = bytes.trimmingBlanks(wordEnd..<line.upperBound)
    var words = RedisArgumentCursor(arguments, isInline: true)
    let (firstWord, secondWord) = (words.next(bytes), words.next(bytes))
    var wordCount = (firstWord == nil ? 0 : 1) + (secondWord == nil ? 0 : 1)
    while words.next(bytes) != nil { wordCount += 1 }
    let kind = RedisCommandKind(word, firstWord, secondWord, argumentCount: wordCount, bytes)
    let command = RedisCommand(
      word: word, arguments: arguments, shownArgumentCount: 0, isInline: true, isQueued: conversation.isInTransaction)
    return .message(RedisMessage(content: .command(command), role: conversation.noteCommand(kind)), MessageExtent(byteCount: lineFeed + 1))
  }

  /// Letters, digits and the marks that names of modules and their commands have.
  static func isWord(_ range: Range<Int>, _ bytes: RawSpan) -> Bool {
    guard let first = range.first, bytes.load8(at: first).isASCIILetter else { return false }
    for index in range {
      let byte = bytes.load8(at: index)
      guard byte > 0x20, byte < 0x7f else { return false }
    }
    return true
  }

  /// Whether the first bytes of a line without its end can be a word's.
  private static func mayBeginWord(_ bytes: RawSpan) -> Bool {
    let line = bytes.trimmingBlanks(0..<min(bytes.byteCount, RedisParser.longestWord))
    for index in line {
      let byte = bytes.load8(at: index)
      if byte.isASCIIBlank || byte == 0x0d { return true }
      guard byte > 0x20, byte < 0x7f else { return false }
    }
    return true
  }

  /// Reads arguments until the request log has enough of them.
  private struct ArgumentReader {
    /// Behind what was read.
    var offset: Int
    /// Arguments that have not passed as a whole.
    var remaining: Int
    var shownCount = 0
    var first: Range<Int>?
    var second: Range<Int>?
    /// The argument at the offset has so many more bytes.
    var cutByteCount: Int?
    var isStarved = false
    var invalid: StaticString?

    init(offset: Int, remaining: Int) {
      self.offset = offset
      self.remaining = remaining
    }

    mutating func read(_ bytes: RawSpan) {
      var budget = RedisParser.shownArgumentByteCount
      while remaining > 0, budget > 0 {
        switch RedisCommandParser.bulk(bytes, offset, atMost: budget) {
        case .missing:
          isStarved = true
          return
        case .invalid(let reason):
          invalid = reason
          return
        case .whole(let range, let end):
          note(range)
          offset = end
          remaining -= 1
          budget -= range.count + 1
        case .cut(let range, let rest):
          note(range)
          offset = range.upperBound
          cutByteCount = rest
          return
        }
      }
    }

    private mutating func note(_ range: Range<Int>) {
      shownCount += 1
      if first == nil { first = range } else if second == nil { second = range }
    }
  }

  enum Bulk {
    /// The text, and how many bytes the string and its line end take.
    case whole(Range<Int>, end: Int)
    /// The string is longer than what was asked for, which is there; so many more bytes follow.
    case cut(Range<Int>, rest: Int)
    /// Not all that is wanted is there; of a string whose length is, that.
    case missing(Int?)
    case invalid(StaticString)
  }

  /// The bulk string at `offset`, as much of it as is wanted.
  static func bulk(_ bytes: RawSpan, _ offset: Int, atMost limit: Int) -> Bulk {
    let element: RESPElement
    switch RESPElement.read(bytes, offset) {
    case .incomplete: return .missing(nil)
    case .invalid(let reason): return .invalid(reason)
    case .element(let read): element = read
    }
    guard element.type == RESPType.bulkString, case .bulk(let length) = element.kind else {
      return .invalid("an argument that is not a bulk string")
    }
    if length > limit {
      return bytes.byteCount - element.end >= limit ? .cut(element.end..<element.end + limit, rest: length - limit) : .missing(length)
    }
    let end = element.end + length
    guard bytes.byteCount >= end + 2 else { return .missing(length) }
    guard bytes.load8(at: end) == 0x0d, bytes.load8(at: end + 1) == 0x0a else {
      return .invalid("a bulk string does not end where its length says")
    }
    return .whole(element.end..<end, end: end + 2)
  }
}
