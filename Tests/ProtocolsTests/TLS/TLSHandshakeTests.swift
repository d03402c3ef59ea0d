import Capture
import Testing

@testable import Protocols

@Suite("TLS handshakes")
struct TLSHandshakeTests {
  private typealias Bytes = TLSBytes

  private func exchanges(_ turns: [(MessageSender, [UInt8])], _ reason: ConversationEnd.Reason = .closed) -> [DrivenExchange] {
    var run = EngineRun()
    for (sender, bytes) in turns { run.send(bytes, from: sender) }
    return run.exchanges(reason)
  }

  private static let hello = Bytes.record(22, Bytes.clientHello())
  private static let serverFlight = Bytes.record(22, Bytes.serverHello() + Bytes.certificate([]) + Bytes.handshake(14, []))
  private static let clientFlight = Bytes.record(22, Bytes.handshake(16, [1, 2, 3])) + Bytes.changeCipherSpec + Bytes.finished

  @Test("a full handshake of TLS 1.2 is one exchange that ends with the server's last message")
  func full() throws {
    let all = exchanges([
      (.client, Self.hello), (.server, Self.serverFlight), (.client, Self.clientFlight),
      (.server, Bytes.changeCipherSpec + Bytes.finished), (.client, Bytes.applicationData(100)), (.server, Bytes.applicationData(100)),
    ])
    try #require(all.count == 1)
    #expect(all[0].ending == .answered && all[0].isComplete)
    #expect(all[0].request?.hasPrefix("type=Client Hello domain=www.example.test resource=www.example.test endpoint=") == true)
    let result = "Server Hello|Certificate|Server Hello Done|Change Cipher Spec|Encrypted Handshake Message"
    #expect(all[0].response?.hasPrefix("version=1.2 status=ok result=\(result) ") == true)
    #expect(all[0].response?.contains("cipher_suite=TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256") == true)
    #expect(all[0].response?.contains("session_resumed") == false)
  }

  @Test("a resumed handshake of TLS 1.2 ends with the client's last message")
  func resumed() throws {
    let all = exchanges([
      (.client, Self.hello), (.server, Bytes.record(22, Bytes.serverHello()) + Bytes.changeCipherSpec + Bytes.finished),
      (.client, Bytes.changeCipherSpec + Bytes.finished),
    ])
    try #require(all.count == 1)
    #expect(all[0].isComplete)
    #expect(all[0].response?.contains("status=ok") == true)
    #expect(all[0].response?.contains("session_resumed=true") == true)
  }

  @Test("TLS 1.3 ends with the client's first encrypted record behind the ServerHello")
  func version13() throws {
    let serverHello = Bytes.record(22, Bytes.serverHello(suite: 0x1301, extensions: Bytes.choosesVersion13))
    let all = exchanges([
      (.client, Self.hello), (.server, serverHello + Bytes.changeCipherSpec + Bytes.applicationData(900)),
      (.client, Bytes.changeCipherSpec + Bytes.applicationData(53)), (.server, Bytes.applicationData(200)),
    ])
    try #require(all.count == 1)
    #expect(all[0].isComplete)
    #expect(all[0].response?.contains("version=1.3 status=ok result=Server Hello|Change Cipher Spec ") == true)
  }

  @Test("early data and a second ClientHello belong to the same exchange")
  func retried() throws {
    let magic = bytes("cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c")
    let retry = Bytes.record(22, Bytes.serverHello(suite: 0x1301, extensions: Bytes.choosesVersion13, random: magic))
    let serverHello = Bytes.record(22, Bytes.serverHello(suite: 0x1302, extensions: Bytes.choosesVersion13))
    let all = exchanges([
      (.client, Self.hello + Bytes.changeCipherSpec + Bytes.applicationData(30)), (.server, retry + Bytes.changeCipherSpec),
      (.client, Bytes.changeCipherSpec + Self.hello), (.server, serverHello + Bytes.applicationData(900)),
      (.client, Bytes.applicationData(53)),
    ])
    try #require(all.count == 1)
    #expect(all[0].isComplete)
    #expect(
      all[0].response?.contains("result=Hello Retry Request|Change Cipher Spec|Server Hello cipher_suite=TLS_AES_256_GCM_SHA384") == true)
  }

  static let refusals: [(String, [(MessageSender, [UInt8])], String)] = [
    (
      "the server refuses the hello", [(.client, hello), (.server, Bytes.alert(2, 40))],
      "status=client_error code=40 exception=handshake_failure result=Alert alert_sender=server"
    ),
    (
      "the server fails", [(.client, hello), (.server, Bytes.alert(2, 80))],
      "status=server_error code=80 exception=internal_error result=Alert alert_sender=server"
    ),
    (
      "the client refuses the certificate", [(.client, hello), (.server, serverFlight), (.client, Bytes.alert(2, 48))],
      "status=server_error code=48 exception=unknown_ca"
    ),
    (
      "the server refuses the client's certificate",
      [(.client, hello), (.server, serverFlight), (.client, clientFlight), (.server, Bytes.alert(2, 42))],
      "status=client_error code=42 exception=bad_certificate"
    ),
    (
      "the client's first encrypted record of TLS 1.3 is as short as an alert",
      [
        (.client, hello),
        (.server, Bytes.record(22, Bytes.serverHello(extensions: Bytes.choosesVersion13)) + Bytes.applicationData(900)),
        (.client, Bytes.applicationData(19)),
      ],
      "status=server_error exception=encrypted_alert"
    ),
  ]

  @Test("a refusal is the exchange's response", arguments: refusals)
  func refused(_ name: String, _ turns: [(MessageSender, [UInt8])], _ expected: String) throws {
    let all = exchanges(turns)
    try #require(all.count == 1)
    #expect(all[0].ending == .answered)
    #expect(all[0].response?.contains(expected) == true, "\(all[0])")
  }

  @Test("a hello without an answer, and a handshake that stops, are not complete")
  func unfinished() throws {
    #expect(exchanges([(.client, Self.hello)]).map(\.ending) == [.connectionClosed])
    let stopped = exchanges([(.client, Self.hello), (.server, Self.serverFlight)])
    try #require(stopped.count == 1)
    #expect(!stopped[0].isComplete)
    #expect(stopped[0].response?.contains("status=unknown") == true)
  }

  @Test("handshake messages may be cut into records of any length", arguments: [1, 2, 3, 5, 50])
  func split(_ length: Int) throws {
    func records(_ content: [UInt8]) -> [UInt8] {
      stride(from: 0, to: content.count, by: length).flatMap { Bytes.record(22, Array(content[$0..<min($0 + length, content.count)])) }
    }
    // No more than the limit of records a run.
    let hello = Bytes.clientHello(extensions: length < 3 ? nil : Bytes.serverName("a.test"))
    let all = exchanges([(.client, length < 3 ? records(hello) : records(hello)), (.server, records(Bytes.serverHello()))])
    try #require(all.count == 1)
    #expect(all[0].request?.contains("supported_versions=1.2") == true)
    #expect(all[0].response?.contains("cipher_suite=TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256") == true)
  }

  @Test("more records than a message may have, and an endless message, are refused")
  func tooMany() {
    let tiny = Bytes.clientHello().flatMap { Bytes.record(22, [$0]) }
    var run = EngineRun()
    run.send(Self.hello, from: .client)
    run.send(Self.serverFlight, from: .server)
    run.send(tiny, from: .client)
    #expect(run.anomalyCount == 1)
    run.send(Bytes.record(22, [11, 0xff, 0xff, 0xff, 0]), from: .server)
    #expect(run.anomalyCount == 1, "after a loss it may be encrypted")
  }

  @Test("a connection joined among application data is known as TLS, and has no exchange")
  func joined() {
    var run = EngineRun()
    run.send(Bytes.applicationData(500) + Bytes.applicationData(20), from: .server)
    run.send([UInt8](repeating: 0x41, count: 3000), from: .server)
    #expect(run.l7Protocol == .tls)
    #expect(run.anomalyCount == 0)
    #expect(run.exchanges().isEmpty)
  }

  @Test("application data after the handshake is not looked at")
  func afterwards() {
    var run = EngineRun()
    run.send(Self.hello, from: .client)
    run.send(Self.serverFlight, from: .server)
    run.send(Self.clientFlight, from: .client)
    run.send(Bytes.changeCipherSpec + Bytes.finished, from: .server)
    run.send([UInt8](repeating: 0, count: 100), from: .client)
    run.send([UInt8](repeating: 0xff, count: 100), from: .server)
    #expect(run.l7Protocol == .tls)
    #expect(run.anomalyCount == 0)
    #expect(run.exchanges().count == 1)
  }

  @Test("a hello of which the end was lost still says what is there")
  func cutHello() throws {
    let extensions = Bytes.serverName("www.example.test") + Bytes.fieldExtension(21, [UInt8](repeating: 0, count: 500))
    let hello = Bytes.record(22, Bytes.clientHello(extensions: extensions))
    var run = EngineRun()
    run.send(Array(hello.prefix(200)), from: .client)
    run.gap(hello.count - 200, from: .client)
    let all = run.exchanges()
    try #require(all.count == 1)
    #expect(all[0].request?.contains("domain=www.example.test") == true)
    #expect(!all[0].isComplete)
  }

  @Test("a gap in the server's certificates leaves the exchange, incomplete")
  func gapInCertificates() throws {
    var run = EngineRun()
    run.send(Self.hello, from: .client)
    let flight = Bytes.record(22, Bytes.serverHello()) + Bytes.record(22, Bytes.certificate([[UInt8](repeating: 1, count: 3000)]))
    run.send(Array(flight.prefix(1000)), from: .server)
    run.gap(flight.count - 1000, from: .server)
    run.send(Self.clientFlight, from: .client)
    run.send(Bytes.changeCipherSpec + Bytes.finished, from: .server)
    run.send(Bytes.applicationData(100), from: .client)
    let all = run.exchanges()
    try #require(all.count == 1)
    #expect(all[0].response?.contains("cipher_suite=TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256") == true)
    #expect(!all[0].isComplete)
  }

  @Test("a hello in the format of SSL 2.0")
  func legacyHello() throws {
    let hello: [UInt8] = [0x80, 0x2e, 1, 3, 1, 0, 21, 0, 0, 0, 16] + [UInt8](repeating: 1, count: 37)
    let all = exchanges([(.client, hello), (.server, Bytes.record(22, Bytes.serverHello(version: 0x0301), version: 0x0301))])
    try #require(all.count == 1)
    #expect(all[0].request == "type=Client Hello supported_versions=1.0")
    #expect(all[0].response?.hasPrefix("version=1.0 status=unknown result=Server Hello") == true)
  }
}
