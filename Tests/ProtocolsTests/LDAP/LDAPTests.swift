import Capture
import Testing

@testable import Protocols

@Suite("LDAP")
struct LDAPTests {
  private static func octets(_ text: String) -> [UInt8] { DERBytes.value(4, Array(text.utf8)) }
  private static func message(_ identifier: UInt8, _ operation: [UInt8]) -> [UInt8] {
    DERBytes.sequence(DERBytes.value(2, [identifier]), operation)
  }
  private static func result(_ operation: UInt8, _ code: UInt8, _ text: String = "") -> [UInt8] {
    DERBytes.value(operation, DERBytes.value(10, [code]) + octets("") + octets(text))
  }

  private static func search(_ filter: [UInt8], scope: UInt8 = 2) -> [UInt8] {
    DERBytes.value(
      0x63,
      octets("dc=test") + DERBytes.value(10, [scope]) + DERBytes.value(10, [0]) + DERBytes.value(2, [0]) + DERBytes.value(2, [0])
        + DERBytes.value(1, [0]) + filter + DERBytes.sequence(octets("cn")))
  }

  private func summary(_ message: [UInt8], _ sender: MessageSender = .client) -> String? {
    drive(LDAP.self, [Turn(sender: sender, bytes: message)]).messages.first?.summary
  }

  static let requests: [([UInt8], String)] = [
    (
      DERBytes.value(0x60, DERBytes.value(2, [3]) + octets("cn=a") + DERBytes.value(0x80, Array("secret".utf8))),
      "version=3 type=bind resource=cn=a id=7 authentication=simple"
    ),
    (
      DERBytes.value(0x60, DERBytes.value(2, [3]) + octets("") + DERBytes.value(0x80, [])),
      "version=3 type=bind id=7 authentication=anonymous"
    ),
    (
      DERBytes.value(0x60, DERBytes.value(2, [3]) + octets("") + DERBytes.value(0xa3, octets("GSSAPI") + octets("secret"))),
      "version=3 type=bind id=7 authentication=SASL GSSAPI"
    ),
    (DERBytes.value(0x66, octets("cn=a") + DERBytes.sequence()), "type=modify resource=cn=a id=7"),
    (DERBytes.value(0x4a, Array("cn=a".utf8)), "type=delete resource=cn=a id=7"),
    (DERBytes.value(0x42, []), "type=unbind id=7"),
    (DERBytes.value(0x50, [3]), "type=abandon id=7"),
    (DERBytes.value(0x77, DERBytes.value(0x80, Array("1.2.3".utf8))), "type=extended resource=1.2.3 id=7"),
    (search(DERBytes.value(0x87, Array("cn".utf8)), scope: 0), "type=search resource=dc=test id=7 scope=base filter=(cn=*)"),
  ]

  @Test("a request's fields", arguments: requests)
  func request(_ operation: [UInt8], _ expected: String) {
    #expect(summary(Self.message(7, operation)) == expected)
  }

  private static func compared(_ tag: UInt8, _ name: String, _ value: String) -> [UInt8] {
    DERBytes.value(tag, octets(name) + octets(value))
  }

  static let filters: [([UInt8], String)] = [
    (compared(0xa3, "cn", "a"), "(cn=a)"),
    (compared(0xa5, "sn", "b"), "(sn>=b)"),
    (compared(0xa6, "sn", "b"), "(sn<=b)"),
    (compared(0xa8, "sn", "b"), "(sn~=b)"),
    (compared(0xa3, "cn", "a*(b)\\\u{1}"), "(cn=a\\2a\\28b\\29\\5c\\01)"),
    (DERBytes.value(0xa0, compared(0xa3, "a", "1") + DERBytes.value(0xa2, compared(0xa3, "b", "2"))), "(&(a=1)(!(b=2)))"),
    (DERBytes.value(0xa1, compared(0xa3, "a", "1") + compared(0xa3, "b", "2")), "(|(a=1)(b=2))"),
    (
      DERBytes.value(
        0xa4, octets("cn") + DERBytes.sequence(DERBytes.value(0x80, [0x61]), DERBytes.value(0x81, [0x62]), DERBytes.value(0x82, [0x63]))),
      "(cn=a*b*c)"
    ),
    (DERBytes.value(0xa4, octets("cn") + DERBytes.sequence(DERBytes.value(0x80, [0x61]))), "(cn=a*)"),
    (DERBytes.value(0xa4, octets("cn") + DERBytes.sequence(DERBytes.value(0x82, [0x61]))), "(cn=*a)"),
  ]

  @Test("a filter as text", arguments: filters)
  func filter(_ filter: [UInt8], _ expected: String) {
    #expect(summary(Self.message(7, Self.search(filter))) == "type=search resource=dc=test id=7 scope=sub filter=\(expected)")
  }

  @Test("a filter nested without end is cut")
  func deepFilter() {
    var filter = Self.compared(0xa3, "cn", "a")
    for _ in 0..<200 { filter = DERBytes.value(0xa2, filter) }
    #expect(summary(Self.message(7, Self.search(filter)))?.contains("…") == true)
  }

  static let results: [(UInt8, String)] = [
    (0, "id=7 status=ok code=0"),
    (6, "id=7 status=ok code=6 result=compareTrue"),
    (32, "id=7 status=client_error code=32 exception=noSuchObject result=why"),
    (51, "id=7 status=server_error code=51 exception=busy result=why"),
    (100, "id=7 status=client_error code=100 exception=result 100 result=why"),
  ]

  @Test("a result's fields", arguments: results)
  func result(_ code: UInt8, _ expected: String) {
    #expect(summary(Self.message(7, Self.result(0x69, code, code == 0 || code == 6 ? "" : "why")), .server) == expected)
  }

  @Test("entries belong to their search, and a notice of disconnection to nobody")
  func pairing() {
    var run = EngineRun(serverPort: 389)
    run.send(Self.message(1, Self.search(DERBytes.value(0x87, Array("cn".utf8)))), from: .client)
    run.send(Self.message(2, DERBytes.value(0x4a, Array("cn=a".utf8))), from: .client)
    let entry = DERBytes.value(0x64, Self.octets("cn=b") + [UInt8](repeating: 0, count: 9000))
    run.send(
      Self.message(1, entry) + Self.message(2, Self.result(0x6b, 0)) + Self.message(1, entry) + Self.message(1, Self.result(0x65, 0)),
      from: .server)
    run.send(Self.message(0, Self.result(0x78, 52, "bye")), from: .server)
    let all = run.exchanges(.closed)
    #expect(all.map { $0.request?.prefix(11) } == ["type=delete", "type=search", "id=0 status"])
    #expect(all.map(\.ending) == [.answered, .answered, .alone])
    #expect(run.anomalyCount == 0)
  }

  @Test("after StartTLS succeeded the connection speaks TLS")
  func startTLS() {
    var run = EngineRun(serverPort: 389)
    run.send(Self.message(1, DERBytes.value(0x77, DERBytes.value(0x80, Array("1.3.6.1.4.1.1466.20037".utf8)))), from: .client)
    run.send(Self.message(1, Self.result(0x78, 0)), from: .server)
    run.send(TLSBytes.record(22, TLSBytes.clientHello()), from: .client)
    #expect(run.l7Protocol == .tls)
  }

  @Test("off its port only what opens a connection is believed")
  func recognition() {
    func verdict(_ bytes: [UInt8], _ port: UInt16 = 40_001) -> Recognition {
      LDAP.recognize(bytes.span.bytes, RecognitionContext(sourcePort: 40_000, destinationPort: port, isDatagram: false))
    }
    let bind = Self.message(1, DERBytes.value(0x60, DERBytes.value(2, [3]) + Self.octets("") + DERBytes.value(0x80, [])))
    let delete = Self.message(1, DERBytes.value(0x4a, Array("cn=a".utf8)))
    #expect(verdict(bind) == .certain(.client))
    #expect(verdict(delete) == .no)
    #expect(verdict(delete, 389) == .certain(.client))
    #expect(verdict(DERBytes.sequence(DERBytes.value(2, [1]), DERBytes.value(4, [1, 2, 3]))) == .no)
    #expect(verdict([0x30, 0x80, 2, 1, 1, 0x60]) == .no)
  }
}
