import Capture

@testable import Protocols

/// A message as a driver saw it, with its texts spelled out, so that two runs can be compared.
struct DrivenMessage: Hashable, CustomStringConvertible {
  var sender: MessageSender
  var role: MessageRole
  var summary: String
  /// Bytes of the message so far, skipped ones included.
  var byteCount: Int
  /// Offset of its first byte in the run of bytes that was fed.
  var start: Int
  /// Offset of the byte behind its last one so far in the run that it came in.
  var end = 0
  var isComplete: Bool
  /// One side gave the exchange up.
  var isAbandoned = false
  /// The summary before that was noted in it.
  var firstSummary = ""

  var description: String { "\(sender) \(role) \(byteCount) bytes at \(start)\(isComplete ? "" : ", open"): \(summary)" }
}

/// Keeps the texts of the runs that are compared.
final class DrivenTexts {
  var table = TextTable()
}

/// The simplest driver that honours what `ApplicationProtocol` says of parse steps: it keeps every byte and has no pairing. The laws run
/// on it rather than on the engine, so that a fault of one cannot hide behind the other.
struct ReferenceDriver<P: ApplicationProtocol> {
  private struct Direction {
    var pending: [UInt8] = []
    var scannedByteCount = 0
    var skippedByteCount = 0
    /// How the message under way goes on behind the skipped bytes.
    var ending = MessageExtent.Ending.complete
    /// Index in `messages` of the message under way.
    var open: Int?
    /// Indices in `messages` of those that were left while others pass, by identifier.
    var waiting: [UInt64: Int] = [:]
    var consumedByteCount = 0
    var isStopped = false

    var skipsUntilClose: Bool { open != nil && ending == .atClose }
  }

  private(set) var messages: [DrivenMessage] = []
  private(set) var invalid: String?
  private(set) var hasHandedOver = false
  private var summaries: [MessageSummary] = []
  private var conversation = P.Conversation()
  private var fromClient = Direction()
  private var fromServer = Direction()
  private let texts: DrivenTexts
  private let isDatagram: Bool

  init(_ texts: DrivenTexts, isDatagram: Bool) {
    self.texts = texts
    self.isDatagram = isDatagram
  }

  var completeMessages: [DrivenMessage] { messages.filter(\.isComplete) }
  var pendingByteCount: Int { fromClient.pending.count + fromServer.pending.count }
  var endsAtClose: Bool { fromClient.skipsUntilClose || fromServer.skipsUntilClose }

  /// Positions of messages count from here on.
  mutating func beginRun() {
    // What is kept of an earlier run lies before this one.
    fromClient.consumedByteCount = -fromClient.pending.count
    fromServer.consumedByteCount = -fromServer.pending.count
  }

  /// Feeds bytes; returns a sentence when a step broke the interface's rules.
  mutating func feed(_ bytes: [UInt8], from sender: MessageSender) -> String? {
    var direction = sender == .client ? fromClient : fromServer
    defer { if sender == .client { fromClient = direction } else { fromServer = direction } }
    guard !direction.isStopped, !hasHandedOver else { return nil }
    direction.pending += bytes
    var violation: String?
    var cursor = 0
    while violation == nil, cursor < direction.pending.count {
      if direction.skipsUntilClose || direction.skippedByteCount > 0 {
        let rest = direction.pending.count - cursor
        let count = direction.skipsUntilClose ? rest : min(rest, direction.skippedByteCount)
        if !direction.skipsUntilClose { direction.skippedByteCount -= count }
        cursor += count
        direction.consumedByteCount += count
        if let open = direction.open {
          messages[open].byteCount += count
          messages[open].end = direction.consumedByteCount
        }
        if direction.skippedByteCount == 0, !direction.skipsUntilClose { endOfExtent(&direction, sender) }
        continue
      }
      let before = cursor
      violation = step(&cursor, &direction, sender)
      if direction.isStopped || hasHandedOver || cursor == before { break }
    }
    direction.pending.removeFirst(min(cursor, direction.pending.count))
    if isDatagram {
      if !direction.pending.isEmpty, !hasHandedOver, invalid == nil { invalid = "a datagram's message is incomplete" }
      direction = Direction()
    }
    return violation
  }

  private mutating func step(_ cursor: inout Int, _ direction: inout Direction, _ sender: MessageSender) -> String? {
    let context = ParseContext(
      sender: sender, isDatagram: isDatagram, continues: direction.open != nil, scannedByteCount: direction.scannedByteCount)
    let pending = direction.pending
    let rest = pending.span.bytes.extracting(cursor..<pending.count)
    let available = rest.byteCount
    direction.scannedByteCount = 0
    switch P.parse(rest, context, &conversation) {
    case .message(let message, let extent):
      guard direction.open == nil else { return "a message began inside another" }
      if let broken = violation(of: extent, available) { return broken }
      var summary = MessageSummary()
      P.summarize(message, rest, .standard, into: &summary, &texts.table)
      summaries.append(summary)
      messages.append(
        DrivenMessage(
          sender: sender, role: P.role(of: message, context), summary: describe(summary, texts.table), byteCount: 0,
          start: direction.consumedByteCount, isComplete: false))
      direction.open = messages.count - 1
      if let identifier = messages[messages.count - 1].role.identifier { direction.waiting[identifier] = nil }
      advance(extent, &cursor, &direction, sender)
    case .part(let message, let extent):
      guard let open = direction.open else { return "a part came without a message" }
      if let broken = violation(of: extent, available) { return broken }
      if let message { amend(open, message, rest) }
      advance(extent, &cursor, &direction, sender)
    case .resumption(let identifier, let message, let extent):
      guard direction.open == nil else { return "a message went on inside another" }
      if let broken = violation(of: extent, available) { return broken }
      direction.open = direction.waiting.removeValue(forKey: identifier)
      if let message, let open = direction.open { amend(open, message, rest) }
      advance(extent, &cursor, &direction, sender)
    case .abandonment(let identifiers, let message, let byteCount):
      guard byteCount > 0, byteCount <= available else { return "an abandonment of \(byteCount) of \(available) bytes" }
      cursor += byteCount
      direction.consumedByteCount += byteCount
      for index in messages.indices {
        guard let identifier = messages[index].role.identifier, identifiers.contains(identifier) else { continue }
        abandon(index, message, rest, at: direction.consumedByteCount)
        if fromClient.open == index { fromClient.open = nil }
        if fromServer.open == index { fromServer.open = nil }
      }
      for identifier in direction.waiting.keys where identifiers.contains(identifier) { direction.waiting[identifier] = nil }
      if sender == .client {
        for identifier in fromServer.waiting.keys where identifiers.contains(identifier) { fromServer.waiting[identifier] = nil }
      } else {
        for identifier in fromClient.waiting.keys where identifiers.contains(identifier) { fromClient.waiting[identifier] = nil }
      }
    case .padding(let byteCount):
      guard byteCount > 0, byteCount <= available else { return "padding of \(byteCount) of \(available) bytes" }
      guard direction.open == nil else { return "padding inside a message" }
      cursor += byteCount
      direction.consumedByteCount += byteCount
    case .incomplete(let scannedByteCount):
      guard (0...available).contains(scannedByteCount) else { return "scanned \(scannedByteCount) of \(available) bytes" }
      direction.scannedByteCount = scannedByteCount
    case .invalid(let reason):
      invalid = invalid ?? "\(reason)"
      direction.isStopped = true
      cursor = direction.pending.count
    case .handOver, .tunnel:
      hasHandedOver = true
    }
    return nil
  }

  private mutating func amend(_ index: Int, _ message: P.Message, _ bytes: RawSpan) {
    P.summarize(message, bytes, .standard, into: &summaries[index], &texts.table)
    messages[index].summary = describe(summaries[index], texts.table)
  }

  /// A response under way ends; a request without a response is noted down. What was answered stays as it was.
  private mutating func abandon(_ index: Int, _ message: P.Message, _ bytes: RawSpan, at end: Int) {
    let role = messages[index].role
    // An earlier exchange with this identifier is over.
    guard !messages[index].isAbandoned else { return }
    if role.isResponse {
      guard !messages[index].isComplete else { return }
      amend(index, message, bytes)
    } else {
      let isAnswered = messages[(index + 1)...].contains { $0.role.isResponse && $0.role.identifier == role.identifier }
      guard !isAnswered else {
        if !messages[index].isComplete { messages[index].end = end }
        messages[index].isComplete = true
        return
      }
      messages[index].firstSummary = messages[index].summary
      amend(index, message, bytes)
      messages[index].isAbandoned = true
    }
    if !messages[index].isComplete { messages[index].end = end }
    messages[index].isComplete = true
  }

  private func violation(of extent: MessageExtent, _ available: Int) -> String? {
    guard extent.byteCount > 0, extent.byteCount <= available else { return "a step took \(extent.byteCount) of \(available) bytes" }
    guard extent.skippedByteCount >= 0, extent.skippedByteCount <= Int.max / 4 else {
      return "a step skips \(extent.skippedByteCount) bytes"
    }
    return nil
  }

  private mutating func advance(
    _ extent: MessageExtent, _ cursor: inout Int, _ direction: inout Direction, _ sender: MessageSender
  ) {
    cursor += extent.byteCount
    direction.consumedByteCount += extent.byteCount
    if let open = direction.open {
      messages[open].byteCount += extent.byteCount
      messages[open].end = direction.consumedByteCount
    }
    direction.skippedByteCount = extent.skippedByteCount
    direction.ending = extent.ending
    if extent.skippedByteCount == 0 { endOfExtent(&direction, sender) }
  }

  private mutating func endOfExtent(_ direction: inout Direction, _ sender: MessageSender) {
    guard direction.ending == .complete || direction.ending == .interleaves, let open = direction.open else { return }
    direction.open = nil
    if direction.ending == .interleaves, let identifier = messages[open].role.identifier {
      direction.waiting[identifier] = open
    } else {
      messages[open].isComplete = true
      if case .addition(let isLast) = messages[open].role { add(open, isLast, from: sender, at: direction.consumedByteCount) }
    }
  }

  /// What an addition says belongs to the other side's response under way, which the last one ends, or to the newest request that waits.
  private mutating func add(_ addition: Int, _ isLast: Bool, from sender: MessageSender, at end: Int) {
    var other = sender == .client ? fromServer : fromClient
    guard let target = other.open ?? newestWaitingRequest else { return }
    summaries[target].add(summaries[addition])
    messages[target].summary = describe(summaries[target], texts.table)
    guard isLast, other.open != nil else { return }
    messages[target].isComplete = true
    messages[target].end = end
    other.open = nil
    other.ending = .complete
    if sender == .client { fromServer = other } else { fromClient = other }
  }

  private var newestWaitingRequest: Int? {
    var waiting: [(index: Int, key: ExchangeKey)] = []
    for (index, message) in messages.enumerated() {
      switch message.role {
      case .request(let key): waiting.append((index, key))
      case .response(let key): if let answered = waiting.firstIndex(where: { $0.key == key }) { waiting.remove(at: answered) }
      case .interim, .oneWay, .addition: break
      }
    }
    return waiting.last?.index
  }
}

/// Every field of a summary, by name.
func describe(_ summary: MessageSummary, _ texts: borrowing TextTable) -> String {
  var fields: [String] = []
  func add(_ name: String, _ value: (some CustomStringConvertible)?) {
    if let value { fields.append("\(name)=\(value)") }
  }
  func addText(_ name: String, _ id: TextID?, _ texts: borrowing TextTable) {
    if let id { fields.append("\(name)=\(texts.string(id))") }
  }
  add("protocol", summary.l7Protocol?.name)
  if summary.isPartial { fields.append("partial") }
  if summary.mayGoUnanswered { fields.append("quiet") }
  addText("version", summary.version, texts)
  addText("type", summary.requestType, texts)
  addText("domain", summary.requestDomain, texts)
  addText("resource", summary.requestResource, texts)
  addText("endpoint", summary.endpoint, texts)
  add("id", summary.requestID)
  add("status", summary.responseStatus?.name)
  add("code", summary.responseCode)
  addText("exception", summary.responseException, texts)
  addText("result", summary.responseResult, texts)
  add("rows", summary.affectedRowCount)
  addText("trace", summary.trace.traceID, texts)
  addText("span", summary.trace.spanID, texts)
  addText("parent", summary.trace.parentSpanID, texts)
  addText("x_request_id", summary.trace.requestID, texts)
  addText("client", summary.proxyClient, texts)
  for attribute in summary.attributes { fields.append("\(texts.string(attribute.name))=\(texts.string(attribute.value))") }
  return fields.joined(separator: " ")
}
