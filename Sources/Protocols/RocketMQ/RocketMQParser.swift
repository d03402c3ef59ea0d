import Wire

/// Bytes of RocketMQ to parse steps: a length (4), the header's form (1) and length (3), the header, the body.
enum RocketMQParser {
  /// The longest frame taken at its word; peers refuse beyond 16 MiB.
  static let longestFrame = 1 << 28
  /// The longest header.
  static let longestHeader = 128 * 1024
  /// Bytes of a body that are read: the first message of a pull, with its properties behind its content.
  static let bodyByteLimit = 16 * 1024

  static func parse(_ bytes: RawSpan, _ context: ParseContext) -> ParseStep<RocketMQMessage> {
    guard let length = bytes.bigEndian32(at: 0), let word = bytes.bigEndian32(at: 4) else { return .incomplete(scannedByteCount: 0) }
    let headerByteCount = Int(word & 0xff_ffff)
    guard let form = RocketMQMessage.Form(rawValue: UInt8(word >> 24)), Int(length) <= longestFrame, headerByteCount <= longestHeader,
      headerByteCount > 0, headerByteCount + 4 <= Int(length)
    else { return .invalid("not a frame of RocketMQ") }
    let end = 4 + Int(length)
    let headerEnd = 8 + headerByteCount
    guard bytes.byteCount >= headerEnd else {
      return context.isTruncated ? .invalid("a header that is cut") : .incomplete(scannedByteCount: 0)
    }
    guard var message = RocketMQHeaderReader.read(form, 8..<headerEnd, bytes) else { return .invalid("a malformed header") }
    guard message.isResponse, message.code == 0 else {
      return .message(message, MessageExtent(byteCount: headerEnd, skippedByteCount: end - headerEnd))
    }
    let wanted = min(end, headerEnd + bodyByteLimit)
    guard bytes.byteCount >= wanted || context.isTruncated else { return .incomplete(scannedByteCount: 0) }
    let headEnd = min(wanted, bytes.byteCount)
    message.body = headerEnd..<headEnd
    return .message(message, MessageExtent(byteCount: headEnd, skippedByteCount: end - headEnd))
  }
}

enum RocketMQHeaderReader {
  static func read(_ form: RocketMQMessage.Form, _ range: Range<Int>, _ bytes: RawSpan) -> RocketMQMessage? {
    form == .json ? json(range, bytes) : own(range, bytes)
  }

  private static func json(_ range: Range<Int>, _ bytes: RawSpan) -> RocketMQMessage? {
    var members = JSONMembers(range)
    var code: Int32?
    var opaque: Int32?
    var message = RocketMQMessage(form: .json, code: 0, opaque: 0, flags: 0, body: range.upperBound..<range.upperBound)
    while let member = members.next(bytes) {
      if bytes.equals("code", in: member.name) {
        code = number(member.value, bytes)
      } else if bytes.equals("opaque", in: member.name) {
        opaque = number(member.value, bytes)
      } else if bytes.equals("flag", in: member.name) {
        message.flags = number(member.value, bytes) ?? 0
      } else if bytes.equals("version", in: member.name) {
        message.version = number(member.value, bytes) ?? 0
      } else if bytes.equals("remark", in: member.name), member.isText {
        message.remark = member.value
      } else if bytes.equals("extFields", in: member.name), !member.isText {
        message.fields = member.value
      }
    }
    guard let code, let opaque else { return nil }
    message.code = code
    message.opaque = UInt32(bitPattern: opaque)
    return message
  }

  private static func number(_ range: Range<Int>, _ bytes: RawSpan) -> Int32? {
    let isNegative = bytes.uint8(at: range.lowerBound) == UInt8(ascii: "-") && !range.isEmpty
    guard let value = bytes.decimal(in: isNegative ? range.lowerBound + 1..<range.upperBound : range) else { return nil }
    return Int32(exactly: isNegative ? -value : value)
  }

  /// Code (2), language (1), version (2), number (4), flags (4), remark behind its length (4), fields behind theirs (4).
  private static func own(_ range: Range<Int>, _ bytes: RawSpan) -> RocketMQMessage? {
    let start = range.lowerBound
    guard range.count >= 21, let code = bytes.bigEndian16(at: start), let version = bytes.bigEndian16(at: start + 3),
      let opaque = bytes.bigEndian32(at: start + 5), let flags = bytes.bigEndian32(at: start + 9),
      let remarkLength = bytes.bigEndian32(at: start + 13), Int(remarkLength) <= range.upperBound - start - 21
    else { return nil }
    let remark = start + 17..<start + 17 + Int(remarkLength)
    guard let fieldsLength = bytes.bigEndian32(at: remark.upperBound), Int(fieldsLength) <= range.upperBound - remark.upperBound - 4 else {
      return nil
    }
    let fields = remark.upperBound + 4..<remark.upperBound + 4 + Int(fieldsLength)
    return RocketMQMessage(
      form: .own, code: Int32(Int16(bitPattern: code)), version: Int32(version), opaque: opaque, flags: Int32(bitPattern: flags),
      remark: remark.isEmpty ? nil : remark, fields: fields, body: range.upperBound..<range.upperBound)
  }
}

/// Walks a command's fields in either form.
struct RocketMQFields {
  private var members: JSONMembers?
  private var offset: Int
  private let end: Int

  init?(_ message: RocketMQMessage) {
    guard let fields = message.fields else { return nil }
    members = message.form == .json ? JSONMembers(fields) : nil
    offset = fields.lowerBound
    end = fields.upperBound
  }

  mutating func next(_ bytes: RawSpan) -> (name: Range<Int>, value: Range<Int>)? {
    if members != nil { return members?.next(bytes).map { ($0.name, $0.value) } }
    // A name behind its length (2), a value behind its length (4).
    guard end - offset >= 6, let nameLength = bytes.bigEndian16(at: offset), Int(nameLength) <= end - offset - 6 else { return nil }
    let name = offset + 2..<offset + 2 + Int(nameLength)
    guard let length = bytes.bigEndian32(at: name.upperBound), Int(length) <= end - name.upperBound - 4 else { return nil }
    offset = name.upperBound + 4 + Int(length)
    return (name, name.upperBound + 4..<offset)
  }
}

/// Whether bytes are RocketMQ: lengths that agree, and a header in one of its forms.
enum RocketMQRecognition {
  /// The longest header that is waited for.
  private static let longestFirstHeader = 4096
  /// Languages of clients, from Java to Rust.
  private static let lastLanguage: UInt8 = 12

  static func verdict(_ bytes: RawSpan, _ context: RecognitionContext) -> Recognition {
    guard bytes.uint8(at: 0) ?? 0 < 0x10, let length = bytes.bigEndian32(at: 0) else {
      return bytes.uint8(at: 0) ?? 0 == 0 && bytes.byteCount < 4 ? .needsMore : .no
    }
    guard length >= 12, Int(length) <= RocketMQParser.longestFrame else { return .no }
    guard let word = bytes.bigEndian32(at: 4) else { return bytes.uint8(at: 4) ?? 0 <= 1 ? .needsMore : .no }
    let headerByteCount = Int(word & 0xff_ffff)
    guard let form = RocketMQMessage.Form(rawValue: UInt8(word >> 24)), headerByteCount + 4 <= Int(length),
      headerByteCount <= longestFirstHeader
    else { return .no }
    guard form == .own || bytes.uint8(at: 8) ?? UInt8(ascii: "{") == UInt8(ascii: "{") else { return .no }
    guard form == .json || bytes.uint8(at: 10) ?? 0 <= lastLanguage else { return .no }
    guard bytes.byteCount >= 8 + headerByteCount else { return .needsMore }
    guard let message = RocketMQHeaderReader.read(form, 8..<8 + headerByteCount, bytes) else { return .no }
    if form == .own {
      guard message.fields?.upperBound == 8 + headerByteCount, message.flags & ~3 == 0,
        message.isResponse || RocketMQCode.request(message.code) != nil
      else { return .no }
    } else {
      guard bytes.load8(at: 8 + headerByteCount - 1) == UInt8(ascii: "}") else { return .no }
    }
    return .certain(message.isResponse ? .server : .client)
  }
}
