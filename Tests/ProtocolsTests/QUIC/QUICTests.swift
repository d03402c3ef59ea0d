import Capture
import Testing

@testable import Protocols

@Suite("QUIC")
struct QUICTests {
  private static let identifier = bytes("8394c8f03e515708")

  private func opened(_ packet: [UInt8], _ version: QUICVersion, _ sender: MessageSender) throws -> [UInt8]? {
    let span = packet.span.bytes
    guard let parsed = QUICPacket(span, at: 0, isTruncated: false) else { return nil }
    let salt = try #require(version.salts.first)
    let keys = QUICInitialKeys(version: version, salt: salt, connectionID: Self.identifier, sender: sender)
    return keys.open(parsed, span)
  }

  @Test("the client's Initial packet of version 1: RFC 9001 appendix A.2")
  func clientInitial() throws {
    let frames = try #require(try opened(QUICVectors.clientInitial, .one, .client))
    #expect(frames.count == 1162)
    #expect(Array(frames.prefix(245)) == QUICVectors.clientHello)
    #expect(frames.dropFirst(245).allSatisfy { $0 == 0 })
  }

  @Test("the client's Initial packet of version 2: RFC 9369 appendix A.2")
  func clientInitialOfVersion2() throws {
    let frames = try #require(try opened(QUICVectors.clientInitialOfVersion2, .two, .client))
    #expect(Array(frames.prefix(245)) == QUICVectors.clientHello)
  }

  @Test("the server's Initial packet of version 1: RFC 9001 appendix A.3")
  func serverInitial() throws {
    let frames = try #require(try opened(QUICVectors.serverInitial, .one, .server))
    #expect(hexadecimal(frames).hasPrefix("02000000000600405a020000560303eefce7f7b37ba1d1632e96677825ddf73988"))
  }

  @Test("a packet of another sender, version or with a damaged byte is not opened")
  func notOpened() throws {
    #expect(try opened(QUICVectors.clientInitial, .one, .server) == nil)
    #expect(try opened(QUICVectors.clientInitial, .two, .client) == nil)
    for index in [0, 18, 40, 600, 1199] {
      var damaged = QUICVectors.clientInitial
      damaged[index] ^= 1
      let span = damaged.span.bytes
      guard let packet = QUICPacket(span, at: 0, isTruncated: false) else { continue }
      let keys = QUICInitialKeys(version: .one, salt: QUICVersion.one.salts[0], connectionID: Self.identifier, sender: .client)
      #expect(keys.open(packet, span) == nil)
    }
  }

  @Test("the vectors' handshake is one exchange")
  func exchange() throws {
    var run = EngineRun(serverPort: 443, isDatagram: true)
    run.send(QUICVectors.clientInitial, from: .client)
    run.send(QUICVectors.serverInitial, from: .server)
    run.send([0x40] + [UInt8](repeating: 7, count: 40), from: .client)
    let all = run.exchanges()
    try #require(all.count == 1)
    #expect(
      all[0].request?.hasPrefix("version=1 type=Initial domain=example.com resource=example.com endpoint=example.com ") == true)
    #expect(all[0].request?.contains("server_connection_id=8394c8f03e515708 supported_versions=1.3 client_alpn=alpn ja4=q13d") == true)
    #expect(
      all[0].response
        == "version=1 status=ok result=Server Hello chosen_connection_id=f067a5502a4262b5 cipher_suite=TLS_AES_128_GCM_SHA256")
    #expect(all[0].ending == .answered && all[0].isComplete)
  }

  @Test("a server that offers other versions refuses")
  func versionNegotiation() throws {
    var run = EngineRun(serverPort: 443, isDatagram: true)
    run.send(QUICVectors.clientInitialOfVersion2, from: .client)
    run.send(bytes("80 00000000 00 08 8394c8f03e515708 00000001 ff00001d"), from: .server)
    run.send(QUICVectors.clientInitial, from: .client)
    let all = run.exchanges()
    try #require(all.count == 2)
    #expect(
      all[0].response
        == "status=client_error exception=version_negotiation result=Version Negotiation server_versions=1,draft-29")
    #expect(all[1].request?.hasPrefix("version=1 type=Initial domain=example.com") == true)
  }

  static let recorded: [(String, Int, [String])] = [
    (
      "quic/aioquic-v1.pcap", 3,
      ["version=1 status=ok", "version=1 status=ok", "status=client_error code=376 exception=no_application_protocol"]
    ),
    ("quic/aioquic-v2.pcap", 1, ["version=2 status=ok"]),
    ("quic/aioquic-retry.pcap", 1, ["version=1 status=ok"]),
    ("quic/aioquic-large.pcap", 1, ["version=1 status=ok"]),
  ]

  @Test("recorded handshakes name their server", arguments: recorded)
  func recordedHandshake(_ file: String, _ count: Int, _ expected: [String]) throws {
    let conversations = FixtureReader.conversations(file: file)
    try #require(conversations.count == count)
    for (conversation, expected) in zip(conversations, expected) {
      var run = EngineRun(clientPort: conversation.clientPort, serverPort: conversation.serverPort, isDatagram: true)
      for chunk in conversation.chunks { run.send(chunk.bytes, from: chunk.sender) }
      let all = run.exchanges()
      try #require(all.count == 1, "\(conversation)")
      #expect(all[0].request?.contains("domain=www.example.test") == true, "\(all[0])")
      #expect(all[0].response?.contains(expected) == true, "\(all[0])")
    }
  }

  @Test("CRYPTO frames come in any order, twice and overlapping", arguments: [UInt64(1), 2, 3])
  func cryptoStream(_ seed: UInt64) {
    var random = SeededGenerator(seed)
    for _ in 0..<200 {
      let whole = (0..<Int.random(in: 1...600, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
      var stream = QUICCryptoStream()
      var isThere = [Bool](repeating: false, count: whole.count)
      for _ in 0..<Int.random(in: 1...60, using: &random) {
        let start = Int.random(in: 0..<whole.count, using: &random)
        let end = Int.random(in: start..<min(whole.count, start + 80), using: &random) + 1
        stream.insert(whole[start..<end], at: start)
        for index in start..<end { isThere[index] = true }
      }
      let length = isThere.firstIndex(of: false) ?? whole.count
      #expect(Array(stream.beginning) == Array(whole.prefix(length)), "seed \(seed)")
    }
  }

  @Test("CRYPTO frames beyond the limits are dropped")
  func cryptoLimits() {
    var stream = QUICCryptoStream()
    stream.insert([1, 2], at: QUICCryptoStream.byteLimit - 1)
    #expect(stream.beginning.isEmpty)
    for index in 0..<QUICCryptoStream.pieceLimit + 10 { stream.insert([7], at: 2 + index * 2) }
    stream.insert([1], at: 0)
    #expect(stream.beginning.isEmpty, "there is no room for a further piece")
    stream.insert([1, 1], at: 0)
    #expect(Array(stream.beginning) == [1, 1, 7], "it touches one that is there")
  }

  static let strangers: [(String, [UInt8])] = [
    ("nothing", []),
    ("a short header", [0x40, 1, 2, 3, 4, 5, 6, 7, 8]),
    ("an unknown version", bytes("c0 12345678 08 8394c8f03e515708 00 00 449e") + [UInt8](repeating: 0, count: 1200)),
    ("an identifier longer than any", bytes("c0 00000001 15") + [UInt8](repeating: 0, count: 1200)),
    ("a packet too short to be sealed", bytes("c0 00000001 08 8394c8f03e515708 00 00 02 0000")),
    ("negotiation without a known version", bytes("80 00000000 00 08 8394c8f03e515708 12345678")),
    ("negotiation with a rest", bytes("80 00000000 00 08 8394c8f03e515708 00000001 00")),
  ]

  @Test("other datagrams are not QUIC", arguments: strangers)
  func isStranger(_ name: String, _ datagram: [UInt8]) {
    let context = RecognitionContext(sourcePort: 40_000, destinationPort: 443, isDatagram: true)
    #expect(QUIC.recognize(datagram.span.bytes, context) == .no)
  }
}
