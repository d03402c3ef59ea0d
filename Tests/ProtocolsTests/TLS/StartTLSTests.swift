import Testing

@testable import Protocols

@Suite("Turning to TLS")
struct StartTLSTests {
  @Test("a recorded connection that turns to TLS ends with its handshake", arguments: ["starttls/smtp.pcap", "starttls/ldap.pcap"])
  func recorded(_ file: String) throws {
    let conversation = try #require(FixtureReader.conversations(file: file).first)
    var run = EngineRun(clientPort: conversation.clientPort, serverPort: conversation.serverPort)
    for chunk in conversation.chunks { run.send(chunk.bytes, from: chunk.sender) }
    #expect(run.l7Protocol == .tls)
    #expect(run.anomalyCount == 0)
    let all = run.exchanges(.closed)
    #expect(all.count >= 2)
    #expect(all.last?.request?.hasPrefix("type=Client Hello") == true)
    #expect(all.last?.response?.hasPrefix("version=1.3 status=ok") == true)
    #expect(all.dropLast().last?.response?.contains("status=ok") == true)
  }
}
