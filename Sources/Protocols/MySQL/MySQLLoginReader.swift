import Wire

/// Reads the packets of a login: who, to which database, by which program. What proves it is stepped over.
///
/// Source: MySQL Internals, "Protocol::Handshake", "Protocol::HandshakeResponse", "COM_CHANGE_USER".
enum MySQLLoginReader {
  typealias Capability = MySQLConversation.Capability

  /// Version 10 of the greeting: its version text, and what the server can do.
  static func greeting(_ bytes: RawSpan, _ content: Range<Int>) -> (version: Range<Int>, capabilities: UInt32)? {
    guard bytes.uint8(at: content.lowerBound) == 10, let version = bytes.zeroTerminated(at: content.lowerBound + 1, to: content.upperBound),
      !version.isEmpty, version.count <= 64, bytes.isText(version)
    else { return nil }
    // Thread, eight bytes of scramble, a zero.
    let flags = version.upperBound + 1 + 13
    guard flags <= content.upperBound, let low = bytes.littleEndian16(at: flags) else { return nil }
    let high = flags + 7 <= content.upperBound ? bytes.littleEndian16(at: flags + 5) ?? 0 : 0
    return (version, UInt32(high) << 16 | UInt32(low))
  }

  /// Capabilities, longest packet, character set, and 23 bytes of which MariaDB uses the last four.
  static let fixedByteCount = 32

  /// Whether `content` can be a login or a wish for TLS: both begin alike.
  static func isLogin(_ bytes: RawSpan, _ content: Range<Int>) -> Bool {
    guard content.count >= fixedByteCount, let capabilities = bytes.littleEndian32(at: content.lowerBound),
      capabilities & Capability.protocol41 != 0, let longest = bytes.littleEndian32(at: content.lowerBound + 4),
      longest >> 31 == 0
        || longest == .max
    else { return false }
    for offset in 9..<28 where bytes.uint8(at: content.lowerBound + offset) != 0 { return false }
    return content.count > fixedByteCount || capabilities & Capability.tls != 0
  }

  static func isTLSRequest(_ bytes: RawSpan, _ content: Range<Int>) -> Bool {
    content.count == fixedByteCount && isLogin(bytes, content)
  }

  static func login(_ bytes: RawSpan, _ content: Range<Int>, serverVersion: [UInt8]) -> (MySQLLogin, capabilities: UInt32)? {
    guard isLogin(bytes, content), let capabilities = bytes.littleEndian32(at: content.lowerBound),
      let user = bytes.zeroTerminated(at: content.lowerBound + fixedByteCount, to: content.upperBound)
    else { return nil }
    var login = MySQLLogin(user: user, serverVersion: serverVersion)
    var offset = user.upperBound + 1
    if capabilities & Capability.lengthEncodedAuthentication != 0 {
      guard let proof = bytes.lengthEncodedText(at: offset) else { return (login, capabilities) }
      offset = proof.upperBound
    } else if capabilities & Capability.secureConnection != 0 {
      guard let length = bytes.uint8(at: offset) else { return (login, capabilities) }
      offset += 1 + Int(length)
    } else {
      guard let proof = bytes.zeroTerminated(at: offset, to: content.upperBound) else { return (login, capabilities) }
      offset = proof.upperBound + 1
    }
    if capabilities & Capability.connectWithDatabase != 0, let database = bytes.zeroTerminated(at: offset, to: content.upperBound) {
      if !database.isEmpty { login.database = database }
      offset = database.upperBound + 1
    }
    if capabilities & Capability.pluginAuthentication != 0, let plugin = bytes.zeroTerminated(at: offset, to: content.upperBound) {
      offset = plugin.upperBound + 1
    }
    if capabilities & Capability.connectionAttributes != 0 { login.program = program(bytes, offset, content.upperBound) }
    return (login, capabilities)
  }

  /// COM_CHANGE_USER, behind its command.
  static func change(_ bytes: RawSpan, _ content: Range<Int>, serverVersion: [UInt8]) -> MySQLLogin? {
    guard let user = bytes.zeroTerminated(at: content.lowerBound, to: content.upperBound) else { return nil }
    var login = MySQLLogin(user: user, serverVersion: serverVersion)
    login.isChange = true
    guard let length = bytes.uint8(at: user.upperBound + 1) else { return login }
    if let database = bytes.zeroTerminated(at: user.upperBound + 2 + Int(length), to: content.upperBound), !database.isEmpty {
      login.database = database
    }
    return login
  }

  /// The value of `program_name` among the connection's attributes.
  private static func program(_ bytes: RawSpan, _ start: Int, _ end: Int) -> Range<Int>? {
    guard let all = bytes.lengthEncodedText(at: start), all.upperBound <= end else { return nil }
    var offset = all.lowerBound
    while offset < all.upperBound {
      guard let key = bytes.lengthEncodedText(at: offset), let value = bytes.lengthEncodedText(at: key.upperBound),
        value.upperBound <= all.upperBound
      else { return nil }
      if bytes.equalsIgnoringCase("program_name", in: key) { return value.isEmpty ? nil : value }
      offset = value.upperBound
    }
    return nil
  }
}
