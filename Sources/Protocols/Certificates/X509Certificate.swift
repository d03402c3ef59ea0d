import Wire

/// What the request log shows of a certificate: who it is for, who vouches for it, and when.
///
///     Certificate { TBSCertificate { [0] version, serial, algorithm, issuer, validity, subject, key, [1], [2], [3] extensions }, … }
///
/// Source: RFC 5280 §4.1.
struct X509Certificate: Sendable {
  /// Extensions that are looked at.
  static let extensionLimit = 64

  /// Content of the names.
  var issuer: Range<Int>
  var subject: Range<Int>
  /// As RFC 3339 writes them; `nil` when malformed.
  var notBefore: [UInt8]?
  var notAfter: [UInt8]?
  /// Content of the subjectAltName extension's list.
  var alternativeNames: Range<Int>?

  /// `nil` when the bytes are no certificate, or were cut before the subject's end.
  init?(_ bytes: RawSpan, _ range: Range<Int>) {
    // The outer lengths may reach beyond a certificate that was cut: what is there of it is enough.
    guard let outer = X509Certificate.opened(range, bytes), let inner = X509Certificate.opened(outer, bytes) else { return nil }
    var fields = DERReader(inner)
    guard var field = fields.next(bytes) else { return nil }
    if field.tag == 0xa0 {
      guard let serial = fields.next(bytes) else { return nil }
      field = serial
    }
    guard field.tag == 0x02, fields.next(DERReader.sequence, bytes) != nil, let issuer = fields.next(DERReader.sequence, bytes),
      let validity = fields.next(DERReader.sequence, bytes), let subject = fields.next(DERReader.sequence, bytes)
    else { return nil }
    self.issuer = issuer.content
    self.subject = subject.content
    var times = DERReader(validity.content)
    notBefore = times.next(bytes).flatMap { X509Time.text($0, bytes) }
    notAfter = times.next(bytes).flatMap { X509Time.text($0, bytes) }
    guard fields.next(DERReader.sequence, bytes) != nil else { return }
    while let element = fields.next(bytes) {
      if element.tag == 0xa3 { alternativeNames = X509Certificate.alternativeNames(element.content, bytes) }
    }
  }

  /// The content of the sequence at the beginning of `range`, no further than `range`.
  private static func opened(_ range: Range<Int>, _ bytes: RawSpan) -> Range<Int>? {
    guard range.count >= 2, bytes.load8(at: range.lowerBound) == DERReader.sequence else { return nil }
    let first = bytes.load8(at: range.lowerBound + 1)
    guard first & 0x80 != 0 else { return range.lowerBound + 2..<min(range.upperBound, range.lowerBound + 2 + Int(first)) }
    let count = Int(first & 0x7f)
    guard (1...4).contains(count), range.count >= 2 + count else { return nil }
    let start = range.lowerBound + 2 + count
    var length = 0
    for index in start - count..<start { length = length << 8 | Int(bytes.load8(at: index)) }
    return start..<min(range.upperBound, start + length)
  }

  /// Source: RFC 5280 §4.2.1.6: id-ce-subjectAltName is 2.5.29.17.
  private static func alternativeNames(_ content: Range<Int>, _ bytes: RawSpan) -> Range<Int>? {
    var wrapper = DERReader(content)
    guard let list = wrapper.next(DERReader.sequence, bytes) else { return nil }
    var extensions = DERReader(list.content)
    var count = 0
    while count < extensionLimit, let element = extensions.next(DERReader.sequence, bytes) {
      count += 1
      var fields = DERReader(element.content)
      guard let identifier = fields.next(DERReader.objectIdentifier, bytes), identifier.content.count == 3,
        bytes.bigEndian24(at: identifier.content.lowerBound) == 0x551d11
      else { continue }
      while let field = fields.next(bytes) {
        guard field.tag == DERReader.octetString else { continue }
        var value = DERReader(field.content)
        return value.next(DERReader.sequence, bytes)?.content
      }
    }
    return nil
  }
}
