import Wire

/// Steps over the packets of one response and keeps what the request log shows of it: counts, not rows.
struct MySQLResponseWalker: Sendable {
  enum Progress {
    /// The response ends behind `offset` and so many bytes more.
    case done(Int, skippedByteCount: Int)
    /// The packets before `offset` have passed; so many bytes behind it may pass unseen.
    case paused(Int, skippedByteCount: Int)
    /// The packet at `offset` is not there as far as it must be.
    case starved(Int)
    /// The server goes on when the client has: another step of a login, or it wants a file.
    case interim(Int, skippedByteCount: Int, wantsFile: Bool)
    case invalid(StaticString)
  }

  private enum Phase: Hashable, Sendable {
    case first
    /// Definitions of columns or parameters, so many more; then, when there is an EOF behind them, that.
    case definitions(UInt64)
    case definitionsEnd
    case rows
    /// What the events of a binary log are, up to the end of the connection.
    case endless
  }

  /// Bytes of a packet with a text that are waited for.
  private static let headByteCount = 16 + MySQLResult.shownByteCount
  /// Bytes of OK that are read: two numbers, status and warnings.
  private static let acknowledgementByteCount = 23
  private static let moreResults: UInt16 = 0x0008
  private static let cursorExists: UInt16 = 0x0040

  private var phase = Phase.first
  private var shape = MySQLResponseShape.result
  /// Columns of a prepared statement that follow its parameters.
  private var columnsToCome: UInt64 = 0
  /// The packet before was as long as packets can be, and goes on.
  private var isContinued = false
  private(set) var isUnderWay = false
  private(set) var result = MySQLResult()
  var deprecatesEOF: Bool?

  mutating func begin(_ shape: MySQLResponseShape, deprecatesEOF: Bool?) {
    self = MySQLResponseWalker()
    self.shape = shape
    self.deprecatesEOF = deprecatesEOF
    isUnderWay = true
    phase = shape == .rows || shape == .fields ? .rows : .first
  }

  mutating func end() { isUnderWay = false }

  /// Steps over the packets that are there, from `start` on.
  mutating func advance(_ bytes: RawSpan, from start: Int) -> Progress {
    var offset = start
    while true {
      guard let header = MySQLPacketHeader(bytes, at: offset) else { return .starved(offset) }
      let content = offset + MySQLPacketHeader.byteCount
      let present = min(bytes.byteCount - content, header.length)
      let needed = neededByteCount(bytes, content, header.length)
      guard present >= needed else { return .starved(offset) }
      let skipped = header.length - present
      // A row that goes on in this packet.
      if isContinued {
        isContinued = header.isContinued
      } else {
        isContinued = header.isContinued
        switch packet(bytes, content, present, header.length) {
        case .more: break
        case .moreSparing:
          // Nothing of the packet was used: an EOF that does not come.
          isContinued = false
          continue
        case .done: return .done(content + present, skippedByteCount: skipped)
        case .interim(let wantsFile): return .interim(content + present, skippedByteCount: skipped, wantsFile: wantsFile)
        case .invalid(let reason): return .invalid(reason)
        }
      }
      offset = content + present
      if phase == .endless { return .paused(offset, skippedByteCount: skipped) }
      if skipped > 0 { return .paused(offset, skippedByteCount: skipped) }
      if offset == bytes.byteCount { return .paused(offset, skippedByteCount: 0) }
    }
  }

  /// Whether all that follows belongs to the response.
  var isEndless: Bool { phase == .endless }

  private func neededByteCount(_ bytes: RawSpan, _ content: Int, _ length: Int) -> Int {
    guard !isContinued, length > 0 else { return 0 }
    switch phase {
    case .first: return min(length, MySQLResponseWalker.headByteCount)
    case .definitions: return 1
    case .definitionsEnd, .rows:
      guard let first = bytes.uint8(at: content) else { return 1 }
      return first >= 0xfe ? min(length, MySQLResponseWalker.headByteCount) : 1
    case .endless: return 0
    }
  }

  private enum Outcome {
    case more, moreSparing, done
    case interim(wantsFile: Bool)
    case invalid(StaticString)
  }

  private mutating func packet(_ bytes: RawSpan, _ content: Int, _ present: Int, _ length: Int) -> Outcome {
    let packet = bytes.extracting(content..<content + present)
    switch phase {
    case .endless: return .more
    case .first: return first(packet, length)
    case .definitions(let remaining):
      guard length > 0 else { return .invalid("a definition without content") }
      if packet.load8(at: 0) == 0xff { return failure(packet) }
      if length == 5, packet.load8(at: 0) == 0xfe, deprecatesEOF == nil {
        // The end of a statement's parameters, on a connection that was joined midway.
        deprecatesEOF = false
        return .more
      }
      if remaining > 1 {
        phase = .definitions(remaining - 1)
        return .more
      }
      return definitionsEnded()
    case .definitionsEnd:
      let isEOF = length == 5 && packet.load8(at: 0) == 0xfe
      if isEOF { deprecatesEOF = false }
      guard isEOF || deprecatesEOF != false else { return .invalid("no end behind the columns") }
      if !isEOF { deprecatesEOF = true }
      return afterDefinitions(packet, isEOF)
    case .rows: return row(packet, length)
    }
  }

  // MARK: First packets

  private mutating func first(_ packet: RawSpan, _ length: Int) -> Outcome {
    guard length > 0 else { return .invalid("a response without content") }
    let kind = packet.load8(at: 0)
    if kind == 0xff { return failure(packet) }
    switch shape {
    case .text:
      result.text = packet.copy(0..<min(packet.byteCount, MySQLResult.shownByteCount))
      return .done
    case .endless:
      phase = .endless
      return .more
    case .authentication:
      switch kind {
      case 0: return acknowledgement(packet)
      case 0xfe, 1: return .interim(wantsFile: false)
      default: return .invalid("not an answer to a login")
      }
    case .prepared: return prepared(packet)
    case .acknowledgement:
      guard kind == 0 || kind == 0xfe else { return .invalid("not an acknowledgement") }
      return kind == 0xfe && length == 5 ? endOfRows(packet) : acknowledgement(packet)
    case .result, .rows, .fields:
      switch kind {
      case 0: return acknowledgement(packet)
      case 0xfb: return .interim(wantsFile: true)
      // COM_SET_OPTION and COM_DEBUG of a connection that was joined midway.
      case 0xfe where length == 5: return endOfRows(packet)
      default: return columns(packet, length)
      }
    }
  }

  private mutating func columns(_ packet: RawSpan, _ length: Int) -> Outcome {
    guard let (count, end) = packet.lengthEncoded(at: 0), count > 0, count <= 0xffff, end == length || end + 1 == length else {
      return .invalid("not a count of columns")
    }
    result.columnCount = Int(count)
    result.resultCount += 1
    result.rowCount = result.rowCount ?? 0
    // MariaDB leaves the columns out when the client knows them: a byte behind the count says so.
    if end + 1 == length, packet.uint8(at: end) == 0 {
      phase = deprecatesEOF == true ? .rows : .definitionsEnd
    } else {
      phase = .definitions(count)
    }
    return .more
  }

  /// Source: "COM_STMT_PREPARE_OK".
  private mutating func prepared(_ packet: RawSpan) -> Outcome {
    guard packet.uint8(at: 0) == 0, let number = packet.littleEndian32(at: 1), let columns = packet.littleEndian16(at: 5),
      let parameters = packet.littleEndian16(at: 7)
    else { return .invalid("not an answer to a preparation") }
    result.statementID = number
    result.warningCount = packet.littleEndian16(at: 10) ?? 0
    let hasDefinitions = packet.uint8(at: 12).map { $0 != 0 } ?? true
    guard hasDefinitions, parameters > 0 || columns > 0 else { return .done }
    columnsToCome = parameters > 0 ? UInt64(columns) : 0
    phase = .definitions(UInt64(parameters > 0 ? parameters : columns))
    return .more
  }

  private mutating func definitionsEnded() -> Outcome {
    if shape == .prepared {
      // Joined midway it is not known whether an EOF follows; a connection of today has none, and one that comes is passed over.
      if deprecatesEOF == false {
        phase = .definitionsEnd
        return .more
      }
      return preparedPartEnded()
    }
    phase = deprecatesEOF == true ? .rows : .definitionsEnd
    return .more
  }

  private mutating func preparedPartEnded() -> Outcome {
    guard columnsToCome > 0 else { return .done }
    phase = .definitions(columnsToCome)
    columnsToCome = 0
    return .more
  }

  private mutating func afterDefinitions(_ packet: RawSpan, _ isEOF: Bool) -> Outcome {
    if shape == .prepared { return isEOF ? preparedPartEnded() : .invalid("no end behind the columns") }
    phase = .rows
    guard isEOF else { return .moreSparing }
    // The rows wait for COM_STMT_FETCH.
    if let status = packet.littleEndian16(at: 3), status & MySQLResponseWalker.cursorExists != 0 { return .done }
    return .more
  }

  // MARK: Rows and ends

  private mutating func row(_ packet: RawSpan, _ length: Int) -> Outcome {
    guard length > 0 else { return .invalid("a row without content") }
    switch packet.load8(at: 0) {
    case 0xff: return failure(packet)
    case 0xfe where length < MySQLPacketHeader.largestLength:
      if length < 7 { return endOfRows(packet) }
      if deprecatesEOF != false {
        deprecatesEOF = true
        return acknowledgement(packet)
      }
    default: break
    }
    if shape == .fields {
      result.columnCount += 1
    } else {
      result.rowCount = (result.rowCount ?? 0) &+ 1
    }
    return .more
  }

  /// EOF: warnings and status.
  private mutating func endOfRows(_ packet: RawSpan) -> Outcome {
    result.warningCount = packet.littleEndian16(at: 1) ?? 0
    return ended(packet.littleEndian16(at: 3) ?? 0)
  }

  /// OK: rows that were changed, the number of the last one, status, warnings. Source: "OK_Packet".
  private mutating func acknowledgement(_ packet: RawSpan) -> Outcome {
    guard let (affected, affectedEnd) = packet.lengthEncoded(at: 1), let (insertID, end) = packet.lengthEncoded(at: affectedEnd),
      let status = packet.littleEndian16(at: end)
    else { return .invalid("a malformed acknowledgement") }
    if packet.load8(at: 0) == 0 {
      result.affectedRowCount = (result.affectedRowCount ?? 0) &+ affected
      result.insertID = insertID
      result.resultCount += 1
      let text = end + 4
      if packet.byteCount > text, result.text.isEmpty, shape != .authentication { result.text = information(packet, text) }
    }
    result.warningCount = packet.littleEndian16(at: end + 2) ?? 0
    return ended(status)
  }

  /// "Rows matched: 1 Changed: 1 Warnings: 0", with or without a length before it.
  private func information(_ packet: RawSpan, _ offset: Int) -> [UInt8] {
    let end = min(packet.byteCount, offset + MySQLResult.shownByteCount)
    if let range = packet.lengthEncodedText(at: offset), packet.isText(range) { return packet.copy(range) }
    return packet.isText(offset..<end) ? packet.copy(offset..<end) : []
  }

  private mutating func ended(_ status: UInt16) -> Outcome {
    guard status & MySQLResponseWalker.moreResults != 0, shape != .authentication else { return .done }
    phase = .first
    return .more
  }

  /// ERR: a code, then `#` and five letters of state unless it comes before the login, and a text. Source: "ERR_Packet".
  private mutating func failure(_ packet: RawSpan) -> Outcome {
    guard let code = packet.littleEndian16(at: 1) else { return .invalid("a malformed error") }
    // MariaDB reports progress by errors without an error.
    if code == 0xffff { return .more }
    var failure = MySQLResult.Failure(code: code, state: [], message: [])
    var text = 3
    if packet.uint8(at: 3) == 0x23, packet.byteCount >= 9 {
      failure.state = packet.copy(4..<9)
      text = 9
    }
    failure.message = packet.copy(text..<min(packet.byteCount, text + MySQLResult.shownByteCount))
    result.failure = failure
    return .done
  }
}
