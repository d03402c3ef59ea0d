import Wire

/// Lines that clients send, and the data behind some of them, which is stepped over.
enum MemcachedCommandParser {
  /// The longest value that a command may announce. Servers allow 1 MiB by default, 1 GiB at most.
  static let longestValue = 1 << 31

  static func parse(
    _ bytes: RawSpan, _ context: ParseContext, _ conversation: inout MemcachedConversation
  ) -> ParseStep<MemcachedMessage> {
    switch read(bytes, at: 0, scanned: context.scannedByteCount) {
    case .incomplete(let scanned): return .incomplete(scannedByteCount: scanned)
    case .invalid(let reason): return .invalid(reason)
    case .empty(let byteCount): return .padding(byteCount: byteCount)
    case .command(let command, let verb, let end, let dataByteCount):
      let role: MessageRole =
        if verb == .quit || verb.isNeverAnswered(command) {
          .oneWay
        } else {
          conversation.noteCommand(quiet: command.isQuiet ? signature(verb, command, bytes) : nil)
        }
      return .message(
        MemcachedMessage(.command(command), role), MessageExtent(byteCount: end, skippedByteCount: dataByteCount.map { $0 + 2 } ?? 0))
    }
  }

  enum Reading {
    /// With the bytes of data that follow the line, when any do.
    case command(MemcachedCommand, MemcachedVerb, end: Int, dataByteCount: Int?)
    case empty(byteCount: Int)
    case incomplete(scannedByteCount: Int)
    case invalid(StaticString)
  }

  /// The command whose line begins at `start`. An unknown word is a command as well: the server will say that it is an error.
  static func read(_ bytes: RawSpan, at start: Int, scanned: Int = 0) -> Reading {
    let line: MemcachedLine
    switch MemcachedLine.read(bytes, at: start, scanned: scanned) {
    case .incomplete(let scanned): return .incomplete(scannedByteCount: scanned)
    case .invalid(let reason): return .invalid(reason)
    case .line(let read): line = read
    }
    var words = MemcachedWords(line.text)
    guard let word = words.next(bytes) else { return .empty(byteCount: line.end - start) }
    for index in word where !isCommandCharacter(bytes.load8(at: index)) { return .invalid("a command's word that is no word") }
    let verb = MemcachedVerb(word, bytes) ?? .other
    var command = MemcachedCommand(word: word, line: line.text, isQuiet: false)
    var last: Range<Int>?
    var arguments: [Range<Int>] = []
    arguments.reserveCapacity(6)
    while let argument = words.next(bytes) {
      if arguments.count < 6 { arguments.append(argument) }
      last = argument
      if verb.isMeta, arguments.count > verb.metaPositionCount, argument.count == 1, bytes.load8(at: argument.lowerBound) == 0x71 {
        command.isQuiet = true
      }
    }
    if verb.allowsNoReply, let last, last.count == 7, bytes.hasBytes("noreply", at: last.lowerBound) { command.isQuiet = true }
    guard let position = verb.dataLengthPosition else { return .command(command, verb, end: line.end, dataByteCount: nil) }
    // A server refuses a storage command without a proper length and looks for no data.
    guard position < arguments.count, let length = bytes.decimal(in: arguments[position]), length <= longestValue else {
      return .command(command, verb, end: line.end, dataByteCount: nil)
    }
    return .command(command, verb, end: line.end, dataByteCount: length)
  }

  private static func isCommandCharacter(_ byte: UInt8) -> Bool {
    byte.isASCIILetter || byte.isASCIIDigit || byte == 0x5f || byte == 0x2d
  }

  /// What tells the answers of quiet meta commands apart: their opaque token and their key.
  private static func signature(_ verb: MemcachedVerb, _ command: MemcachedCommand, _ bytes: RawSpan) -> MemcachedSignature? {
    let kind: MemcachedSignature.Kind
    switch verb {
    case .metaGet: kind = .metaGet
    case .metaSet: kind = .metaSet
    case .metaDelete: kind = .metaDelete
    case .metaArithmetic: kind = .metaArithmetic
    default: return nil
    }
    var words = MemcachedWords(command.word.upperBound..<command.line.upperBound)
    guard let key = words.next(bytes) else { return nil }
    var signature = MemcachedSignature(kind, key: MemcachedLine.digest(key, bytes))
    while let flag = words.next(bytes) {
      // Where the key is in Base64 the reply's may not be.
      if flag.count == 1, bytes.load8(at: flag.lowerBound) == 0x62 { signature.key = nil }
      if flag.count > 1, bytes.load8(at: flag.lowerBound) == 0x4f { signature.opaque = MemcachedLine.digest(flag, bytes) }
    }
    return signature
  }
}

extension MemcachedVerb {
  var isMeta: Bool {
    switch self {
    case .metaGet, .metaSet, .metaDelete, .metaArithmetic: true
    default: false
    }
  }

  /// Arguments of a meta command before its flags.
  fileprivate var metaPositionCount: Int { self == .metaSet ? 2 : 1 }

  /// Which argument is the number of bytes that follow the line.
  fileprivate var dataLengthPosition: Int? {
    switch self {
    case .store, .compareAndStore: 3
    case .metaSet: 1
    default: nil
    }
  }

  fileprivate var allowsNoReply: Bool {
    switch self {
    case .store, .compareAndStore, .delete, .arithmetic, .touch, .other: true
    default: false
    }
  }

  /// `noreply` suppresses every answer; a meta command's `q` only some.
  fileprivate func isNeverAnswered(_ command: MemcachedCommand) -> Bool { command.isQuiet && !isMeta }
}
