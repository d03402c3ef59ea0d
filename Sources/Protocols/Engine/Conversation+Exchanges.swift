import Capture
import Transport

/// From messages to exchanges: what a message is to those before it, and what is said of a request without an answer.
extension Conversation {
  mutating func begin(
    _ role: MessageRole, _ summary: MessageSummary, _ origin: ChunkOrigin, _ sender: MessageSender, _ direction: inout Direction,
    _ settings: ProtocolSettings, _ texts: inout TextTable, _ output: inout EngineOutput
  ) {
    messageCount += 1
    let observed = ObservedMessage(
      summary: summary, origin: origin, lastTime: origin.time, byteCount: 0, capturedByteCount: 0, isComplete: !summary.isPartial,
      indexInChunk: direction.numberMessage(in: origin.ordinal))
    var open = OpenMessage(role: role, observed: observed)
    if let identifier = role.identifier, var earlier = direction.waiting.take(identifier) {
      // The end of an earlier message with this identifier was not seen.
      earlier.observed.isComplete = false
      finish(earlier, sender, &output)
    }
    switch role {
    case .request(let key):
      let deadline = Timestamp(nanoseconds: origin.time.nanoseconds &- sessionTimeout)
      while let expired = pairing.popOldest(startedBefore: deadline) { emit(expired, .timedOut, &output) }
      if isDatagram, repetition == .always, pairing.noteRepetition(key, from: sender, at: origin.time, &texts) || answered.contains(key) {
        open.role = .interim
        break
      }
      if isDatagram, repetition == .anotherTry {
        let earlierCount = pairing.supersede(key, from: sender)
        if earlierCount > 0 { open.observed.summary.set(texts.intern("retransmissions"), texts.intern(String(earlierCount))) }
      }
      open.serial = nextSerial
      nextSerial += 1
      let request = PendingRequest(key: key, message: open.observed, serial: open.serial, sender: sender)
      if let evicted = pairing.push(request, limit: PairingQueue.limit(key, respondsInOrder: P.facts.respondsInOrder)) {
        emit(evicted, .responseLost, &output)
      }
    case .response(let key):
      if case .identifier(let identifier) = key, P.facts.respondsInOrder, !isDatagram {
        while let passedOver = pairing.popOldest(before: identifier) { emit(passedOver, .responseLost, &output) }
      }
      open.request = isDatagram && repetition == .anotherTry ? pairing.takeNewest(key) : pairing.take(key)
      if open.request == nil, key == .inOrder {
        // No response precedes its request: one that is still incomplete will not be completed, its rest was lost.
        giveUpPending(sender.opposite, settings, &texts, &output)
        open.request = pairing.take(key)
      }
      if isDatagram, repetition == .always {
        if open.request != nil {
          answered.add(key)
        } else if answered.contains(key) {
          open.role = .interim
        }
      }
      // A response may begin before the last byte of its request: what is known of the request by now has to do.
      if let request = open.request, let latest = openRequest(request, from: sender.opposite) { open.request?.message = latest }
    case .interim, .oneWay, .addition: break
    }
    direction.open = open
  }

  /// The request that waits longest, for the protocol that the connection changes over to.
  mutating func takeOldestRequest() -> PendingRequest? { pairing.popOldest() }

  /// Takes over a request that was made in another protocol, and will be answered in this one.
  mutating func adopt(_ request: PendingRequest, _ key: ExchangeKey) {
    let adopted = PendingRequest(key: key, message: request.message, serial: nextSerial, sender: request.sender)
    _ = pairing.push(adopted, limit: PairingQueue.limit(key))
    nextSerial += 1
  }

  /// The last byte of a message passed.
  mutating func finish(_ open: OpenMessage, _ sender: MessageSender, _ output: inout EngineOutput) {
    switch open.role {
    case .request:
      // A response under way took the request from the queue.
      if pairing.update(serial: open.serial, with: open.observed) { return }
      if sender == .client { fromServer.update(requestOf: open) } else { fromClient.update(requestOf: open) }
    case .response:
      var open = open
      if let request = open.request, let latest = openRequest(request, from: sender.opposite) { open.request?.message = latest }
      output.exchanges.append(
        Exchange(
          l7Protocol: P.facts.identity, clientSide: side(of: sender.opposite), request: open.request?.message, response: open.observed,
          ending: open.request == nil ? .alone : .answered))
    case .oneWay:
      output.exchanges.append(
        Exchange(l7Protocol: P.facts.identity, clientSide: clientSide, request: open.observed, response: nil, ending: .alone))
    case .addition(let isLast): add(open.observed, isLast, from: sender, &output)
    case .interim: break
    }
  }

  /// A message that says more of an exchange passed.
  private mutating func add(
    _ addition: ObservedMessage, _ isLast: Bool, from sender: MessageSender, _ output: inout EngineOutput
  ) {
    var other = take(sender.opposite)
    defer { put(other, sender.opposite) }
    guard var open = other.open, case .response = open.role else { return pairing.addToNewest(addition) }
    open.observed.summary.add(addition.summary)
    open.observed.lastTime = max(open.observed.lastTime, addition.lastTime)
    other.open = open
    guard isLast else { return }
    other.open = nil
    other.continues = false
    finish(open, sender.opposite, &output)
  }

  func emit(_ request: PendingRequest, _ ending: Exchange.Ending, _ output: inout EngineOutput) {
    // Silence was the answer, unless the exchange was given up.
    let ending = request.message.summary.mayGoUnanswered && ending != .abandoned ? .alone : ending
    output.exchanges.append(
      Exchange(l7Protocol: P.facts.identity, clientSide: side(of: request.sender), request: request.message, response: nil, ending: ending))
  }

  /// Whoever asks is the client of the exchange, also where both ends ask.
  private func side(of asker: MessageSender) -> FlowSide { asker == .client ? clientSide : clientSide.opposite }

  /// What is known so far of a request that `sender` has not finished.
  private func openRequest(_ request: PendingRequest, from sender: MessageSender) -> ObservedMessage? {
    sender == .client ? fromClient.openRequest(request) : fromServer.openRequest(request)
  }

  /// One side gave up the exchanges with these identifiers: responses under way end, requests that wait get none.
  mutating func abandon(
    _ identifiers: ClosedRange<UInt64>, _ message: P.Message, _ bytes: RawSpan, _ sender: MessageSender, _ direction: inout Direction,
    _ settings: ProtocolSettings, _ texts: inout TextTable, _ output: inout EngineOutput
  ) {
    var other = take(sender.opposite)
    var requests: [OpenMessage] = []
    var responses: [OpenMessage] = []
    while let open = direction.waiting.take(anyOf: identifiers) ?? other.waiting.take(anyOf: identifiers) {
      if open.role.isResponse { responses.append(open) } else { requests.append(open) }
    }
    if let open = other.open, let identifier = open.role.identifier, identifiers.contains(identifier) {
      // The rest of the part under way still passes, for nobody.
      other.open = nil
      if open.role.isResponse { responses.append(open) } else { requests.append(open) }
    }
    put(other, sender.opposite)
    for request in requests { _ = pairing.update(serial: request.serial, with: request.observed) }
    for var response in responses {
      if let latest = requests.first(where: { $0.serial == response.request?.serial }) { response.request?.message = latest.observed }
      P.summarize(message, bytes, settings, into: &response.observed.summary, &texts)
      response.noteAmendment()
      finish(response, sender, &output)
    }
    while var request = pairing.take(anyOf: identifiers) {
      P.summarize(message, bytes, settings, into: &request.message.summary, &texts)
      emit(request, .abandoned, &output)
    }
  }
}
