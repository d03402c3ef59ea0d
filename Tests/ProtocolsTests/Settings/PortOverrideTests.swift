import Testing
import Transport

@testable import Protocols

/// What the operator says of a port goes before what its bytes look like.
@Suite("Protocols by port")
struct PortOverrideTests {
  private func run(_ port: UInt16, _ l7Protocol: L7Protocol?, clientPort: UInt16 = 40_000, isDatagram: Bool = false) -> EngineRun {
    var options = ProtocolOptions()
    options.protocolsByPort.updateValue(l7Protocol, forKey: port)
    return EngineRun(clientPort: clientPort, serverPort: 40_001, isDatagram: isDatagram, options: options)
  }

  @Test("a protocol that nothing would recognize is read")
  func unrecognizable() {
    // An inline command that is not Redis's own word.
    let bytes = "FROBNICATE x\r\n"
    var plain = EngineRun()
    plain.client(bytes)
    #expect(plain.l7Protocol == nil)
    var forced = run(40_001, .redis)
    forced.client(bytes)
    forced.server("-ERR unknown command\r\n")
    #expect(forced.l7Protocol == .redis)
    #expect(forced.exchanges().map(\.ending) == [.answered])
  }

  @Test("the port says who serves, whoever spoke first and whoever opened the flow")
  func roles() {
    var run = run(40_000, .redis)
    run.client("+OK\r\n")
    run.server("GET a\r\n")
    run.client("$1\r\nb\r\n")
    #expect(run.exchanges().last?.request == "type=GET resource=a")
    #expect(run.clientSides.allSatisfy { $0 == .responder })
  }

  @Test("what looks like another protocol is read as it was said, and counted where it makes no sense")
  func contradiction() {
    var run = run(40_001, .redis)
    run.client("\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}")
    run.client("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
    #expect(run.l7Protocol == .redis)
    #expect(run.anomalyCount > 0)
  }

  @Test("a conversation that begins in the middle finds its first message")
  func midway() {
    var run = run(40_001, .http)
    run.server("rest of a body")
    run.client("GET /a HTTP/1.1\r\nHost: h\r\n\r\n")
    run.server("HTTP/1.1 204 No Content\r\n\r\n")
    #expect(run.exchanges().map(\.ending) == [.answered])
  }

  @Test("a protocol that travels in another is read by that")
  func carried() {
    #expect(L7Protocol.grpc.carrier == .http2)
    #expect(L7Protocol.decodable.contains(.triple))
    var run = run(40_001, .grpc)
    run.client("x")
    #expect(run.l7Protocol == .http2)
  }

  @Test("with none, nothing is read")
  func nothing() {
    var run = run(40_001, nil)
    run.client("GET /a HTTP/1.1\r\nHost: h\r\n\r\n")
    run.server("HTTP/1.1 204 No Content\r\n\r\n")
    #expect(run.l7Protocol == nil)
    #expect(run.exchanges().isEmpty)
  }

  @Test("other ports, and carriers that the protocol does not use, are recognized as ever")
  func elsewhere() {
    var other = run(80, .redis)
    other.client("GET /a HTTP/1.1\r\nHost: h\r\n\r\n")
    #expect(other.l7Protocol == .http)
    var datagram = run(40_001, .http, isDatagram: true)
    datagram.send(DNSBytes.query(7, "a.example"), from: .client)
    #expect(datagram.l7Protocol != .http)
  }

  @Test("what is handed over is not bound by the port")
  func handedOver() {
    var run = run(40_001, .smtp)
    run.server("220 mail ESMTP\r\n")
    run.client("STARTTLS\r\n")
    run.server("220 go ahead\r\n")
    run.client("\u{16}\u{3}\u{1}")
    #expect(run.l7Protocol == .tls)
  }

  @Test("a port's timeout is the protocol's, unless it was given one")
  func timeouts() {
    var options = ProtocolOptions()
    #expect(ProtocolSettings(options).sessionTimeout(HTTP.facts) == 120_000_000_000)
    options.defaultSessionTimeout = 5_000_000_000
    options.sessionTimeouts = [.smtp: 7_000_000_000]
    let settings = ProtocolSettings(options)
    #expect(settings.sessionTimeout(HTTP.facts) == 5_000_000_000)
    #expect(settings.sessionTimeout(SMTP.facts) == 7_000_000_000)
    #expect(settings.sessionTimeout(DNS.facts) == 15_000_000_000)
    var run = EngineRun(options: options)
    run.client("GET /a HTTP/1.1\r\nHost: h\r\n\r\n")
    run.wait(seconds: 6)
    #expect(run.exchanges().map(\.ending) == [.timedOut])
  }
}
