import Capture
import Wire

/// The data of resource records as in a zone file, one after the other, separated by semicolons.
struct DNSRecordText {
  /// Bytes of text kept of one message's answers; answers that do not fit are left out.
  static let longestText = 1024
  /// Answers looked at.
  static let answerLimit = 64
  /// Bytes of a record of unknown form that are shown.
  static let longestOpaqueData = 64

  private(set) var bytes: [UInt8] = []

  /// Appends the data of `record`; `false` when it did not fit.
  mutating func append(_ record: DNSRecord, _ message: DNSMessage, _ span: RawSpan) -> Bool {
    let start = bytes.count
    if start > 0 { bytes.append(0x3b) }
    if !appendKnown(record, message.range, span) {
      bytes.removeLast(bytes.count - start - (start > 0 ? 1 : 0))
      appendOpaque(record.data, span)
    }
    guard bytes.count <= DNSRecordText.longestText else {
      bytes.removeLast(bytes.count - start)
      return false
    }
    return true
  }

  /// The types with a form of their own; `false` for others and for data that do not have the form of their type.
  private mutating func appendKnown(_ record: DNSRecord, _ message: Range<Int>, _ span: RawSpan) -> Bool {
    let data = record.data
    let start = data.lowerBound
    switch record.type {
    case DNSType.a:
      guard data.count == 4, let address = span.bigEndian32(at: start) else { return false }
      append(IPAddress(v4: address).description)
      return true
    case DNSType.aaaa:
      guard data.count == 16, let high = span.bigEndian64(at: start), let low = span.bigEndian64(at: start + 8) else { return false }
      append(IPAddress(high: high, low: low).description)
      return true
    case 2, 5, 12, 39: return appendName(start, data, message, span)  // NS, CNAME, PTR, DNAME
    case 6: return appendAuthority(data, message, span)
    case 13, 16, 99: return appendStrings(data, span)  // HINFO, TXT, SPF
    case 15, 18, 36: return appendNumbers(1, start, data, span) && appendName(start + 2, data, message, span)  // MX, AFSDB, KX
    case 33: return appendNumbers(3, start, data, span) && appendName(start + 6, data, message, span)  // SRV
    case 35:  // NAPTR, RFC 3403 §4.1
      guard appendNumbers(2, start, data, span) else { return false }
      var offset = start + 4
      for _ in 0..<3 {
        guard let next = appendString(offset, data, span) else { return false }
        bytes.append(0x20)
        offset = next
      }
      return appendName(offset, data, message, span)
    case 43, 59: return appendDigest(data, span)  // DS, CDS
    case 64, 65: return appendNumbers(1, start, data, span) && appendName(start + 2, data, message, span)  // SVCB, HTTPS
    case 257: return appendCertificationAuthority(data, span)
    default: return false
    }
  }

  /// SOA. Source: RFC 1035 §3.3.13.
  private mutating func appendAuthority(_ data: Range<Int>, _ message: Range<Int>, _ span: RawSpan) -> Bool {
    guard let mailbox = DNSName.end(data.lowerBound, span, message), let numbers = DNSName.end(mailbox, span, message),
      numbers + 20 == data.upperBound,
      appendName(data.lowerBound, data, message, span)
    else { return false }
    bytes.append(0x20)
    guard appendName(mailbox, data, message, span) else { return false }
    for index in 0..<5 {
      bytes.append(0x20)
      append(String(span.loadBigEndian32(at: numbers + 4 * index)))
    }
    return true
  }

  /// DS. Source: RFC 4034 §5.3.
  private mutating func appendDigest(_ data: Range<Int>, _ span: RawSpan) -> Bool {
    guard data.count > 4, appendNumbers(1, data.lowerBound, data, span) else { return false }
    append("\(span.load8(at: data.lowerBound + 2)) \(span.load8(at: data.lowerBound + 3)) ")
    appendHexadecimal(data.lowerBound + 4..<data.upperBound, span)
    return true
  }

  /// CAA. Source: RFC 8659 §4.1.
  private mutating func appendCertificationAuthority(_ data: Range<Int>, _ span: RawSpan) -> Bool {
    guard data.count >= 2 else { return false }
    let tag = data.lowerBound + 2..<data.lowerBound + 2 + Int(span.load8(at: data.lowerBound + 1))
    guard tag.upperBound <= data.upperBound else { return false }
    append("\(span.load8(at: data.lowerBound)) ")
    appendEscaped(tag, span)
    append(" \"")
    appendEscaped(tag.upperBound..<data.upperBound, span)
    bytes.append(0x22)
    return true
  }

  /// 16-bit numbers, each followed by a blank.
  private mutating func appendNumbers(_ count: Int, _ offset: Int, _ data: Range<Int>, _ span: RawSpan) -> Bool {
    guard offset + 2 * count <= data.upperBound else { return false }
    for index in 0..<count { append("\(span.loadBigEndian16(at: offset + 2 * index)) ") }
    return true
  }

  private mutating func appendName(_ offset: Int, _ data: Range<Int>, _ message: Range<Int>, _ span: RawSpan) -> Bool {
    guard let end = DNSName.end(offset, span, message), end <= data.upperBound, let name = DNSNameText(offset, span, message) else {
      return false
    }
    name.append(to: &bytes)
    return true
  }

  /// Character strings up to the end of the data, each in quotes.
  private mutating func appendStrings(_ data: Range<Int>, _ span: RawSpan) -> Bool {
    var offset = data.lowerBound
    while offset < data.upperBound {
      if offset > data.lowerBound { bytes.append(0x20) }
      guard let next = appendString(offset, data, span) else { return false }
      offset = next
    }
    return true
  }

  /// One character string; the offset behind it. Source: RFC 1035 §3.3.
  private mutating func appendString(_ offset: Int, _ data: Range<Int>, _ span: RawSpan) -> Int? {
    guard offset < data.upperBound else { return nil }
    let end = offset + 1 + Int(span.load8(at: offset))
    guard end <= data.upperBound else { return nil }
    bytes.append(0x22)
    appendEscaped(offset + 1..<end, span)
    bytes.append(0x22)
    return end
  }

  private mutating func appendEscaped(_ range: Range<Int>, _ span: RawSpan) {
    for index in range {
      let byte = span.load8(at: index)
      switch byte {
      case 0x22, 0x5c: bytes += [0x5c, byte]
      case 0x20...0x7e: bytes.append(byte)
      default: bytes += [0x5c, 0x30 + byte / 100, 0x30 + byte / 10 % 10, 0x30 + byte % 10]
      }
    }
  }

  /// Data of any type. Source: RFC 3597 §5.
  private mutating func appendOpaque(_ data: Range<Int>, _ span: RawSpan) {
    append("\\# \(data.count)")
    guard !data.isEmpty else { return }
    bytes.append(0x20)
    appendHexadecimal(data.prefix(DNSRecordText.longestOpaqueData), span)
    if data.count > DNSRecordText.longestOpaqueData { append("…") }
  }

  private mutating func appendHexadecimal(_ range: Range<Int>, _ span: RawSpan) {
    for index in range {
      let byte = span.load8(at: index)
      for digit in [byte >> 4, byte & 15] { bytes.append(digit < 10 ? 0x30 + digit : 0x41 + digit - 10) }
    }
  }

  private mutating func append(_ text: String) { bytes += text.utf8 }
}
