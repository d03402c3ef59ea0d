import Wire

/// Bytes of AMQP to parse steps, a frame at a time. The frames of a content go on with their method; a frame of another channel between them
/// ends what is shown of it: its header counts with the content.
enum AMQPParser {
  /// The longest frame taken at its word; peers agree on 128 KiB most often.
  static let longestFrame = 1 << 27
  /// Bytes of a method or of a content's header that are read.
  static let longestHead = 128 * 1024
  private static let protocolHeaderByteCount = 8

  static func parse(_ bytes: RawSpan, _ context: ParseContext, _ conversation: inout AMQPConversation) -> ParseStep<AMQPMessage> {
    var progress = conversation[progressOf: context.sender]
    if let question = progress.question {
      progress.question = nil
      conversation[progressOf: context.sender] = progress
      return bytes.load8(at: 0) == AMQPFrameHeader.end
        ? .message(question, MessageExtent(byteCount: 1)) : .invalid("a frame without its end")
    }
    if let header = progress.header {
      progress.header = nil
      conversation[progressOf: context.sender] = progress
      let step = frame(header, payload: 0, bytes, context, &conversation)
      if case .incomplete = step {
        progress.header = header
        conversation[progressOf: context.sender] = progress
      }
      return step
    }
    if !context.continues, bytes.load8(at: 0) == UInt8(ascii: "A") { return protocolHeader(bytes, context, &conversation) }
    guard bytes.byteCount >= AMQPFrameHeader.byteCount else {
      return header(bytes, at: 0) == nil && bytes.byteCount > 2 ? .invalid("not a frame of AMQP") : .incomplete(scannedByteCount: 0)
    }
    guard let header = header(bytes, at: 0) else { return .invalid("not a frame of AMQP") }
    if context.continues {
      return content(header, bytes, context, &conversation)
    }
    return frame(header, payload: AMQPFrameHeader.byteCount, bytes, context, &conversation)
  }

  /// The header at `offset`, as far as it is there; `nil` when it is none.
  static func header(_ bytes: RawSpan, at offset: Int) -> AMQPFrameHeader? {
    guard let type = bytes.uint8(at: offset), let kind = AMQPFrameHeader.Kind(rawValue: type) else { return nil }
    let channel = bytes.bigEndian16(at: offset + 1) ?? 0
    let length = Int(bytes.bigEndian32(at: offset + 3) ?? 0)
    guard length <= longestFrame, kind != .heartbeat || channel == 0 && length == 0 else { return nil }
    return AMQPFrameHeader(kind: kind, channel: channel, length: length)
  }

  /// "AMQP" and the version; a server that speaks another sends it back. Source: §4.2.2.
  private static func protocolHeader(
    _ bytes: RawSpan, _ context: ParseContext, _ conversation: inout AMQPConversation
  ) -> ParseStep<AMQPMessage> {
    for index in 0..<min(4, bytes.byteCount) where bytes.load8(at: index) != AMQPRecognition.name.utf8Start[index] {
      return .invalid("not a header of AMQP")
    }
    guard bytes.byteCount >= protocolHeaderByteCount else { return .incomplete(scannedByteCount: 0) }
    // With it the client begins; nothing that was noted before holds.
    if context.sender == .client { conversation = AMQPConversation() }
    return .padding(byteCount: protocolHeaderByteCount)
  }

  /// A frame that does not go on with a message, whose payload begins at `start`.
  private static func frame(
    _ header: AMQPFrameHeader, payload start: Int, _ bytes: RawSpan, _ context: ParseContext, _ conversation: inout AMQPConversation
  ) -> ParseStep<AMQPMessage> {
    let end = start + header.length + 1
    switch header.kind {
    case .heartbeat:
      return bytes.byteCount >= end ? .padding(byteCount: end) : .incomplete(scannedByteCount: 0)
    case .contentHeader, .body:
      // Its method is over, or was not seen.
      let message = AMQPMessage(part: .content, channel: header.channel, method: AMQPMethod(group: 0, number: 0))
      return .message(message, MessageExtent(byteCount: min(end, bytes.byteCount), skippedByteCount: max(0, end - bytes.byteCount)))
    case .method:
      guard header.length >= 4, header.length <= longestHead else { return .invalid("a method of impossible length") }
      let short: ParseStep<AMQPMessage> = context.isTruncated ? .invalid("a method that is cut") : .incomplete(scannedByteCount: 0)
      guard bytes.byteCount >= start + 4 else { return short }
      guard let method = method(bytes, at: start) else { return .invalid("not a method of AMQP") }
      if method.isClose, bytes.byteCount >= end - 1, let step = answer(header, method, start..<end, bytes, context, &conversation) {
        return step
      }
      guard bytes.byteCount >= end else { return short }
      guard bytes.load8(at: end - 1) == AMQPFrameHeader.end else { return .invalid("a frame without its end") }
      return step(header, method, start..<end, bytes, context, &conversation)
    }
  }

  /// Class (2), method (2); `nil` when there is no such.
  static func method(_ bytes: RawSpan, at offset: Int) -> AMQPMethod? {
    guard let group = bytes.bigEndian16(at: offset), let number = bytes.bigEndian16(at: offset + 2) else { return nil }
    let method = AMQPMethod(group: group, number: number)
    return method.name == nil ? nil : method
  }

  private static func step(
    _ header: AMQPFrameHeader, _ method: AMQPMethod, _ frame: Range<Int>, _ bytes: RawSpan, _ context: ParseContext,
    _ conversation: inout AMQPConversation
  ) -> ParseStep<AMQPMessage> {
    let sender = context.sender
    var progress = conversation[progressOf: sender]
    var message = AMQPMessage(
      part: .alone, channel: header.channel, method: method, virtualHost: conversation.virtualHost,
      arguments: AMQPArgumentReader.read(method, frame.lowerBound + 4..<frame.upperBound - 1, bytes))
    if method == .connectionOpen, conversation.virtualHost == nil {
      conversation.virtualHost = message.arguments.exchange.map { bytes.copy($0) }
      message.arguments.exchange = nil
      message.virtualHost = conversation.virtualHost
    }
    if let asked = method.asked {
      _ = conversation.take(header.channel, asked, answeredBy: sender)
      message.part = .response(AMQPConversation.key(sender.opposite, header.channel, asked))
    } else if method.isQuestion, !message.arguments.isNoWait {
      conversation.note(method, header.channel, from: sender)
      message.part = .request(AMQPConversation.key(sender, header.channel, method))
    }
    var extent = MessageExtent(byteCount: frame.upperBound)
    if method.hasContent {
      progress.contentChannel = header.channel
      progress.bodyByteCount = nil
      extent.ending = .continues
    }
    conversation[progressOf: sender] = progress
    return .message(message, extent)
  }

  /// A peer that closes a channel or the connection answers with it what the other side asked last, and asks to be answered itself. Both are
  /// messages: the frame without its last byte, and this byte.
  private static func answer(
    _ header: AMQPFrameHeader, _ method: AMQPMethod, _ frame: Range<Int>, _ bytes: RawSpan, _ context: ParseContext,
    _ conversation: inout AMQPConversation
  ) -> ParseStep<AMQPMessage>? {
    let sender = context.sender
    guard let asked = conversation.take(header.channel, nil, answeredBy: sender) else { return nil }
    var message = AMQPMessage(
      part: .request(AMQPConversation.key(sender, header.channel, method)), channel: header.channel, method: method,
      virtualHost: conversation.virtualHost)
    conversation[progressOf: sender].question = message
    conversation.note(method, header.channel, from: sender)
    message.part = .response(AMQPConversation.key(asked.sender, asked.channel, asked.method))
    message.arguments = AMQPArgumentReader.read(method, frame.lowerBound + 4..<frame.upperBound - 1, bytes)
    return .message(message, MessageExtent(byteCount: frame.upperBound - 1))
  }

  /// The next frame while a content is under way.
  private static func content(
    _ header: AMQPFrameHeader, _ bytes: RawSpan, _ context: ParseContext, _ conversation: inout AMQPConversation
  ) -> ParseStep<AMQPMessage> {
    var progress = conversation[progressOf: context.sender]
    let end = AMQPFrameHeader.byteCount + header.length + 1
    let isExpected = progress.bodyByteCount == nil ? header.kind == .contentHeader : header.kind == .body
    guard header.channel == progress.contentChannel, isExpected else {
      if header.kind == .heartbeat {
        return bytes.byteCount >= end ? .part(nil, MessageExtent(byteCount: end, ending: .continues)) : .incomplete(scannedByteCount: 0)
      }
      progress.contentChannel = nil
      progress.header = header
      conversation[progressOf: context.sender] = progress
      return .part(nil, MessageExtent(byteCount: AMQPFrameHeader.byteCount))
    }
    var message: AMQPMessage?
    if header.kind == .contentHeader {
      guard header.length <= longestHead, header.length >= 14 else { return .invalid("a content's header of impossible length") }
      guard bytes.byteCount >= end else { return .incomplete(scannedByteCount: 0) }
      guard let size = bytes.bigEndian64(at: AMQPFrameHeader.byteCount + 4), size <= UInt64(Int64.max) else {
        return .invalid("impossible size")
      }
      progress.bodyByteCount = size
      message = AMQPContentHeader.read(header, AMQPFrameHeader.byteCount..<end - 1, bytes)
    } else {
      progress.bodyByteCount = (progress.bodyByteCount ?? 0) - min(progress.bodyByteCount ?? 0, UInt64(header.length))
    }
    let isOver = progress.bodyByteCount == 0
    if isOver { progress.contentChannel = nil }
    conversation[progressOf: context.sender] = progress
    let count = min(end, bytes.byteCount)
    return .part(message, MessageExtent(byteCount: count, skippedByteCount: end - count, ending: isOver ? .complete : .continues))
  }
}
