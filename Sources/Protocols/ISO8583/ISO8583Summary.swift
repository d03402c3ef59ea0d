import Capture
import Wire

/// What the request log shows of a message: its type and numbers, never the card's number, its track or its PIN.
enum ISO8583Summary {
  static func summarize(_ message: ISO8583Message, _ bytes: RawSpan, into summary: inout MessageSummary, _ texts: inout TextTable) {
    if message.trace > 0 { summary.requestID = message.trace }
    let type = (0..<4).map { UInt8(message.type >> UInt16(12 - 4 * $0) & 15) + 0x30 }
    if message.isResponse {
      summary.responseStatus = .ok
    } else {
      summary.requestType = texts.intern(type)
      summary.endpoint = summary.requestType
    }
    guard var elements = ISO8583Elements(message.elements, message.format.encoding, bytes) else { return }
    // DeepFlow joins transactions by when they were sent, their audit number and the two institutions.
    var transaction: [[UInt8]] = []
    while let element = elements.next(bytes) {
      let text = text(element, bytes)
      if [7, 11, 32, 33].contains(element.number) { transaction.append(text) }
      if element.number == 39 {
        note(text, into: &summary, &texts)
      } else if !message.isResponse {
        if element.number == 3 { summary.requestResource = texts.intern(text) }
        if let name = name(element.number) { summary.add(texts.intern(name), texts.intern(element.number == 2 ? masked(text) : text)) }
      }
    }
    if transaction.count == 4 { summary.trace.traceID = texts.intern(Array(transaction.joined(separator: [UInt8(ascii: "-")]))) }
  }

  private static func note(_ code: [UInt8], into summary: inout MessageSummary, _ texts: inout TextTable) {
    let isError = ISO8583Response.isError(code)
    summary.responseStatus = isError ? .clientError : .ok
    if code.allSatisfy(\.isASCIIDigit) { summary.responseCode = code.reduce(0) { $0 * 10 + Int32($1 - 0x30) } }
    summary.responseResult = texts.intern(code)
    if code != Array("00".utf8), let name = ISO8583Response.name(code) { summary.responseException = texts.intern(name) }
  }

  private static func name(_ number: Int) -> StaticString? {
    switch number {
    case 2: "card"
    case 4: "amount"
    case 32: "acquirer"
    case 33: "forwarder"
    case 37: "reference"
    case 41: "terminal"
    case 42: "merchant"
    case 49: "currency"
    case 70: "network_code"
    default: nil
    }
  }

  /// An element's characters; of packed digits an odd number is filled up in front.
  static func text(_ element: ISO8583Elements.Found, _ bytes: RawSpan) -> [UInt8] {
    guard element.isPacked else { return bytes.copy(element.range) }
    var digits: [UInt8] = []
    for index in element.range {
      let byte = bytes.load8(at: index)
      digits += [byte >> 4 + 0x30, byte & 15 + 0x30]
    }
    return Array(digits.suffix(element.characterCount))
  }

  /// The issuer's six digits and the last four stay.
  private static func masked(_ card: [UInt8]) -> [UInt8] {
    guard card.count > 10 else { return [UInt8](repeating: UInt8(ascii: "*"), count: card.count) }
    return card.prefix(6) + [UInt8](repeating: UInt8(ascii: "*"), count: card.count - 10) + card.suffix(4)
  }
}
