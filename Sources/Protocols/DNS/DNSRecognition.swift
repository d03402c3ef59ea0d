import Wire

/// Whether bytes are a DNS message. There is no magic number, so on a usual port the header and the questions must hold, and
/// elsewhere the whole message must parse exactly to its end and be of a form that resolvers and servers send.
enum DNSRecognition {
  /// DNS, mDNS (RFC 6762), LLMNR (RFC 4795).
  static let ports: [UInt16] = [53, 5353, 5355]
  /// The longest first message believed on a stream elsewhere than on a usual port: queries are short.
  private static let longestStrayMessage = 1232

  static func verdict(_ bytes: RawSpan, _ context: RecognitionContext) -> Recognition {
    let isUsualPort = ports.contains(context.sourcePort) || ports.contains(context.destinationPort)
    if context.isDatagram { return datagram(bytes, 0..<bytes.byteCount, isUsualPort) }

    guard let length = bytes.bigEndian16(at: 0) else { return isUsualPort ? .needsMore : .no }
    guard length >= DNSHeader.byteCount else { return .no }
    let end = 2 + Int(length)
    if isUsualPort {
      guard let header = DNSParser.header(bytes, 2) else { return .needsMore }
      guard isPlausible(header) else { return .no }
      guard bytes.byteCount < end else { return datagram(bytes, 2..<end, true) }
      let sender: MessageSender = header.isResponse ? .server : .client
      switch DNSParser.questions(bytes, 2..<bytes.byteCount, header) {
      case .all(_?, _): return .certain(sender)
      case .all(nil, _), .cut: return .needsMore
      case .malformed: return .no
      }
    }
    guard end <= longestStrayMessage else { return .no }
    // A process that reads the length by itself makes the first chunk two bytes long. Beyond that, asking for more here would
    // hold up every binary protocol.
    guard bytes.byteCount > 2 else { return .needsMore }
    return bytes.byteCount >= end ? datagram(bytes, 2..<end, false) : .no
  }

  private static func datagram(_ bytes: RawSpan, _ message: Range<Int>, _ isUsualPort: Bool) -> Recognition {
    guard let header = DNSParser.header(bytes, message.lowerBound, message.upperBound), isPlausible(header) else { return .no }
    let sender: MessageSender = header.isResponse ? .server : .client
    guard case .all(let question, var end) = DNSParser.questions(bytes, message, header) else {
      guard isUsualPort, case .cut(_?) = DNSParser.questions(bytes, message, header) else { return .no }
      return .likely(sender)
    }
    var isWhole = true
    for _ in 0..<header.recordCount {
      guard let next = DNSParser.record(end, bytes, message)?.end else {
        isWhole = false
        break
      }
      end = next
    }
    guard !isUsualPort else { return isWhole ? .certain(sender) : .likely(sender) }
    guard isWhole, end == message.upperBound, let question, isOrdinary(header, question, bytes) else { return .no }
    return .likely(sender)
  }

  /// Header values that occur: a message with nothing in it is none.
  private static func isPlausible(_ header: DNSHeader) -> Bool {
    guard DNSParser.isSound(header) else { return false }
    if !header.isResponse, header.questionCount == 0, header.recordCount == 0 { return false }
    return header.questionCount <= 256
  }

  /// A standard query with one question of a known type, or its response. NetBIOS name service (RFC 1002) has the same layout; its
  /// names are 32 letters from A to P.
  private static func isOrdinary(_ header: DNSHeader, _ question: DNSQuestion, _ bytes: RawSpan) -> Bool {
    guard header.opcode == 0, header.questionCount == 1, [1, 3, 255].contains(question.recordClass), DNSType.name(question.type) != nil
    else { return false }
    if !header.isResponse, header.answerCount > 0 || header.authorityCount > 0 || header.additionalCount > 2 || header.responseCode != 0 {
      return false
    }
    guard header.responseCode <= 10 else { return false }
    return !isNetBIOSName(question.name, bytes)
  }

  private static func isNetBIOSName(_ offset: Int, _ bytes: RawSpan) -> Bool {
    guard bytes.uint8(at: offset) == 32 else { return false }
    for index in offset + 1...offset + 32 {
      guard let byte = bytes.uint8(at: index), byte >= 0x41, byte <= 0x50 else { return false }
    }
    return true
  }
}
