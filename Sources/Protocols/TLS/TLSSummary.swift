import Capture
import Wire

/// What the request log shows of a handshake.
enum TLSSummary {
  /// Application protocols of a client that are shown.
  private static let protocolLimit = 16
  /// Versions of a client that are shown.
  private static let versionLimit = 16

  static func summarize(_ message: TLSMessage, _ bytes: RawSpan, into summary: inout MessageSummary, _ texts: inout TextTable) {
    switch message.content {
    case .handshake(let byteCount):
      TLSHandshakeRun.withContent(bytes, byteCount) { content in
        var cursor = TLSHandshakeCursor()
        while let handshake = cursor.next(content) {
          summarize(handshake, content, from: message.sender, into: &summary, &texts)
        }
      }
    case .legacyHello:
      summary.requestType = texts.intern(TLSHandshakeType.clientHello.name)
      if let hello = TLSLegacyHello(bytes) {
        summary.add(texts.intern("supported_versions"), texts.intern(TLSVersion.text(hello.version)))
      }
    case .alert(let alert): summarize(alert, from: message.sender, into: &summary, &texts)
    case .changeCipherSpec: append("Change Cipher Spec", message.sender, to: &summary, &texts)
    case .encryptedHandshake: append("Encrypted Handshake Message", message.sender, to: &summary, &texts)
    case .encryptedAlert:
      append("Encrypted Alert", message.sender, to: &summary, &texts)
      if message.outcome == .fails {
        summary.responseStatus = message.sender == .client ? .serverError : .clientError
        summary.responseException = texts.intern("encrypted_alert")
      }
    case .applicationData, .heartbeat: break
    }
    if message.outcome == .succeeds {
      summary.responseStatus = .ok
      if message.isResumption { summary.add(texts.intern("session_resumed"), texts.intern("true")) }
    }
  }

  private static func summarize(
    _ handshake: TLSHandshakeMessage, _ content: RawSpan, from sender: MessageSender, into summary: inout MessageSummary,
    _ texts: inout TextTable
  ) {
    if handshake.type != .serverHello { append(handshake.type.name, sender, to: &summary, &texts) }
    switch handshake.type {
    case .clientHello where sender == .client: clientHello(content, handshake.body, isDatagram: false, into: &summary, &texts)
    case .serverHello where sender == .server: serverHello(content, handshake.body, into: &summary, &texts)
    case .certificate: certificate(content, handshake.body, from: sender, into: &summary, &texts)
    default: break
    }
  }

  /// Adds to the list of what the server sent.
  private static func append(
    _ name: StaticString, _ sender: MessageSender, to summary: inout MessageSummary, _ texts: inout TextTable
  ) {
    guard sender == .server else { return }
    guard let result = summary.responseResult else { return summary.responseResult = texts.intern(name) }
    summary.responseResult = texts.intern(texts.string(result) + "|\(name)")
  }

  // MARK: Hellos

  /// A ClientHello, in TLS or in a QUIC datagram.
  static func clientHello(
    _ bytes: RawSpan, _ body: Range<Int>, isDatagram: Bool, into summary: inout MessageSummary, _ texts: inout TextTable
  ) {
    if !isDatagram { summary.requestType = texts.intern(TLSHandshakeType.clientHello.name) }
    guard let hello = TLSClientHello(bytes, body) else { return }
    if let name = hello.serverName {
      let id = texts.intern(bytes, name)
      summary.requestDomain = id
      summary.requestResource = id
      summary.endpoint = id
    }
    var versions = ""
    if let list = hello.supportedVersions {
      list.forEach(bytes, limit: versionLimit) { version in
        if !TLSCipherSuite.isGrease(version) { versions += (versions.isEmpty ? "" : ",") + TLSVersion.text(version) }
      }
    }
    if versions.isEmpty { versions = TLSVersion.text(hello.version) }
    summary.add(texts.intern("supported_versions"), texts.intern(versions))
    if let list = hello.applicationProtocols {
      var names: [UInt8] = []
      var count = 0
      var reader = TLSVectorReader(list)
      while count < protocolLimit, let name = reader.vector8(bytes) {
        if count > 0 { names.append(UInt8(ascii: ",")) }
        names += bytes.copy(name)
        count += 1
      }
      summary.add(texts.intern("client_alpn"), texts.intern(names))
    }
    if !isDatagram { summary.add(texts.intern("ja3"), texts.intern(TLSFingerprint.ja3(hello, bytes))) }
    summary.add(texts.intern("ja4"), texts.intern(TLSFingerprint.ja4(hello, bytes, isDatagram: isDatagram)))
  }

  private static func serverHello(
    _ bytes: RawSpan, _ body: Range<Int>, into summary: inout MessageSummary, _ texts: inout TextTable
  ) {
    summary.responseStatus = summary.responseStatus ?? .unknown
    let hello = TLSServerHello(bytes, body)
    let type = hello?.isRetryRequest ?? false ? TLSHandshakeType.helloRetryRequest : .serverHello
    append(type.name, .server, to: &summary, &texts)
    // What a HelloRetryRequest says comes again in the ServerHello.
    guard let hello, !hello.isRetryRequest else { return }
    summary.version = texts.intern(TLSVersion.text(hello.version))
    summary.add(texts.intern("cipher_suite"), cipherSuite(hello.cipherSuite, &texts))
    if let name = hello.applicationProtocol { summary.add(texts.intern("alpn"), texts.intern(bytes, name)) }
    summary.add(texts.intern("ja3s"), texts.intern(TLSFingerprint.ja3s(hello, bytes)))
    if hello.isVersion13, hello.hasPreSharedKey { summary.add(texts.intern("session_resumed"), texts.intern("true")) }
  }

  static func cipherSuite(_ suite: UInt16, _ texts: inout TextTable) -> TextID {
    if let name = TLSCipherSuite.name(suite) { return texts.intern(name) }
    let digits = String(suite, radix: 16)
    return texts.intern("0x" + String(repeating: "0", count: 4 - digits.count) + digits)
  }

  // MARK: Certificates

  /// The first certificate of the chain: the sender's own. Source: RFC 5246 §7.4.2.
  private static func certificate(
    _ bytes: RawSpan, _ body: Range<Int>, from sender: MessageSender, into summary: inout MessageSummary, _ texts: inout TextTable
  ) {
    var message = TLSVectorReader(body)
    guard let chain = message.vector24(bytes) else { return }
    var certificates = TLSVectorReader(chain)
    guard let first = certificates.vector24(bytes), let certificate = X509Certificate(bytes, first) else { return }
    let names = sender == .server ? CertificateAttributes.server : .client
    if let subject = X509Name.text(certificate.subject, bytes) { summary.add(texts.intern(names.subject), texts.intern(subject)) }
    if let issuer = X509Name.text(certificate.issuer, bytes) { summary.add(texts.intern(names.issuer), texts.intern(issuer)) }
    if let alternatives = X509AlternativeNames.text(certificate, bytes) {
      summary.add(texts.intern(names.alternatives), texts.intern(alternatives))
    }
    if let time = certificate.notBefore { summary.add(texts.intern(names.notBefore), texts.intern(time)) }
    if let time = certificate.notAfter { summary.add(texts.intern(names.notAfter), texts.intern(time)) }
  }

  private struct CertificateAttributes {
    var subject: StaticString
    var issuer: StaticString
    var alternatives: StaticString
    var notBefore: StaticString
    var notAfter: StaticString

    static let server = CertificateAttributes(
      subject: "server_cert_subject", issuer: "server_cert_issuer", alternatives: "server_cert_san", notBefore: "server_cert_not_before",
      notAfter: "server_cert_not_after")
    static let client = CertificateAttributes(
      subject: "client_cert_subject", issuer: "client_cert_issuer", alternatives: "client_cert_san", notBefore: "client_cert_not_before",
      notAfter: "client_cert_not_after")
  }

  // MARK: Alerts

  /// An alert is about what the other side sent, except where the sender says that the fault is its own.
  private static func summarize(
    _ alert: TLSAlert, from sender: MessageSender, into summary: inout MessageSummary, _ texts: inout TextTable
  ) {
    append("Alert", sender, to: &summary, &texts)
    guard alert.isFatal else { return }
    let isOwnFault = alert.description == TLSAlert.internalError
    summary.responseStatus = (sender == .client) == isOwnFault ? .clientError : .serverError
    summary.responseCode = Int32(alert.description)
    summary.responseException = alert.name.map { texts.intern($0) } ?? texts.intern("alert \(alert.description)")
    summary.add(texts.intern("alert_sender"), texts.intern(sender == .client ? "client" : "server"))
  }
}
