import Testing

@testable import Protocols

@Suite("DNS roles and keys")
struct DNSPairingTests {
  private func roles(_ turns: [Turn], isDatagram: Bool = true) -> [MessageRole] {
    drive(DNS.self, turns, isDatagram: isDatagram).messages.map(\.role)
  }

  private func response(_ identifier: UInt16, _ name: String, _ type: UInt16 = 1) -> Turn {
    Turn(sender: .server, bytes: DNSBytes.header(identifier, 0x8180, [1, 0, 0, 0]) + DNSBytes.question(name, type))
  }

  private func query(_ identifier: UInt16, _ name: String, _ type: UInt16 = 1) -> Turn {
    Turn(sender: .client, bytes: DNSBytes.query(identifier, name, type))
  }

  private func keys(_ roles: [MessageRole]) -> [ExchangeKey?] {
    roles.map { role in
      switch role {
      case .request(let key), .response(let key): key
      case .interim, .oneWay, .addition: nil
      }
    }
  }

  @Test("a response has its query's key, whatever the case of the name's letters")
  func sameKey() {
    let keys = keys(roles([query(7, "a.Example"), response(7, "A.example")]))
    #expect(keys[0] != nil)
    #expect(keys[0] == keys[1])
  }

  @Test("another identifier, name or type is another key")
  func otherKeys() {
    let keys = keys(roles([query(7, "a"), response(8, "a"), response(7, "b"), response(7, "a", 28), response(7, "a.a")]))
    #expect(Set(keys).count == 5)
  }

  @Test("a response without a question takes the key of the last query with its identifier")
  func withoutQuestion() {
    let bare = Turn(sender: .server, bytes: DNSBytes.header(7, 0x8181, [0, 0, 0, 0]))
    let keys = keys(roles([query(7, "old"), query(6, "x"), query(7, "new"), bare]))
    #expect(keys[3] == keys[2])
    #expect(keys[3] != keys[0])
    #expect(roles([bare]) == [.response(.identifier(7))])
  }

  @Test("the role follows the header, not the sender")
  func roleByHeader() {
    let turned = Turn(sender: .server, bytes: DNSBytes.query(7, "a"))
    #expect(keys(roles([turned])) == keys(roles([query(7, "a")])))
  }

  @Test("multicast messages are one-way; a unicast query with identifier zero is not")
  func multicast() {
    let ask = Turn(sender: .client, bytes: DNSBytes.header(0, 0, [1, 0, 0, 0]) + DNSBytes.question("_ipp._tcp.local", 12))
    let announce = Turn(
      sender: .client,
      bytes: DNSBytes.header(0, 0x8400, [0, 1, 0, 0]) + DNSBytes.record(DNSBytes.name("_ipp._tcp.local"), 12, DNSBytes.name("p")))
    let driver = drive(DNS.self, [ask, announce], isDatagram: true)
    #expect(driver.messages.map(\.role) == [.oneWay, .oneWay])
    #expect(driver.messages.last?.summary == "type=PTR resource=_ipp._tcp.local endpoint=_ipp._tcp.local id=0 status=ok code=0 result=p")
    #expect(roles([query(0, "a")]) != [.oneWay])
  }

  @Test("further messages of a zone transfer are interim, until the next query")
  func transfer() {
    func stream(_ turn: Turn) -> Turn { Turn(sender: turn.sender, bytes: DNSBytes.onStream(turn.bytes)) }
    let bare = Turn(sender: .server, bytes: DNSBytes.header(7, 0x8400, [0, 0, 0, 0]))
    let roles = roles(
      [query(7, "zone", 252), response(7, "zone", 252), response(7, "zone", 252), bare, query(7, "zone", 252), response(7, "zone", 252)]
        .map(stream),
      isDatagram: false)
    #expect(roles[1] != .interim)
    #expect(roles[2] == .interim)
    #expect(roles[3] == .interim)
    #expect(roles[5] == roles[1])
  }

  @Test("the rest of a long message on a stream is stepped over")
  func longMessage() {
    let records = (0..<2000).flatMap { _ in DNSBytes.record([0xc0, 12], 1, [192, 0, 2, 1]) }
    let long = DNSBytes.onStream(DNSBytes.header(7, 0x8400, [1, 2000, 0, 0]) + DNSBytes.question("zone", 252) + records)
    let driver = drive(DNS.self, [Turn(sender: .server, bytes: long + DNSBytes.onStream(response(8, "a").bytes))])
    #expect(driver.messages.map(\.byteCount) == [long.count, 21])
    #expect(driver.messages.map(\.isComplete) == [true, true])
    #expect(driver.invalid == nil)
  }
}
