import Wire

/// Reads arguments and the properties of contents: short texts behind a byte, long ones behind four, tables stepped over.
struct AMQPReader {
  private(set) var offset: Int
  private let end: Int

  init(_ range: Range<Int>) {
    offset = range.lowerBound
    end = range.upperBound
  }

  var isAtEnd: Bool { offset >= end }

  mutating func skip(_ count: Int) -> Bool { run(count) != nil }

  mutating func byte(_ bytes: RawSpan) -> UInt8? { run(1).flatMap { bytes.uint8(at: $0.lowerBound) } }
  mutating func number16(_ bytes: RawSpan) -> UInt16? { run(2).flatMap { bytes.bigEndian16(at: $0.lowerBound) } }
  mutating func shortText(_ bytes: RawSpan) -> Range<Int>? { byte(bytes).flatMap { run(Int($0)) } }

  mutating func longText(_ bytes: RawSpan) -> Range<Int>? {
    guard let length = run(4).flatMap({ bytes.bigEndian32(at: $0.lowerBound) }) else { return nil }
    return run(Int(length))
  }

  private mutating func run(_ count: Int) -> Range<Int>? {
    guard count >= 0, count <= end - offset else { return nil }
    defer { offset += count }
    return offset..<offset + count
  }

  /// Steps over the value of a table's field. Source: §4.2.1, with RabbitMQ's types.
  mutating func skipValue(_ bytes: RawSpan) -> Bool {
    guard let type = byte(bytes) else { return false }
    switch type {
    case UInt8(ascii: "t"), UInt8(ascii: "b"), UInt8(ascii: "B"): return skip(1)
    case UInt8(ascii: "s"), UInt8(ascii: "u"): return skip(2)
    case UInt8(ascii: "I"), UInt8(ascii: "i"), UInt8(ascii: "f"): return skip(4)
    case UInt8(ascii: "D"): return skip(5)
    case UInt8(ascii: "l"), UInt8(ascii: "L"), UInt8(ascii: "d"), UInt8(ascii: "T"): return skip(8)
    case UInt8(ascii: "V"): return true
    // A text, an array, a table, bytes.
    case UInt8(ascii: "S"), UInt8(ascii: "A"), UInt8(ascii: "F"), UInt8(ascii: "x"): return longText(bytes) != nil
    default: return false
    }
  }
}

/// What methods say, by their arguments. Source: amqp0-9-1.extended.xml.
enum AMQPArgumentReader {
  static func read(_ method: AMQPMethod, _ range: Range<Int>, _ bytes: RawSpan) -> AMQPArguments {
    var reader = AMQPReader(range)
    var found = AMQPArguments()
    switch (method.group, method.number) {
    // The virtual host; the caller takes it from here.
    case (10, 40): found.exchange = reader.shortText(bytes)
    case (10, 50), (20, 40), (60, 50):
      found.replyCode = reader.number16(bytes)
      found.replyText = reader.shortText(bytes)
      if method == .basicReturn { route(&reader, bytes, &found) }
    case (40, 10):
      guard reader.skip(2) else { break }
      found.exchange = reader.shortText(bytes)
      _ = reader.shortText(bytes)
      found.isNoWait = bit(4, &reader, bytes)
    case (40, 20):
      guard reader.skip(2) else { break }
      found.exchange = reader.shortText(bytes)
      found.isNoWait = bit(1, &reader, bytes)
    case (40, 30), (40, 40):
      guard reader.skip(2), reader.shortText(bytes) != nil else { break }
      route(&reader, bytes, &found)
      found.isNoWait = bit(0, &reader, bytes)
    case (50, 10):
      guard reader.skip(2) else { break }
      found.queue = reader.shortText(bytes)
      found.isNoWait = bit(4, &reader, bytes)
    case (50, 11): found.queue = reader.shortText(bytes)
    case (50, 20), (50, 50):
      guard reader.skip(2) else { break }
      found.queue = reader.shortText(bytes)
      route(&reader, bytes, &found)
      if method.number == 20 { found.isNoWait = bit(0, &reader, bytes) }
    case (50, 30), (50, 40), (60, 20), (60, 70):
      guard reader.skip(2) else { break }
      found.queue = reader.shortText(bytes)
      if method.group == 60, method.number == 20 { _ = reader.shortText(bytes) }
      let noWaitBit: UInt8? = method.group == 60 ? (method.number == 20 ? 3 : nil) : method.number == 40 ? 2 : 0
      if let noWaitBit { found.isNoWait = bit(noWaitBit, &reader, bytes) }
    case (60, 30):
      _ = reader.shortText(bytes)
      found.isNoWait = bit(0, &reader, bytes)
    case (60, 40):
      guard reader.skip(2) else { break }
      route(&reader, bytes, &found)
    case (60, 60):
      guard reader.shortText(bytes) != nil, reader.skip(9) else { break }
      route(&reader, bytes, &found)
    case (60, 71):
      guard reader.skip(9) else { break }
      route(&reader, bytes, &found)
    case (85, 10): found.isNoWait = bit(0, &reader, bytes)
    default: break
    }
    return found
  }

  private static func route(_ reader: inout AMQPReader, _ bytes: RawSpan, _ found: inout AMQPArguments) {
    found.exchange = reader.shortText(bytes)
    found.routingKey = reader.shortText(bytes)
  }

  private static func bit(_ number: UInt8, _ reader: inout AMQPReader, _ bytes: RawSpan) -> Bool {
    reader.byte(bytes).map { $0 >> number & 1 == 1 } ?? false
  }
}

/// The header of a content: class (2), 0 (2), size (8), flags (2 and more), properties. Source: §4.2.6.1.
enum AMQPContentHeader {
  static func read(_ header: AMQPFrameHeader, _ range: Range<Int>, _ bytes: RawSpan) -> AMQPMessage {
    var message = AMQPMessage(part: .content, channel: header.channel, method: AMQPMethod(group: 0, number: 0))
    var reader = AMQPReader(range)
    guard reader.skip(12), let flags = reader.number16(bytes), flags & 1 == 0 else { return message }
    // content-type, content-encoding, then the headers.
    if flags & 0x8000 != 0, reader.shortText(bytes) == nil { return message }
    if flags & 0x4000 != 0, reader.shortText(bytes) == nil { return message }
    if flags & 0x2000 != 0 {
      guard let headers = reader.longText(bytes) else { return message }
      message.headers = headers
    }
    // delivery-mode, priority, then the correlation.
    if flags & 0x1000 != 0, !reader.skip(1) { return message }
    if flags & 0x0800 != 0, !reader.skip(1) { return message }
    if flags & 0x0400 != 0 { message.correlation = reader.shortText(bytes) }
    return message
  }
}
