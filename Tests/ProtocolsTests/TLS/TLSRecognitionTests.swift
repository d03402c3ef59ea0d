import Testing

@testable import Protocols

@Suite("TLS recognition")
struct TLSRecognitionTests {
  private typealias Bytes = TLSBytes

  static let beginnings: [(String, [UInt8], Recognition)] = [
    ("a ClientHello", Bytes.record(22, Bytes.clientHello()), .certain(.client)),
    ("a ServerHello", Bytes.record(22, Bytes.serverHello()), .certain(.server)),
    ("a ClientHello's first record, tiny", Bytes.record(22, [1]), .likely(.client)),
    ("nothing", [], .needsMore),
    ("one byte", [22], .needsMore),
    ("a header", [22, 3, 1, 2, 0], .needsMore),
    ("a version of none", [22, 2, 0, 0, 10, 1], .no),
    ("a record longer than any", [22, 3, 1, 0xff, 0xff, 1], .no),
    ("a hello shorter than its random", Bytes.record(22, Bytes.handshake(1, [3, 3, 0, 0])), .likely(.client)),
    ("an alert", Bytes.alert(2, 40), .likely(.client)),
    ("an alert of no meaning", Bytes.alert(2, 1), .no),
    ("application data", Bytes.applicationData(30) + Bytes.applicationData(40), .likely(.client)),
    ("application data that goes on beyond the chunk", Array(Bytes.applicationData(3000).prefix(1448)), .likely(.client)),
    ("application data, then something else", Bytes.applicationData(30) + Array("HTTP/1.1".utf8), .no),
    ("an empty record", Bytes.record(23, []), .no),
    ("text", Array("GET / HTTP/1.1\r\n".utf8), .no),
  ]

  @Test("beginnings of a stream", arguments: beginnings)
  func beginning(_ name: String, _ bytes: [UInt8], _ expected: Recognition) {
    #expect(
      TLS.recognize(bytes.span.bytes, RecognitionContext(sourcePort: 40_000, destinationPort: 40_001, isDatagram: false)) != .no
        || expected == .no)
    let context = RecognitionContext(sourcePort: 40_002, destinationPort: 40_001, isDatagram: false)
    #expect(TLS.recognize(bytes.span.bytes, context) == expected)
    #expect(TLS.recognize(bytes.span.bytes, RecognitionContext(sourcePort: 1, destinationPort: 2, isDatagram: true)) == .no)
  }

  @Test("the sender of application data follows from the usual port, else from what is known")
  func sender() {
    let data = Bytes.applicationData(30)
    func verdict(_ source: UInt16, _ destination: UInt16, _ likely: MessageSender? = nil) -> Recognition {
      TLS.recognize(
        data.span.bytes, RecognitionContext(sourcePort: source, destinationPort: destination, isDatagram: false, likelySender: likely))
    }
    #expect(verdict(443, 50_000) == .likely(.server))
    #expect(verdict(50_000, 443) == .likely(.client))
    #expect(verdict(5000, 60_000) == .likely(.server))
    #expect(verdict(5000, 60_000, .client) == .likely(.client))
  }
}
