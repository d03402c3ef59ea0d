/// Words of a command line that a person copies from a report.
enum ShellText {
  /// `word` as it is when a POSIX shell takes it literally, otherwise in single quotes.
  static func quoted(_ word: String) -> String {
    let isPlain =
      !word.isEmpty
      && word.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
        case UInt8(ascii: "/"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: ":"), UInt8(ascii: ","),
          UInt8(ascii: "@"):
          true
        default: false
        }
      }
    if isPlain { return word }
    return "'" + word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
  }

  /// Whether the word reaches a shell as it is after it was shown on a terminal.
  static func isShowable(_ word: String) -> Bool {
    var shown: [UInt8] = []
    shown.append(terminal: word)
    return shown.elementsEqual(word.utf8)
  }
}
