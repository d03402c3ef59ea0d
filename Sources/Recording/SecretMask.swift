/// Replaces the obvious secrets in a command line by `***`, before it is stored anywhere.
///
/// It knows names (`--password X`, `token=X`, `"secret": "X"`), addresses with a user's password in them (`scheme://user:X@host`),
/// HTTP credentials (`Authorization: Bearer X`), and the short flags by which widespread clients take a password. It is a
/// net with holes: a password given as a bare word has no mark to know it by.
package enum SecretMask {
  package static let replacement = "***"

  /// What makes a name a secret's name, wherever it stands in the name, in lower case without `-` and `_`.
  private static let secretWords = [
    "password", "passwd", "passphrase", "pwd", "secret", "token", "apikey", "accesskey", "privatekey", "credential", "authkey",
    "authorization",
    "cookie",
  ]

  /// Programs and the flag whose argument, attached or following, is a password.
  private static let passwordFlags: [(program: String, flag: String, mayFollow: Bool)] = [
    ("mysql", "-p", false), ("mariadb", "-p", false), ("redis-cli", "-a", true), ("redis-benchmark", "-a", true), ("sshpass", "-p", true),
    ("mongo", "-p", true), ("ldapsearch", "-w", true), ("sqlcmd", "-P", true), ("mosquitto", "-P", true),
  ]
  /// Programs and the flag whose argument is `user:password`.
  private static let credentialFlags: [(program: String, flag: String)] = [
    ("curl", "-u"), ("curl", "--user"), ("curl", "--proxy-user"), ("ab", "-A"),
  ]

  /// The arguments, the program's name first, separated by spaces.
  package static func commandLine(_ arguments: [String]) -> String {
    var shown: [String] = []
    shown.reserveCapacity(arguments.count)
    let program = arguments.first.map { $0.split(separator: "/").last.map(String.init) ?? $0 } ?? ""
    var hidesNext = false
    var hidesPasswordOfNext = false
    for (index, argument) in arguments.enumerated() {
      if hidesNext {
        hidesNext = false
        shown.append(replacement)
        continue
      }
      if hidesPasswordOfNext {
        hidesPasswordOfNext = false
        shown.append(maskedCredentials(argument))
        continue
      }
      if index > 0, let flag = passwordFlags.first(where: { program.hasPrefix($0.program) && argument.hasPrefix($0.flag) }) {
        if argument.count > flag.flag.count, !flag.flag.hasPrefix("--"), !isLongFlag(argument) {
          shown.append(flag.flag + replacement)
          continue
        }
        hidesNext = flag.mayFollow && argument == flag.flag
      }
      if index > 0, let flag = credentialFlags.first(where: { program == $0.program && argument.hasPrefix($0.flag) }) {
        if argument == flag.flag {
          hidesPasswordOfNext = true
        } else if !flag.flag.hasPrefix("--") {
          shown.append(flag.flag + maskedCredentials(String(argument.dropFirst(flag.flag.count))))
          continue
        }
      }
      if argument.hasPrefix("-"), !argument.contains("="), isSecretName(argument) { hidesNext = true }
      shown.append(masked(argument))
    }
    return shown.joined(separator: " ")
  }

  private static func isLongFlag(_ argument: String) -> Bool { argument.hasPrefix("--") }

  /// `user:***`, or nothing hidden when there is no password.
  private static func maskedCredentials(_ text: String) -> String {
    guard let colon = text.firstIndex(of: ":") else { return text }
    return text[...colon] + replacement
  }

  /// One argument with the values of secret names and the passwords of addresses replaced.
  static func masked(_ argument: String) -> String {
    // Both need one of these; most arguments have none.
    guard argument.utf8.contains(where: { $0 == UInt8(ascii: "=") || $0 == UInt8(ascii: ":") }) else { return argument }
    return maskedAssignments(maskedAddresses(argument))
  }

  private static func isSecretName(_ name: some StringProtocol) -> Bool {
    let plain = name.lowercased().filter { $0 != "-" && $0 != "_" && $0 != "." }
    return secretWords.contains { plain.contains($0) }
  }

  /// RFC 3986 §3.2.1: `scheme://user:password@host`.
  private static func maskedAddresses(_ text: String) -> String {
    var result = ""
    var rest = text[...]
    while let scheme = rest.firstRange(of: "://") {
      result += rest[..<scheme.upperBound]
      rest = rest[scheme.upperBound...]
      let authority = rest.prefix { !"/?#\"' ,".contains($0) }
      guard let at = authority.lastIndex(of: "@"), let colon = authority[..<at].firstIndex(of: ":") else { continue }
      result += authority[...colon] + replacement
      rest = rest[at...]
    }
    return result + rest
  }

  /// `name=value` and `name: value`, with or without quotes, anywhere in an argument (`-H 'X-Token: …'`, JSON, query strings).
  private static func maskedAssignments(_ text: String) -> String {
    var result = ""
    var rest = text[...]
    while let sign = rest.firstIndex(where: { $0 == "=" || $0 == ":" }) {
      let name = rest[..<sign].reversed().drop { $0 == "\"" || $0 == "'" || $0 == " " }.prefix {
        $0.isLetter || $0.isNumber || "-_.".contains($0)
      }
      var value = rest.index(after: sign)
      result += rest[..<value]
      guard isSecretName(String(name.reversed())) else {
        rest = rest[value...]
        continue
      }
      var quote: Character?
      while value < rest.endIndex, " \"'".contains(rest[value]) {
        if rest[value] != " " { quote = rest[value] }
        result.append(rest[value])
        value = rest.index(after: value)
      }
      // A quoted value ends at its quote, a header's only with the argument (`Bearer …`), others where the next assignment begins.
      let isHeader = text[sign] == ":" && !text.contains("{")
      let end =
        rest[value...].firstIndex { character in
          if let quote { return character == quote }
          return !isHeader && "&;,\"'} ".contains(character)
        } ?? rest.endIndex
      if end > value { result += replacement }
      rest = rest[end...]
    }
    return result + rest
  }
}
