import Wire

/// Whether bytes are MongoDB's: a header, then what the operation prescribes, then a document whose first element has a name.
enum MongoDBRecognition {
  static func verdict(_ bytes: RawSpan, _ context: RecognitionContext) -> Recognition {
    guard !context.isDatagram else { return .no }
    guard bytes.byteCount >= MongoDBParser.headerByteCount else { return prefix(bytes) }
    guard let header = MongoDBHeader(bytes), let sender = sender(header, context) else { return .no }
    // A library may read the header by itself.
    guard bytes.byteCount > MongoDBParser.headerByteCount else { return .needsMore }
    switch header.operation {
    case MongoDBOperation.compressed: return compressed(header, bytes, sender)
    case MongoDBOperation.message:
      guard let flags = bytes.littleEndian32(at: 16) else { return .needsMore }
      guard flags & 0xfffe_fffc == 0, let kind = bytes.uint8(at: 20) else { return flags & 0xfffe_fffc == 0 ? .needsMore : .no }
      guard kind == 0 else { return kind == 1 ? identifier(bytes, header, sender) : .no }
      return document(bytes, at: 21, end: header.byteCount, sender)
    case MongoDBOperation.reply:
      guard let flags = bytes.littleEndian32(at: 16) else { return .needsMore }
      guard let count = bytes.littleEndian32(at: 32) else { return flags < 16 ? .needsMore : .no }
      guard flags < 16, count < 1 << 24 else { return .no }
      return count == 0 && header.byteCount == 36 ? .certain(sender) : document(bytes, at: 36, end: header.byteCount, sender)
    case MongoDBOperation.query, MongoDBOperation.insert, MongoDBOperation.update, MongoDBOperation.delete, MongoDBOperation.getMore:
      return namespace(bytes, header, sender)
    default:
      // Operations that nobody has sent for years: the port must help.
      let isUsual = MongoDB.facts.ports.contains(context.sourcePort) || MongoDB.facts.ports.contains(context.destinationPort)
      return isUsual ? .likely(sender) : .no
    }
  }

  private static func sender(_ header: MongoDBHeader, _ context: RecognitionContext) -> MessageSender? {
    if MongoDBOperation.isServers(header.operation) { return .server }
    guard header.operation == MongoDBOperation.message || header.operation == MongoDBOperation.compressed else { return .client }
    if header.responseTo != 0, header.responseTo != UInt32.max { return .server }
    return context.likelySender ?? .client
  }

  /// What is there of a header must be one's.
  private static func prefix(_ bytes: RawSpan) -> Recognition {
    // The highest byte of the length, and the upper half of the opcode.
    if let high = bytes.uint8(at: 3), high > UInt8(MongoDBParser.longestMessage >> 24) { return .no }
    if let length = bytes.littleEndian32(at: 0), length < 20 { return .no }
    if let low = bytes.littleEndian16(at: 12), MongoDBOperation.name(Int32(low)) == nil { return .no }
    if let high = bytes.uint8(at: 14), high != 0 { return .no }
    return .needsMore
  }

  private static func document(_ bytes: RawSpan, at offset: Int, end: Int, _ sender: MessageSender) -> Recognition {
    guard let length = bytes.littleEndian32(at: offset) else { return .needsMore }
    guard length >= 5, length <= UInt32(Int32.max), offset + Int(length) <= end else { return .no }
    switch BSONElement.read(bytes, at: offset + 4) {
    case .endOfDocument: return length == 5 ? .likely(sender) : .no
    case .invalid: return .no
    case .incomplete:
      guard let type = bytes.uint8(at: offset + 4) else { return .needsMore }
      return BSONType.isOne(type) ? .needsMore : .no
    case .element(let element): return isName(element.name, bytes) && element.valueByteCount < length ? .certain(sender) : .no
    }
  }

  /// A sequence of documents before the body: its length and its name.
  private static func identifier(_ bytes: RawSpan, _ header: MongoDBHeader, _ sender: MessageSender) -> Recognition {
    guard let length = bytes.littleEndian32(at: 21) else { return .needsMore }
    guard length >= 5, Int(length) <= header.byteCount - 21 else { return .no }
    guard let end = bytes.firstIndex(of: 0, from: 25, to: 25 + 64) else { return bytes.byteCount < 25 + 64 ? .needsMore : .no }
    return end > 25 && isName(25..<end, bytes) ? .certain(sender) : .no
  }

  private static func namespace(_ bytes: RawSpan, _ header: MongoDBHeader, _ sender: MessageSender) -> Recognition {
    guard let flags = bytes.littleEndian32(at: 16) else { return .needsMore }
    guard flags < 0x100 else { return .no }
    guard let end = bytes.firstIndex(of: 0, from: 20, to: 20 + 256) else { return bytes.byteCount < 20 + 256 ? .needsMore : .no }
    guard end > 21, end < header.byteCount, isName(20..<end, bytes), bytes.firstIndex(of: 0x2e, from: 21, to: end) != nil else {
      return .no
    }
    switch header.operation {
    case MongoDBOperation.getMore: return header.byteCount == end + 13 ? .certain(sender) : .no
    case MongoDBOperation.query: return document(bytes, at: end + 9, end: header.byteCount, sender)
    case MongoDBOperation.insert: return document(bytes, at: end + 1, end: header.byteCount, sender)
    default: return document(bytes, at: end + 5, end: header.byteCount, sender)
    }
  }

  private static func compressed(_ header: MongoDBHeader, _ bytes: RawSpan, _ sender: MessageSender) -> Recognition {
    guard let original = bytes.littleEndian32(at: 16), let size = bytes.littleEndian32(at: 20), let compressor = bytes.uint8(at: 24) else {
      return .needsMore
    }
    let operation = Int32(bitPattern: original)
    guard MongoDBOperation.name(operation) != nil, operation != MongoDBOperation.compressed, MongoDBCompressor.name(compressor) != nil,
      size > 4, size <= MongoDBParser.longestMessage
    else { return .no }
    return .certain(sender)
  }

  /// Names of elements and collections are text.
  private static func isName(_ range: Range<Int>, _ bytes: RawSpan) -> Bool {
    for index in range where bytes.load8(at: index) < 0x20 || bytes.load8(at: index) == 0x7f { return false }
    return !range.isEmpty
  }
}
