import Wire

/// Fingerprints of how a client or server says hello. Numbers that mean nothing (GREASE, RFC 8701) do not count in any of them.
///
/// Source: JA3 (github.com/salesforce/ja3, README); JA4 (github.com/FoxIO-LLC/ja4, technical_details/JA4.md; BSD licence, unlike the
/// others of its family).
enum TLSFingerprint {
  /// Extensions that count; more occur in attacks only.
  private static let extensionLimit = 256

  // MARK: JA3

  /// MD5 of "version,suites,extensions,groups,point formats" in decimal.
  static func ja3(_ hello: TLSClientHello, _ bytes: RawSpan) -> [UInt8] {
    var text = Array("\(hello.version),".utf8)
    append(hello.cipherSuites, bytes, to: &text)
    text.append(UInt8(ascii: ","))
    appendDecimal(extensionTypes(hello.extensions, bytes), to: &text)
    text.append(UInt8(ascii: ","))
    if let groups = hello.supportedGroups { append(groups, bytes, to: &text) }
    text.append(UInt8(ascii: ","))
    if let formats = hello.pointFormats { appendDecimal(bytes.copy(formats).map(UInt16.init), to: &text) }
    return Hexadecimal.text(MD5.hash(text))
  }

  /// MD5 of "version,suite,extensions".
  static func ja3s(_ hello: TLSServerHello, _ bytes: RawSpan) -> [UInt8] {
    var text = Array("\(hello.legacyVersion),\(hello.cipherSuite),".utf8)
    appendDecimal(extensionTypes(hello.extensions, bytes), to: &text)
    return Hexadecimal.text(MD5.hash(text))
  }

  private static func append(_ list: TLSNumberList, _ bytes: RawSpan, to text: inout [UInt8]) {
    appendDecimal(numbers(list, bytes), to: &text)
  }

  private static func appendDecimal(_ numbers: [UInt16], to text: inout [UInt8]) {
    for (index, number) in numbers.enumerated() {
      if index > 0 { text.append(UInt8(ascii: "-")) }
      text += Array("\(number)".utf8)
    }
  }

  private static func numbers(_ list: TLSNumberList, _ bytes: RawSpan) -> [UInt16] {
    var numbers: [UInt16] = []
    list.forEach(bytes) { if !TLSCipherSuite.isGrease($0) { numbers.append($0) } }
    return numbers
  }

  private static func extensionTypes(_ block: Range<Int>?, _ bytes: RawSpan) -> [UInt16] {
    guard let block else { return [] }
    var types: [UInt16] = []
    var cursor = TLSExtensionCursor(block)
    while types.count < extensionLimit, let (type, _) = cursor.next(bytes) {
      if !TLSCipherSuite.isGrease(type) { types.append(type) }
    }
    return types
  }

  // MARK: JA4

  /// Three parts joined by underscores: what can be seen at once, a hash of the sorted suites, and one of the sorted extensions with
  /// the signature algorithms as they stand.
  static func ja4(_ hello: TLSClientHello, _ bytes: RawSpan, isDatagram: Bool) -> [UInt8] {
    let suites = numbers(hello.cipherSuites, bytes)
    let types = extensionTypes(hello.extensions, bytes)
    var text = [UInt8(ascii: isDatagram ? "q" : "t")]
    text += Array(versionCode(hello, bytes).utf8)
    text.append(UInt8(ascii: types.contains(TLSExtension.serverName) ? "d" : "i"))
    for count in [suites.count, types.count] { text += decimal2(min(99, count)) }
    text += applicationProtocolCode(hello, bytes)
    text.append(UInt8(ascii: "_"))
    text += suites.isEmpty ? noHash : shortHash(commaJoined(suites.sorted()))
    text.append(UInt8(ascii: "_"))
    let hashed = types.filter { $0 != TLSExtension.serverName && $0 != TLSExtension.applicationProtocols }.sorted()
    var extensions = commaJoined(hashed)
    if let algorithms = hello.signatureAlgorithms {
      let list = numbers(algorithms, bytes)
      if !list.isEmpty { extensions += [UInt8(ascii: "_")] + commaJoined(list) }
    }
    return text + (types.isEmpty ? noHash : shortHash(extensions))
  }

  private static func versionCode(_ hello: TLSClientHello, _ bytes: RawSpan) -> String {
    var highest: UInt16 = 0
    hello.supportedVersions?.forEach(bytes) { if !TLSCipherSuite.isGrease($0) { highest = max(highest, $0) } }
    switch highest == 0 ? hello.version : highest {
    case 0x0304: return "13"
    case 0x0303: return "12"
    case 0x0302: return "11"
    case 0x0301: return "10"
    case 0x0300: return "s3"
    case 0x0002: return "s2"
    default: return "00"
    }
  }

  /// First and last character of the first application protocol; of its hexadecimal form when either is no letter or digit.
  private static func applicationProtocolCode(_ hello: TLSClientHello, _ bytes: RawSpan) -> [UInt8] {
    var reader = TLSVectorReader(hello.applicationProtocols ?? 0..<0)
    guard let name = reader.vector8(bytes), !name.isEmpty else { return Array("00".utf8) }
    let ends = [bytes.load8(at: name.lowerBound), bytes.load8(at: name.upperBound - 1)]
    if ends.allSatisfy({ $0.isASCIILetter || $0.isASCIIDigit }) { return ends }
    let digits = Hexadecimal.text(ends)
    return [digits[0], digits[3]]
  }

  private static let noHash = Array("000000000000".utf8)

  private static func shortHash(_ text: [UInt8]) -> [UInt8] { Array(Hexadecimal.text(SHA256.hash(text)).prefix(12)) }

  private static func commaJoined(_ numbers: [UInt16]) -> [UInt8] {
    var text: [UInt8] = []
    for number in numbers {
      if !text.isEmpty { text.append(UInt8(ascii: ",")) }
      text += Hexadecimal.text([UInt8(number >> 8), UInt8(number & 255)])
    }
    return text
  }

  private static func decimal2(_ number: Int) -> [UInt8] { [0x30 + UInt8(number / 10), 0x30 + UInt8(number % 10)] }
}
