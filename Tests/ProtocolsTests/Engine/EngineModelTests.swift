import Testing

@testable import Protocols

/// The engine against the reference driver and a pairing by hand, over every recorded conversation.
@Suite("Engine model")
struct EngineModelTests {
  /// Pairs messages as the roles say, in the plainest way.
  private func paired(_ messages: [DrivenMessage]) -> [DrivenExchange] {
    var waiting: [(key: ExchangeKey, summary: String)] = []
    var exchanges: [DrivenExchange] = []
    for message in messages {
      switch message.role {
      case .request where message.isAbandoned:
        exchanges.append(DrivenExchange(request: message.summary, response: nil, ending: .abandoned, isComplete: true))
      case .request(let key): waiting.append((key, message.summary))
      case .response(let key):
        let request = waiting.firstIndex { $0.key == key }.map { waiting.remove(at: $0).summary }
        exchanges.append(
          DrivenExchange(request: request, response: message.summary, ending: request == nil ? .alone : .answered, isComplete: true))
      case .oneWay: exchanges.append(DrivenExchange(request: message.summary, response: nil, ending: .alone, isComplete: true))
      // The driver has added what it says.
      case .interim, .addition: break
      }
    }
    return exchanges
      + waiting.map {
        let ending: Exchange.Ending = $0.summary.hasPrefix("quiet") ? .alone : .connectionClosed
        return DrivenExchange(request: $0.summary, response: nil, ending: ending, isComplete: true)
      }
  }

  private func driven(_ subject: ParserLawSuites.Subject) throws -> (messages: [DrivenMessage], hasHandedOver: Bool) {
    let registered = try #require(ProtocolRegistry.protocols.first { $0.facts.identity == subject.identity })
    func driven<P: ApplicationProtocol>(_: P.Type) -> (messages: [DrivenMessage], hasHandedOver: Bool) {
      let driver = ParserLaws<P>(conversation: subject.conversation).wholeRuns()
      return (driver.messages, driver.hasHandedOver)
    }
    return driven(registered)
  }

  private func engineRun(_ conversation: RecordedConversation) -> EngineRun {
    EngineRun(
      clientPort: conversation.clientPort, serverPort: conversation.serverPort, isDatagram: conversation.isDatagram,
      isICMP: conversation.isICMP)
  }

  @Test("recorded conversations are recognized, and pair as by hand", arguments: ParserLawSuites.subjects)
  func pairing(_ subject: ParserLawSuites.Subject) throws {
    var run = engineRun(subject.conversation)
    for chunk in subject.conversation.chunks { run.send(chunk.bytes, from: chunk.sender) }
    #expect(run.anomalyCount == 0)
    func counted(_ exchanges: [DrivenExchange]) -> [DrivenExchange: Int] { exchanges.reduce(into: [:]) { $0[$1, default: 0] += 1 } }
    // One-way messages may end between a request and its response: the order of delivery is not compared.
    let (messages, hasHandedOver) = try driven(subject)
    let (found, expected) = (counted(run.exchanges(.closed)), counted(paired(messages)))
    // What the engine finds behind a change of protocol, the driver by hand does not see.
    if hasHandedOver { for (exchange, count) in expected { #expect(found[exchange] ?? 0 >= count) } } else { #expect(found == expected) }
  }

  @Test("no message spans a gap, and none is made up behind one", arguments: ParserLawSuites.subjects, [UInt64(1), 2])
  func gaps(_ subject: ParserLawSuites.Subject, _ seed: UInt64) throws {
    // What follows a change of protocol looks like the protocol from before when the change itself is lost: HTTP in a tunnel, the
    // acknowledgements of a replica. And RESP marks no beginnings: behind a loss an element of an array may pass for a reply, and a
    // confirmation whose command was lost is a message that nobody asked for.
    let changesProtocol = ["proxy", "replication"].contains { subject.conversation.name.contains($0) }
    guard !subject.conversation.isDatagram, !changesProtocol else { return }
    // What a response of HTTP/2 carries, and which messages are counted in it, its request says too. A later value of a list of memcached's
    // begins like the list, and a further reply of an exhaust cursor of MongoDB's is a reply when the one before it is lost.
    let checksLoneResponses = ![.redis, .http2, .memcached, .mongoDB].contains(subject.identity)
    // What was said at a connection's beginning decides how the rest is read, or stands in every row: the database in use, the text behind the
    // name of a statement, MQTT's version, the address of a link. Messages of these protocols differ when that was lost; that they survive
    // any loss is what this test shows of them.
    let needsBeginning = [
      .mySQL, .postgreSQL, .tds, .cassandra, .clickHouse, .oracle, .mqtt, .amqp, .amqp1, .nats, .zmtp, .openWire, .webSphereMQ,
    ].contains(subject.identity)
    let checksResponses = subject.identity != .redis
    // Whether a request waits may follow from what was lost: a transaction that it is part of, a cursor that it continues.
    func plain(_ summary: String) -> String { summary.replacing(" long_poll=true", with: "") }
    let known = Set(try driven(subject).messages.flatMap { [plain($0.summary), plain($0.firstSummary)] })
    var random = SeededGenerator(seed)
    for _ in 0..<30 {
      var run = engineRun(subject.conversation)
      for chunk in subject.conversation.chunks {
        guard Int.random(in: 0..<4, using: &random) == 0 else {
          run.send(chunk.bytes, from: chunk.sender)
          continue
        }
        // Of this chunk only a beginning and an end are seen.
        let start = Int.random(in: 0...chunk.bytes.count, using: &random)
        let end = Int.random(in: start...chunk.bytes.count, using: &random)
        if start > 0 { run.send(Array(chunk.bytes[0..<start]), from: chunk.sender) }
        if end > start { run.gap(end - start, from: chunk.sender) }
        if end < chunk.bytes.count { run.send(Array(chunk.bytes[end...]), from: chunk.sender) }
      }
      let exchanges = run.exchanges(.closed)
      if needsBeginning { continue }
      for exchange in exchanges where exchange.isComplete && (checksLoneResponses || exchange.ending != .alone) {
        // A request that was given up bears a note of it, unless the frame that says so was lost.
        if let request = exchange.request, exchange.ending != .abandoned {
          #expect(known.contains(plain(request)), "seed \(seed)")
        }
        if checksResponses, let response = exchange.response { #expect(known.contains(plain(response)), "seed \(seed)") }
      }
    }
  }
}
