import Wire

/// Which arguments of a command are credentials. They are told apart here, before anything is written down.
struct RedisCredentials {
  enum Disposition {
    case shown
    case masked
    /// The first byte says what the rest is and is shown.
    case maskedAfterFirstByte
  }

  private enum Rule {
    case none
    /// AUTH: every argument.
    case everything
    /// HELLO, MIGRATE: so many after the word AUTH or AUTH2.
    case afterAuth
    /// CONFIG SET, SENTINEL: the value after the name of a secret setting.
    case afterSecretName
    /// ACL SETUSER: passwords and their hashes among the rules.
    case accessRules
  }

  private var rule = Rule.none
  private var isHello = false
  /// Arguments still to be masked.
  private var pendingCount = 0

  init(_ word: Range<Int>, _ bytes: RawSpan) {
    switch word.count {
    case 3 where bytes.equalsIgnoringCase("acl", in: word): rule = .accessRules
    case 4 where bytes.equalsIgnoringCase("auth", in: word): rule = .everything
    case 5 where bytes.equalsIgnoringCase("hello", in: word):
      rule = .afterAuth
      isHello = true
    case 6 where bytes.equalsIgnoringCase("config", in: word): rule = .afterSecretName
    case 7 where bytes.equalsIgnoringCase("migrate", in: word): rule = .afterAuth
    case 8 where bytes.equalsIgnoringCase("sentinel", in: word): rule = .afterSecretName
    default: break
    }
  }

  /// Whether all arguments are shown, so that they need not be asked for one by one.
  var isEmpty: Bool { rule == .none }

  /// What becomes of the next argument.
  mutating func disposition(of argument: Range<Int>, _ bytes: RawSpan) -> Disposition {
    if pendingCount > 0 {
      pendingCount -= 1
      return .masked
    }
    switch rule {
    case .none: break
    case .everything: return .masked
    case .afterAuth:
      // HELLO 3 AUTH user password; MIGRATE … AUTH password; MIGRATE … AUTH2 user password.
      if bytes.equalsIgnoringCase("auth2", in: argument) { pendingCount = 2 }
      if bytes.equalsIgnoringCase("auth", in: argument) { pendingCount = isHello ? 2 : 1 }
    case .afterSecretName:
      if RedisCredentials.isSecretName(argument, bytes) { pendingCount = 1 }
    case .accessRules:
      guard let first = argument.first else { break }
      switch bytes.load8(at: first) {
      case 0x3e, 0x3c, 0x23, 0x21: return .maskedAfterFirstByte  // >password <password #hash !hash
      default: break
      }
    }
    return .shown
  }

  private static func isSecretName(_ argument: Range<Int>, _ bytes: RawSpan) -> Bool {
    switch argument.count {
    case 9: bytes.equalsIgnoringCase("auth-pass", in: argument)
    case 10: bytes.equalsIgnoringCase("masterauth", in: argument)
    case 11: bytes.equalsIgnoringCase("requirepass", in: argument) || bytes.equalsIgnoringCase("primaryauth", in: argument)
    case 13: bytes.equalsIgnoringCase("sentinel-pass", in: argument)
    case 17: bytes.equalsIgnoringCase("tls-key-file-pass", in: argument)
    case 24: bytes.equalsIgnoringCase("tls-client-key-file-pass", in: argument)
    default: false
    }
  }
}
