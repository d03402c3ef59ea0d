import Wire

/// Bytes of TLS to parse steps: a record a step, or as many as a handshake message needs.
enum TLSParser {
  /// Content of an encrypted record of TLS 1.3 that holds an alert: two bytes, the content's type, and the tag. No handshake message
  /// is as short. Source: RFC 8446 §5.2, §6.
  private static let encryptedAlertByteCount = 19

  static func parse(_ bytes: RawSpan, _ context: ParseContext, _ conversation: inout TLSConversation) -> ParseStep<TLSMessage> {
    if conversation.isEstablished { return .handOver(nil) }
    guard let first = bytes.uint8(at: 0) else { return .incomplete(scannedByteCount: 0) }
    if first & 0x80 != 0, context.sender == .client, !conversation.hasServerHello { return legacyHello(bytes, context, &conversation) }
    let header: TLSRecordHeader
    switch TLSRecordHeader.read(bytes, at: 0) {
    case .whole(let read): header = read
    case .short: return .incomplete(scannedByteCount: 0)
    case .malformed: return .invalid("not a TLS record")
    }
    switch header.type {
    case .handshake: return handshake(bytes, header, context, &conversation)
    case .alert: return alert(bytes, header, context, &conversation)
    case .changeCipherSpec:
      conversation.noteChangeCipherSpec(context.sender)
      return step(.changeCipherSpec, over: header, context, conversation)
    case .applicationData: return applicationData(header, context, &conversation)
    case .heartbeat: return step(.heartbeat, over: header, context, conversation)
    }
  }

  // MARK: Handshake

  private static func handshake(
    _ bytes: RawSpan, _ header: TLSRecordHeader, _ context: ParseContext, _ conversation: inout TLSConversation
  ) -> ParseStep<TLSMessage> {
    if conversation.isEncrypted(context.sender) { return encryptedHandshake(header, context, &conversation) }
    let byteCount: Int
    switch TLSHandshakeRun.outcome(bytes) {
    case .whole(let count): byteCount = count
    case .incomplete:
      guard context.isTruncated, bytes.byteCount > TLSRecordHeader.byteCount + TLSHandshakeRun.messageHeaderByteCount else {
        return .incomplete(scannedByteCount: 0)
      }
      byteCount = bytes.byteCount
    case .interrupted, .unreadable, .tooLong:
      guard conversation.mayBeEncrypted(context.sender) else { return .invalid("a malformed TLS handshake message") }
      return encryptedHandshake(header, context, &conversation)
    }
    let content = TLSMessage.Content.handshake(byteCount: byteCount)
    let first = TLSHandshakeRun.withContent(bytes, byteCount) { note($0, context.sender, &conversation) }
    switch first {
    case .clientHello where context.sender == .client:
      if conversation.hasServerHello, conversation.wasRetried { return step(content, byteCount, context, conversation) }
      conversation = TLSConversation()
      conversation.awaitsServerHello = true
      return step(content, byteCount, context, conversation, role: .request(.inOrder))
    case .serverHello where context.sender == .server && !context.continues:
      return step(content, byteCount, context, conversation, role: .response(.inOrder), ending: .continues)
    default:
      return step(content, byteCount, context, conversation, role: context.sender == .client ? .addition(isLast: false) : .interim)
    }
  }

  /// Notes what the handshake messages of a run mean for the connection; returns the type of the first.
  private static func note(_ content: RawSpan, _ sender: MessageSender, _ conversation: inout TLSConversation) -> TLSHandshakeType? {
    var first: TLSHandshakeType?
    var cursor = TLSHandshakeCursor()
    while let message = cursor.next(content) {
      first = first ?? message.type
      guard sender == .server else { continue }
      switch message.type {
      case .serverHello:
        conversation.awaitsServerHello = false
        conversation.hasServerHello = true
        guard let hello = TLSServerHello(content, message.body) else { break }
        conversation.wasRetried = hello.isRetryRequest
        conversation.isVersion13 = hello.isVersion13
        // Of the server's flight in TLS 1.3 no more can be read: its end shows in the client's answer.
        if hello.isVersion13, !hello.isRetryRequest { conversation.serverHasFinished = true }
      case .certificate: conversation.hasCertificate = true
      default: break
      }
    }
    return first
  }

  /// Finished of TLS 1.2 and before, and what a renegotiation would bring.
  private static func encryptedHandshake(
    _ header: TLSRecordHeader, _ context: ParseContext, _ conversation: inout TLSConversation
  ) -> ParseStep<TLSMessage> {
    // Joined after the hellos, the handshake has no exchange that could be finished.
    guard conversation.hasServerHello, conversation.noteFinished(context.sender) else {
      return step(.encryptedHandshake, over: header, context, conversation)
    }
    return step(
      .encryptedHandshake, over: header, context, conversation, outcome: .succeeds,
      isResumption: !conversation.hasCertificate && !conversation.hasLoss)
  }

  // MARK: Other records

  private static func alert(
    _ bytes: RawSpan, _ header: TLSRecordHeader, _ context: ParseContext, _ conversation: inout TLSConversation
  ) -> ParseStep<TLSMessage> {
    guard header.contentByteCount == 2, !conversation.isEncrypted(context.sender) else {
      conversation.isEstablished = true
      // It may as well be the end of a connection whose handshake was lost.
      if conversation.hasLoss { return .handOver(nil) }
      return step(.encryptedAlert, over: header, context, conversation, outcome: .fails)
    }
    guard let level = bytes.uint8(at: TLSRecordHeader.byteCount), let description = bytes.uint8(at: TLSRecordHeader.byteCount + 1) else {
      return .incomplete(scannedByteCount: 0)
    }
    guard level == 1 || level == 2 else { return .invalid("an alert of unknown level") }
    let alert = TLSAlert(level: level, description: description)
    let byteCount = TLSRecordHeader.byteCount + header.contentByteCount
    guard alert.isFatal else { return step(.alert(alert), byteCount, context, conversation) }
    let answersHello = context.sender == .server && conversation.awaitsServerHello
    conversation = TLSConversation()
    return step(.alert(alert), byteCount, context, conversation, role: answersHello ? .response(.inOrder) : nil, outcome: .fails)
  }

  private static func applicationData(
    _ header: TLSRecordHeader, _ context: ParseContext, _ conversation: inout TLSConversation
  ) -> ParseStep<TLSMessage> {
    // Early data of TLS 1.3.
    if conversation.awaitsServerHello, context.sender == .client { return step(.applicationData, over: header, context, conversation) }
    guard conversation.hasServerHello else { return .handOver(nil) }
    if conversation.wasRetried { return step(.applicationData, over: header, context, conversation) }
    if conversation.isVersion13 {
      if context.sender == .client {
        _ = conversation.noteFinished(.client)
        let isAlert = header.contentByteCount == encryptedAlertByteCount
        let content = isAlert ? TLSMessage.Content.encryptedAlert : .applicationData
        return step(content, over: header, context, conversation, outcome: isAlert ? .fails : .succeeds)
      }
      conversation.encryptedRecordCount += 1
      if conversation.encryptedRecordCount <= TLSConversation.encryptedRecordLimit {
        return step(.applicationData, over: header, context, conversation)
      }
    } else if context.sender == .client, !conversation.serverHasFinished {
      // False start: data before the server has finished. Source: RFC 7918.
      return step(.applicationData, over: header, context, conversation)
    }
    // The end of the handshake was not seen.
    return .handOver(nil)
  }

  /// Length with the high bit set, message type 1, version, lengths of cipher suites, session identifier and challenge; two bytes each
  /// but for the type. Source: RFC 5246 appendix E.2.
  private static func legacyHello(
    _ bytes: RawSpan, _ context: ParseContext, _ conversation: inout TLSConversation
  ) -> ParseStep<TLSMessage> {
    guard let hello = TLSLegacyHello(bytes) else {
      return bytes.byteCount < TLSLegacyHello.headerByteCount ? .incomplete(scannedByteCount: 0) : .invalid("not a TLS record")
    }
    guard bytes.byteCount >= hello.byteCount else { return .incomplete(scannedByteCount: 0) }
    conversation = TLSConversation()
    conversation.awaitsServerHello = true
    return step(.legacyHello, hello.byteCount, context, conversation, role: .request(.inOrder))
  }

  // MARK: Steps

  /// A step over a record whose content is not looked at.
  private static func step(
    _ content: TLSMessage.Content, over header: TLSRecordHeader, _ context: ParseContext, _ conversation: TLSConversation,
    outcome: TLSMessage.Outcome = .goesOn, isResumption: Bool = false
  ) -> ParseStep<TLSMessage> {
    step(
      content, TLSRecordHeader.byteCount, skipping: header.contentByteCount, context, conversation, outcome: outcome,
      isResumption: isResumption)
  }

  /// While the server's response is under way, all that it sends is part of it; what the client sends may add to it. When bytes of the
  /// handshake were lost, its end is known, but not all that it was: the response is left to be incomplete.
  private static func step(
    _ content: TLSMessage.Content, _ byteCount: Int, skipping skippedByteCount: Int = 0, _ context: ParseContext,
    _ conversation: TLSConversation,
    role: MessageRole? = nil, ending: MessageExtent.Ending = .complete, outcome: TLSMessage.Outcome = .goesOn, isResumption: Bool = false
  ) -> ParseStep<TLSMessage> {
    let isOver = outcome != .goesOn && !conversation.hasLoss
    let usual = context.sender == .client && outcome != .goesOn ? MessageRole.addition(isLast: isOver) : .interim
    let message = TLSMessage(
      content: content, sender: context.sender, role: role ?? usual, outcome: outcome, isResumption: isResumption)
    if context.continues {
      let ending = isOver ? MessageExtent.Ending.complete : .continues
      return .part(message, MessageExtent(byteCount: byteCount, skippedByteCount: skippedByteCount, ending: ending))
    }
    return .message(message, MessageExtent(byteCount: byteCount, skippedByteCount: skippedByteCount, ending: ending))
  }
}
