/// Source: IANA TLS HandshakeType.
enum TLSHandshakeType: UInt8, Sendable {
  case helloRequest = 0
  case clientHello = 1
  case serverHello = 2
  case helloVerifyRequest = 3
  case newSessionTicket = 4
  case endOfEarlyData = 5
  case helloRetryRequest = 6
  case encryptedExtensions = 8
  case certificate = 11
  case serverKeyExchange = 12
  case certificateRequest = 13
  case serverHelloDone = 14
  case certificateVerify = 15
  case clientKeyExchange = 16
  case finished = 20
  case certificateURL = 21
  case certificateStatus = 22
  case supplementalData = 23
  case keyUpdate = 24
  case compressedCertificate = 25
  case nextProtocol = 67

  /// As DeepFlow writes it, but for a letter that its "Exchage" lacks.
  var name: StaticString {
    switch self {
    case .helloRequest: "Hello Request"
    case .clientHello: "Client Hello"
    case .serverHello: "Server Hello"
    case .helloVerifyRequest: "Hello Verify Request"
    case .newSessionTicket: "New Session Ticket"
    case .endOfEarlyData: "End Of Early Data"
    case .helloRetryRequest: "Hello Retry Request"
    case .encryptedExtensions: "Encrypted Extensions"
    case .certificate: "Certificate"
    case .serverKeyExchange: "Server Key Exchange"
    case .certificateRequest: "Certificate Request"
    case .serverHelloDone: "Server Hello Done"
    case .certificateVerify: "Certificate Verify"
    case .clientKeyExchange: "Client Key Exchange"
    case .finished: "Finished"
    case .certificateURL: "Certificate URL"
    case .certificateStatus: "Certificate Status"
    case .supplementalData: "Supplemental Data"
    case .keyUpdate: "Key Update"
    case .compressedCertificate: "Compressed Certificate"
    case .nextProtocol: "Next Protocol"
    }
  }
}

enum TLSVersion {
  /// The version as text: "1.2", "SSL 3.0", "1.3 draft 28".
  static func text(_ version: UInt16) -> String {
    switch version {
    case 0x0002: "SSL 2.0"
    case 0x0300: "SSL 3.0"
    case 0x0301: "1.0"
    case 0x0302: "1.1"
    case 0x0303: "1.2"
    case 0x0304: "1.3"
    case 0x7f00...0x7fff: "1.3 draft \(version & 0xff)"
    default: "0x" + String(version, radix: 16)
    }
  }
}

extension TLSAlert {
  /// Source: IANA TLS Alerts.
  var name: StaticString? {
    switch description {
    case 0: "close_notify"
    case 10: "unexpected_message"
    case 20: "bad_record_mac"
    case 21: "decryption_failed"
    case 22: "record_overflow"
    case 30: "decompression_failure"
    case 40: "handshake_failure"
    case 41: "no_certificate"
    case 42: "bad_certificate"
    case 43: "unsupported_certificate"
    case 44: "certificate_revoked"
    case 45: "certificate_expired"
    case 46: "certificate_unknown"
    case 47: "illegal_parameter"
    case 48: "unknown_ca"
    case 49: "access_denied"
    case 50: "decode_error"
    case 51: "decrypt_error"
    case 52: "too_many_cids_requested"
    case 60: "export_restriction"
    case 70: "protocol_version"
    case 71: "insufficient_security"
    case 80: "internal_error"
    case 86: "inappropriate_fallback"
    case 90: "user_canceled"
    case 100: "no_renegotiation"
    case 109: "missing_extension"
    case 110: "unsupported_extension"
    case 111: "certificate_unobtainable"
    case 112: "unrecognized_name"
    case 113: "bad_certificate_status_response"
    case 114: "bad_certificate_hash_value"
    case 115: "unknown_psk_identity"
    case 116: "certificate_required"
    case 120: "no_application_protocol"
    case 121: "ech_required"
    default: nil
    }
  }
}
