import Testing

@testable import Protocols

/// What a connection speaks once a proxy has opened a tunnel is found out from its bytes.
@Suite("Tunnels")
struct TunnelTests {
  private func tunnel() -> EngineRun {
    var run = EngineRun(serverPort: 3128)
    run.client("CONNECT a.example:443 HTTP/1.1\r\nHost: a.example:443\r\n\r\n")
    run.server("HTTP/1.1 200 Connection established\r\n\r\n")
    return run
  }

  @Test("TLS in a tunnel is TLS")
  func tls() {
    var run = tunnel()
    #expect(run.l7Protocol == .http)
    run.send(TLSBytes.record(22, TLSBytes.clientHello()), from: .client)
    #expect(run.l7Protocol == .tls)
    let exchanges = run.exchanges()
    #expect(exchanges.first?.response == "version=1.1 status=ok code=200")
    #expect(exchanges.count == 2)
  }

  @Test("HTTP in a tunnel is HTTP again, with the same client")
  func http() {
    var run = tunnel()
    run.client("GET /inside HTTP/1.1\r\nHost: a.example\r\n\r\n")
    run.server("HTTP/1.1 204 No Content\r\n\r\n")
    let exchanges = run.exchanges()
    #expect(exchanges.map(\.ending) == [.answered, .answered])
    #expect(exchanges.last?.request?.contains("resource=/inside") ?? false)
  }

  @Test("what nobody knows stays unknown, and costs HTTP nothing")
  func unknown() {
    var run = tunnel()
    run.client("SSH-2.0-OpenSSH_9.2\r\n")
    run.server("SSH-2.0-OpenSSH_9.2\r\n")
    #expect(run.anomalyCount == 0)
    #expect(run.exchanges().count == 1)
  }

  @Test("an upgrade whose request was not seen is a response by itself")
  func upgradeAlone() {
    var run = EngineRun(serverPort: 80)
    run.server("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n")
    #expect(run.exchanges().map(\.ending) == [.alone])
  }

  @Test("the answer to a request that asked for HTTP/2 is the one on stream 1")
  func upgrade() {
    var run = EngineRun(serverPort: 80)
    run.client("GET /first HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n\r\n")
    run.server("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n")
    // SETTINGS, then HEADERS of stream 1 with ":status: 404" and the end of the stream.
    run.send([0, 0, 0, 4, 0, 0, 0, 0, 0] + [0, 0, 1, 1, 5, 0, 0, 0, 1, 0x8d], from: .server)
    let exchanges = run.exchanges()
    #expect(exchanges.map(\.ending) == [.answered])
    #expect(exchanges.first?.request?.contains("resource=/first") ?? false)
    #expect(exchanges.first?.response?.contains("code=404") ?? false)
  }
}
