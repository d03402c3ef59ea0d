import Testing

@testable import Protocols

/// What holds for every parser on every recorded conversation, whatever the protocol. One function a law; the suites call them.
struct ParserLaws<P: ApplicationProtocol> {
  let conversation: RecordedConversation

  private func driver() -> ReferenceDriver<P> { ReferenceDriver(DrivenTexts(), isDatagram: conversation.isDatagram) }

  /// Feeds the runs whole, and expects nothing but messages.
  func wholeRuns() -> ReferenceDriver<P> {
    var driver = driver()
    for run in conversation.runs {
      driver.beginRun()
      #expect(driver.feed(run.bytes, from: run.sender) == nil)
    }
    #expect(driver.invalid == nil)
    return driver
  }

  /// A run of whole messages is those messages and nothing is left over.
  func wholeMessagesAreMessages() {
    let driver = wholeRuns()
    #expect(!driver.messages.isEmpty)
    #expect(driver.hasHandedOver || driver.endsAtClose || driver.pendingByteCount == 0)
    #expect(driver.endsAtClose || driver.messages.allSatisfy(\.isComplete))
  }

  /// However the bytes of a stream are cut, the messages are the same.
  func anySplitIsTheSame(seed: UInt64) {
    guard !conversation.isDatagram else { return }
    let expected = wholeRuns().messages
    var random = SeededGenerator(seed)
    for round in 0..<8 {
      var driver = driver()
      for run in conversation.runs {
        driver.beginRun()
        var start = 0
        // The first rounds go byte by byte and in pairs as long as the run is short; later ones cut anywhere.
        while start < run.bytes.count {
          let longest = round < 2 && run.bytes.count < 20_000 ? round + 1 : Int.random(in: 1...max(1, run.bytes.count / 4), using: &random)
          let end = min(run.bytes.count, start + longest)
          #expect(driver.feed(Array(run.bytes[start..<end]), from: run.sender) == nil)
          start = end
        }
      }
      #expect(driver.invalid == nil, "seed \(seed)")
      #expect(driver.messages == expected, "seed \(seed), round \(round)")
    }
  }

  /// A prefix of a run is the messages that end within it, and then waits or skips: it is never invalid.
  func everyPrefixWaits() {
    guard !conversation.isDatagram else { return }
    var driver = driver()
    for run in conversation.runs {
      driver.beginRun()
      var whole = driver
      _ = whole.feed(run.bytes, from: run.sender)
      // Messages that began in an earlier run may end in this one.
      let ends = whole.messages.enumerated().filter { index, message in
        message.isComplete && !(index < driver.messages.count && driver.messages[index].isComplete)
      }.map(\.element.end)
      let known = driver.completeMessages.count
      let stride = max(1, run.bytes.count / 3000)
      for length in Swift.stride(from: 1, to: run.bytes.count, by: stride) {
        var prefix = driver
        #expect(prefix.feed(Array(run.bytes[0..<length]), from: run.sender) == nil)
        #expect(prefix.invalid == nil, "\(length) of \(run.bytes.count) bytes")
        let complete = prefix.completeMessages.count - known
        #expect(complete == ends.count { $0 <= length }, "\(length) of \(run.bytes.count) bytes")
      }
      driver = whole
    }
  }

  /// A conversation that repeats itself on one connection is the same messages again.
  func backToBackIsThatManyMessages() {
    let once = wholeRuns()
    guard !once.endsAtClose, !once.hasHandedOver else { return }
    var driver = driver()
    for _ in 0..<3 {
      for run in conversation.runs {
        driver.beginRun()
        #expect(driver.feed(run.bytes, from: run.sender) == nil)
      }
    }
    #expect(driver.invalid == nil)
    #expect(driver.messages == once.messages + renumbered(once.messages, 1) + renumbered(once.messages, 2))
  }

  /// The messages of a repetition: a protocol that numbers its requests by itself goes on counting.
  private func renumbered(_ messages: [DrivenMessage], _ repetition: Int) -> [DrivenMessage] {
    guard P.facts.respondsInOrder, !conversation.isDatagram else { return messages }
    let shift = UInt64(repetition * messages.count { if case .request(.identifier) = $0.role { true } else { false } })
    return messages.map { message in
      var message = message
      switch message.role {
      case .request(.identifier(let number)): message.role = .request(.identifier(number + shift))
      case .response(.identifier(let number)) where number != .max: message.role = .response(.identifier(number + shift))
      default: break
      }
      return message
    }
  }

  /// Damaged bytes end in messages or in a refusal: never in a trap, a hang or a step outside of the bytes.
  func damagedBytesAreSurvived(seed: UInt64, rounds: Int = 200) {
    var random = SeededGenerator(seed)
    for _ in 0..<rounds {
      var driver = driver()
      for run in conversation.runs {
        var bytes = run.bytes
        damage(&bytes, &random)
        let cut = Int.random(in: 0...bytes.count, using: &random)
        _ = P.recognize(bytes.span.bytes, conversation.recognitionContext(run.sender))
        #expect(driver.feed(Array(bytes[0..<cut]), from: run.sender) == nil, "seed \(seed)")
        #expect(driver.feed(Array(bytes[cut...]), from: run.sender) == nil, "seed \(seed)")
      }
    }
  }

  private func damage(_ bytes: inout [UInt8], _ random: inout SeededGenerator) {
    for _ in 0..<Int.random(in: 0...4, using: &random) where !bytes.isEmpty {
      let index = Int.random(in: 0..<bytes.count, using: &random)
      switch Int.random(in: 0..<6, using: &random) {
      case 0: bytes[index] ^= 1 << UInt8.random(in: 0..<8, using: &random)
      case 1: bytes[index] = UInt8.random(in: 0...255, using: &random)
      case 2: bytes.remove(at: index)
      case 3: bytes.insert(UInt8.random(in: 0...255, using: &random), at: index)
      case 4: bytes.removeLast(bytes.count - index)
      default:
        // Numbers are where parsers break: make one large.
        let length = min(bytes.count - index, 12)
        for offset in 0..<length {
          bytes[index + offset] = bytes[index + offset] >= 0x30 && bytes[index + offset] <= 0x39 ? 0x39 : bytes[index + offset]
        }
      }
    }
  }

  /// The first message of each sender is recognized as that sender's, and no prefix of it is refused.
  func beginningsAreRecognized() {
    for sender in [MessageSender.client, .server] {
      guard let run = conversation.runs.first(where: { $0.sender == sender }) else { continue }
      let context = conversation.recognitionContext(sender)
      let verdict = P.recognize(run.bytes.span.bytes, context)
      #expect(verdict == .certain(sender) || verdict == .likely(sender), "\(sender): \(verdict)")
      guard !conversation.isDatagram else { continue }
      for length in 1..<min(run.bytes.count, 2000) {
        let prefix = Array(run.bytes[0..<length])
        let verdict = P.recognize(prefix.span.bytes, context)
        #expect(
          verdict == .needsMore || verdict == .certain(sender) || verdict == .likely(sender), "\(sender), \(length) bytes: \(verdict)")
      }
    }
  }

  /// Whether the protocol claims a conversation of another one.
  func isNotClaimed() {
    for run in conversation.runs {
      let verdict = P.recognize(run.bytes.span.bytes, conversation.recognitionContext(run.sender))
      #expect(verdict == .no || verdict == .needsMore, "\(P.facts.identity.name) claims \(run.sender): \(verdict)")
    }
  }
}

/// SplitMix64: the same numbers everywhere for the same seed.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(_ seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
    return mixed ^ mixed >> 31
  }
}
