import Wire

/// Finds in a call what can be read of it. Its encoding depends on the versions of both sides; texts stand in it as they are.
enum OracleCallReader {
  /// The shortest word that a statement begins with, and the longest name of a user.
  private static let longestUser = 128

  static func read(_ code: UInt8, _ call: Range<Int>, _ bytes: RawSpan) -> OracleMessage.Content {
    // 3: a function. 17: something that was put off comes first, and then a function.
    let function = code == 3 ? bytes.uint8(at: call.lowerBound + 1) : nil
    if function == 0x76 || function == 0x73 { return .login(user: user(call, bytes)) }
    let text = statement(call, bytes)
    let digest = text.map { SQLScanner.digest($0, bytes, .oracle) }
    return .call(name: name(code, function, text != nil), number: function ?? code, text: text, digest: digest)
  }

  private static func name(_ code: UInt8, _ function: UInt8?, _ hasStatement: Bool) -> StaticString? {
    switch (code, function) {
    case (1, _): "PROTOCOL"
    case (2, _): "DATA_TYPES"
    case (0xde, _): "NEGOTIATION"
    case (_, 0x05): "FETCH"
    case (_, 0x09): "LOGOFF"
    case (_, 0x0e): "COMMIT"
    case (_, 0x0f): "ROLLBACK"
    case (_, 0x3b): "VERSION"
    case (_, 0x5e): "EXECUTE"
    case (_, 0x93): "PING"
    case (17, _): hasStatement ? "EXECUTE" : "CALL"
    default: hasStatement ? "EXECUTE" : nil
    }
  }

  /// A text with its length before it that begins with a word of SQL.
  static func statement(_ range: Range<Int>, _ bytes: RawSpan) -> Range<Int>? {
    var offset = range.lowerBound
    while offset < range.upperBound {
      let byte = bytes.load8(at: offset)
      guard byte.isASCIILetter || byte == 0x28 || byte == 0x2f || byte == 0x2d else {
        offset += 1
        continue
      }
      let end = textEnd(offset, range.upperBound, bytes)
      // The length before the text may be a letter itself: the text may begin a byte later.
      for start in [offset, offset + 1] where end - start >= 6 {
        var wordEnd = start
        while wordEnd < end, bytes.load8(at: wordEnd).isASCIILetter { wordEnd += 1 }
        guard wordEnd - start >= 2, wordEnd < end, bytes.load8(at: wordEnd) <= 0x20,
          SQLVerb(start..<wordEnd, bytes) != nil
            || bytes.equalsIgnoringCase("with", in: start..<wordEnd)
        else { continue }
        let length = start > range.lowerBound ? Int(bytes.load8(at: start - 1)) : 0
        return start..<(length > wordEnd - start && start + length <= end ? start + length : end)
      }
      offset = max(end, offset + 1)
    }
    return nil
  }

  /// "ORA-" and five digits, to the end of its line.
  static func error(_ range: Range<Int>, _ bytes: RawSpan) -> Range<Int>? {
    var offset = range.lowerBound
    while let letter = bytes.firstIndex(of: 0x4f, from: offset, to: range.upperBound) {
      if bytes.hasBytes("ORA-", at: letter), letter + 9 <= range.upperBound, bytes.decimal(in: letter + 4..<letter + 9) != nil {
        let end = bytes.firstIndex(of: 0x0a, from: letter, to: range.upperBound) ?? range.upperBound
        return letter..<min(end, textEnd(letter, end, bytes))
      }
      offset = letter + 1
    }
    return nil
  }

  /// The name before the first of the pairs, whose names begin with AUTH_.
  private static func user(_ call: Range<Int>, _ bytes: RawSpan) -> Range<Int>? {
    var limit = call.upperBound
    var offset = call.lowerBound
    while let letter = bytes.firstIndex(of: 0x41, from: offset, to: call.upperBound) {
      if bytes.hasBytes("AUTH_", at: letter) {
        limit = letter
        break
      }
      offset = letter + 1
    }
    // The longest text with nothing but the bytes of a name.
    var best: Range<Int>?
    offset = call.lowerBound + 2
    while offset < limit {
      var end = offset
      while end < limit, isNameByte(bytes.load8(at: end)) { end += 1 }
      if end - offset > max(1, best?.count ?? 0), end - offset <= longestUser { best = offset..<end }
      offset = max(end, offset + 1)
    }
    // A length before the name may be a byte of a name itself.
    if let found = best, found.count > 1, Int(bytes.load8(at: found.lowerBound)) == found.count - 1 { best = found.dropFirst() }
    return best
  }

  private static func isNameByte(_ byte: UInt8) -> Bool {
    byte.isASCIILetter || byte.isASCIIDigit || byte == 0x5f || byte == 0x24 || byte == 0x23 || byte == 0x2e
  }

  private static func textEnd(_ start: Int, _ end: Int, _ bytes: RawSpan) -> Int {
    var offset = start
    while offset < end {
      let byte = bytes.load8(at: offset)
      guard byte >= 0x20 && byte != 0x7f && byte < 0xf8 || byte == 0x0a || byte == 0x0d || byte == 0x09 else { break }
      offset += 1
    }
    return offset
  }
}
