import Testing

@testable import Protocols

/// Builds certificates byte by byte.
enum DERBytes {
  static func value(_ tag: UInt8, _ content: [UInt8]) -> [UInt8] {
    switch content.count {
    case 0..<128: [tag, UInt8(content.count)] + content
    case 128..<256: [tag, 0x81, UInt8(content.count)] + content
    default: [tag, 0x82] + TLSBytes.number16(content.count) + content
    }
  }

  static func sequence(_ parts: [UInt8]...) -> [UInt8] { value(0x30, parts.flatMap { $0 }) }

  static func name(_ parts: [(type: [UInt8], tag: UInt8, value: [UInt8])]) -> [UInt8] {
    value(0x30, parts.flatMap { value(0x31, sequence(value(6, $0.type), value($0.tag, $0.value))) })
  }

  static func certificate(
    subject: [UInt8] = name([]), issuer: [UInt8] = name([]), notBefore: [UInt8] = value(0x17, Array("240102030405Z".utf8)),
    notAfter: [UInt8] = value(0x17, Array("250102030405Z".utf8)), alternatives: [UInt8]? = nil
  ) -> [UInt8] {
    let extensions = alternatives.map { value(0xa3, sequence(sequence(value(6, [0x55, 0x1d, 17]), value(4, value(0x30, $0))))) } ?? []
    let body =
      value(0xa0, value(2, [2])) + value(2, [1]) + sequence(value(6, [1])) + issuer + sequence(notBefore, notAfter) + subject
      + sequence(value(6, [1])) + extensions
    return sequence(value(0x30, body), sequence(value(6, [1])), value(3, [0, 1, 2, 3]))
  }
}

@Suite("X.509 certificates")
struct X509Tests {
  private func parsed(_ bytes: [UInt8]) -> X509Certificate? { X509Certificate(bytes.span.bytes, 0..<bytes.count) }

  private func text(_ bytes: [UInt8]?) -> String? { bytes.map { String(decoding: $0, as: UTF8.self) } }

  static let commonName: [UInt8] = [0x55, 4, 3]
  static let organization: [UInt8] = [0x55, 4, 10]

  static let names: [([(type: [UInt8], tag: UInt8, value: [UInt8])], String?)] = [
    ([], nil),
    ([(organization, 12, Array("Example, Inc.".utf8)), (commonName, 19, Array("a.test".utf8))], "CN=a.test,O=Example\\, Inc."),
    ([(commonName, 12, Array(" #x ".utf8))], "CN=\\ #x\\ "),
    ([(commonName, 12, Array("#x".utf8))], "CN=\\#x"),
    ([(commonName, 20, [0x4d, 0xfc, 0x6c, 0x6c])], "CN=Müll"),
    ([(commonName, 30, [0x20, 0xac, 0, 0x31])], "CN=€1"),
    ([([0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 1], 22, Array("a@b".utf8))], "emailAddress=a@b"),
    ([([0x09, 0x92, 0x26, 0x89, 0x93, 0xf2, 0x2c, 0x64, 1, 0x19], 22, Array("test".utf8))], "DC=test"),
    ([([0x55, 4, 97], 12, Array("x".utf8))], "2.5.4.97=x"),
  ]

  @Test("names are shown last part first", arguments: names)
  func shownName(_ parts: [(type: [UInt8], tag: UInt8, value: [UInt8])], _ expected: String?) throws {
    let bytes = DERBytes.certificate(subject: DERBytes.name(parts))
    let certificate = try #require(parsed(bytes))
    #expect(text(X509Name.text(certificate.subject, bytes.span.bytes)) == expected)
  }

  static let times: [(UInt8, String, String?)] = [
    (0x17, "240102030405Z", "2024-01-02T03:04:05Z"),
    (0x17, "500102030405Z", "1950-01-02T03:04:05Z"),
    (0x17, "491231235959Z", "2049-12-31T23:59:59Z"),
    (0x17, "2401020304Z", "2024-01-02T03:04:00Z"),
    (0x18, "19490101000000Z", "1949-01-01T00:00:00Z"),
    (0x18, "99991231235959Z", "9999-12-31T23:59:59Z"),
    (0x17, "240102030405", nil),
    (0x17, "24010203040xZ", nil),
    (0x17, "Z", nil),
    (0x17, "", nil),
    (0x04, "240102030405Z", nil),
  ]

  @Test("times are RFC 3339's", arguments: times)
  func shownTime(_ tag: UInt8, _ value: String, _ expected: String?) throws {
    let certificate = try #require(parsed(DERBytes.certificate(notAfter: DERBytes.value(tag, Array(value.utf8)))))
    #expect(text(certificate.notAfter) == expected)
    #expect(text(certificate.notBefore) == "2024-01-02T03:04:05Z")
  }

  @Test("alternative names: hosts and addresses, so many and no more")
  func alternatives() throws {
    let host = DERBytes.value(0x82, Array("a.test".utf8))
    let list =
      host + DERBytes.value(0xa4, []) + DERBytes.value(0x87, [192, 0, 2, 1])
      + DERBytes.value(0x87, [0x20, 1, 0x0d, 0xb8] + [UInt8](repeating: 0, count: 11) + [1])
    let some = DERBytes.certificate(alternatives: list)
    #expect(text(X509AlternativeNames.text(try #require(parsed(some)), some.span.bytes)) == "a.test,192.0.2.1,2001:db8::1")
    let many = DERBytes.certificate(alternatives: (0..<100).flatMap { _ in host })
    let shown = Array(repeating: "a.test", count: X509AlternativeNames.nameLimit).joined(separator: ",") + ",…"
    #expect(text(X509AlternativeNames.text(try #require(parsed(many)), many.span.bytes)) == shown)
    let none = DERBytes.certificate()
    #expect(X509AlternativeNames.text(try #require(parsed(none)), none.span.bytes) == nil)
  }

  @Test("a certificate cut anywhere, or damaged anywhere, is read as far as it goes")
  func damaged() throws {
    let whole = DERBytes.certificate(
      subject: DERBytes.name([(Self.commonName, 12, Array("a.test".utf8))]), alternatives: DERBytes.value(0x82, Array("a.test".utf8)))
    for length in 0..<whole.count {
      let cut = Array(whole[0..<length])
      if let certificate = parsed(cut) { _ = X509Name.text(certificate.subject, cut.span.bytes) }
    }
    for index in whole.indices {
      for value: UInt8 in [0, 0x7f, 0x80, 0x84, 0xff] {
        var damaged = whole
        damaged[index] = value
        guard let certificate = parsed(damaged) else { continue }
        _ = X509Name.text(certificate.subject, damaged.span.bytes)
        _ = X509AlternativeNames.text(certificate, damaged.span.bytes)
      }
    }
    #expect(parsed(whole) != nil)
    #expect(parsed([]) == nil)
  }
}
