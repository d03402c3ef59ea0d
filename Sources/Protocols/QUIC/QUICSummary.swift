import Capture
import Wire

/// What the request log shows of a handshake over QUIC.
enum QUICSummary {
  /// Bytes of a reason phrase that are shown.
  private static let reasonLimit = 256

  static func summarize(_ message: QUICMessage, _ bytes: RawSpan, into summary: inout MessageSummary, _ texts: inout TextTable) {
    if message.sender == .client { client(message, bytes, into: &summary, &texts) } else { server(message, bytes, into: &summary, &texts) }
  }

  private static func client(_ message: QUICMessage, _ bytes: RawSpan, into summary: inout MessageSummary, _ texts: inout TextTable) {
    if case .request = message.role {
      summary.version = texts.intern(message.version.text)
      summary.requestType = texts.intern("Initial")
      summary.add(texts.intern("client_connection_id"), identifier(message.sourceID, bytes, &texts))
      summary.add(texts.intern("server_connection_id"), identifier(message.destinationID, bytes, &texts))
    }
    guard !message.hello.isEmpty else { return }
    let hello = message.hello.span.bytes
    TLSSummary.clientHello(hello, TLSHandshakeRun.messageHeaderByteCount..<hello.byteCount, isDatagram: true, into: &summary, &texts)
  }

  private static func server(_ message: QUICMessage, _ bytes: RawSpan, into summary: inout MessageSummary, _ texts: inout TextTable) {
    if !message.offeredVersions.isEmpty {
      summary.responseResult = texts.intern("Version Negotiation")
      // The client asked in a version that the server does not speak.
      summary.responseStatus = .clientError
      summary.responseException = texts.intern("version_negotiation")
      let versions = message.offeredVersions.map(\.text).joined(separator: ",")
      return summary.add(texts.intern("server_versions"), texts.intern(versions))
    }
    guard case .response = message.role else { return }
    summary.version = texts.intern(message.version.text)
    summary.responseStatus = .ok
    summary.add(texts.intern("chosen_connection_id"), identifier(message.sourceID, bytes, &texts))
    if let hello = TLSServerHello(message.hello.span.bytes, serverHelloBody(message.hello)) {
      summary.responseResult = texts.intern("Server Hello")
      summary.add(texts.intern("cipher_suite"), TLSSummary.cipherSuite(hello.cipherSuite, &texts))
    }
    if let code = message.closeCode { close(code, message.closeReason, into: &summary, &texts) }
  }

  private static func serverHelloBody(_ hello: [UInt8]) -> Range<Int> {
    guard hello.first == TLSHandshakeType.serverHello.rawValue else { return 0..<0 }
    return min(TLSHandshakeRun.messageHeaderByteCount, hello.count)..<hello.count
  }

  /// The server gives up: for a TLS alert, or for a reason of QUIC's own. Source: RFC 9000 §20.1, RFC 9001 §4.8.
  private static func close(_ code: Int, _ reason: [UInt8], into summary: inout MessageSummary, _ texts: inout TextTable) {
    summary.responseResult = texts.intern("Connection Close")
    summary.responseCode = Int32(truncatingIfNeeded: code)
    guard code >= 0x100, code <= 0x1ff else {
      summary.responseStatus = code == 0 ? .ok : .serverError
      if !reason.isEmpty {
        summary.responseException = texts.intern(Array(reason.prefix(reasonLimit)))
      } else if code != 0 {
        summary.responseException = texts.intern("error \(code)")
      }
      return
    }
    let alert = TLSAlert(level: 2, description: UInt8(code & 0xff))
    summary.responseStatus = alert.description == TLSAlert.internalError ? .serverError : .clientError
    summary.responseException = alert.name.map { texts.intern($0) } ?? texts.intern("alert \(alert.description)")
  }

  private static func identifier(_ range: Range<Int>, _ bytes: RawSpan, _ texts: inout TextTable) -> TextID {
    texts.intern(Hexadecimal.text(bytes.copy(range)))
  }
}
