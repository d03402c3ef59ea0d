import Testing

@testable import Protocols

/// The laws over every fixture of every protocol of the registry: a protocol without fixtures, or without a folder here, fails.
@Suite("Parser laws")
struct ParserLawSuites {
  /// One fixture under the protocol that it is of.
  struct Subject: Sendable, CustomStringConvertible {
    var identity: L7Protocol
    var conversation: RecordedConversation

    var description: String { conversation.description }
  }

  static let subjects: [Subject] = ProtocolRegistry.protocols.flatMap { registered in
    let identity = registered.facts.identity
    return FixtureReader.conversations(in: folder(identity)).map { Subject(identity: identity, conversation: $0) }
  }

  static func folder(_ identity: L7Protocol) -> String {
    "\(identity.name)".lowercased().split(separator: "/").joined(separator: "-")
  }

  /// Opens the protocol's type for a generic law.
  private func withLaws(_ subject: Subject, _ law: (any LawBook) -> Void) throws {
    let registered = try #require(ProtocolRegistry.protocols.first { $0.facts.identity == subject.identity })
    func book<P: ApplicationProtocol>(_: P.Type) -> any LawBook { ParserLaws<P>(conversation: subject.conversation) }
    law(book(registered))
  }

  @Test("every registered protocol has recorded conversations")
  func everyProtocolHasFixtures() {
    for registered in ProtocolRegistry.protocols {
      let count = Self.subjects.count { $0.identity == registered.facts.identity }
      #expect(count > 0, "\(registered.facts.identity.name) has no fixture in fixtures/\(Self.folder(registered.facts.identity))")
    }
  }

  @Test("whole messages are messages, without a rest", arguments: subjects)
  func wholeMessages(_ subject: Subject) throws { try withLaws(subject) { $0.wholeMessagesAreMessages() } }

  @Test("messages do not depend on how their bytes are cut", arguments: subjects)
  func anySplit(_ subject: Subject) throws { try withLaws(subject) { $0.anySplitIsTheSame(seed: 1) } }

  @Test("a prefix waits for more", arguments: subjects)
  func everyPrefix(_ subject: Subject) throws { try withLaws(subject) { $0.everyPrefixWaits() } }

  @Test("a conversation again on the same connection is the same messages again", arguments: subjects)
  func backToBack(_ subject: Subject) throws { try withLaws(subject) { $0.backToBackIsThatManyMessages() } }

  @Test("damaged bytes are survived", arguments: subjects, [UInt64(1), 2, 3])
  func damaged(_ subject: Subject, _ seed: UInt64) throws { try withLaws(subject) { $0.damagedBytesAreSurvived(seed: seed, rounds: 60) } }

  @Test("beginnings are recognized", arguments: subjects)
  func recognized(_ subject: Subject) throws { try withLaws(subject) { $0.beginningsAreRecognized() } }

  @Test("no protocol claims another's conversations", arguments: subjects)
  func foreign(_ subject: Subject) throws {
    for registered in ProtocolRegistry.protocols where registered.facts.identity != subject.identity {
      func claim<P: ApplicationProtocol>(_: P.Type) { ParserLaws<P>(conversation: subject.conversation).isNotClaimed() }
      claim(registered)
    }
  }

  @Test("random bytes are claimed by no protocol with certainty", arguments: [UInt64(1), 2, 3])
  func randomBytes(_ seed: UInt64) {
    var random = SeededGenerator(seed)
    for _ in 0..<20_000 {
      let bytes = (0..<Int.random(in: 1...80, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
      for registered in ProtocolRegistry.protocols {
        for isDatagram in [false, true] {
          let context = RecognitionContext(sourcePort: 40_000, destinationPort: 40_001, isDatagram: isDatagram)
          let verdict = registered.recognize(bytes.span.bytes, context)
          #expect(verdict == .no || verdict == .needsMore, "\(registered.facts.identity.name) claims \(bytes): \(verdict), seed \(seed)")
        }
      }
    }
  }
}

/// The laws without the type parameter.
protocol LawBook {
  func wholeMessagesAreMessages()
  func anySplitIsTheSame(seed: UInt64)
  func everyPrefixWaits()
  func backToBackIsThatManyMessages()
  func damagedBytesAreSurvived(seed: UInt64, rounds: Int)
  func beginningsAreRecognized()
}

extension ParserLaws: LawBook {}
