import Wire

/// The words that decide where the name of a table stands, and where a password.
enum SQLKeyword: UInt8, Sendable {
  /// A name follows, and after a comma another one.
  case from, join, tables
  /// A name follows.
  case into, table, update
  /// Stands before a name and is no name.
  case modifier
  /// Ends a list of tables.
  case clause
  /// Stands where a name could, and is none.
  case noName
  case with, `as`, on, distinct, index
  /// Inside the parentheses behind it FROM is a separator: EXTRACT(YEAR FROM t).
  case fromFunction
  /// A literal that is a word.
  case constant
  case identified, by, password

  private static let suffix: StaticString = "_password"

  private static let words: [(StaticString, SQLKeyword)] = [
    ("as", .as), ("on", .on), ("by", .by), ("if", .modifier), ("set", .clause), ("not", .modifier), ("for", .clause), ("from", .from),
    ("join", .join), ("into", .into), ("with", .with), ("only", .modifier), ("null", .constant), ("true", .constant), ("like", .noName),
    ("trim", .fromFunction), ("table", .table), ("where", .clause), ("group", .clause), ("order", .clause), ("limit", .clause),
    ("union", .clause), ("using", .clause), ("index", .index), ("false", .constant), ("quick", .modifier), ("stdin", .noName),
    ("update", .update), ("tables", .tables), ("select", .noName), ("having", .clause), ("values", .clause), ("exists", .modifier),
    ("ignore", .modifier), ("unnest", .noName), ("stdout", .noName), ("extract", .fromFunction), ("overlay", .fromFunction),
    ("lateral", .modifier), ("default", .constant), ("outfile", .noName), ("delayed", .modifier), ("distinct", .distinct),
    ("password", .password), ("dumpfile", .noName), ("substring", .fromFunction), ("returning", .clause), ("temporary", .modifier),
    ("identified", .identified), ("low_priority", .modifier), ("concurrently", .modifier), ("straight_join", .join),
  ]

  private static let longestWord = 13

  /// The words by their length.
  private static let byLength: [[(StaticString, SQLKeyword)]] = (0...longestWord).map { length in
    words.filter { $0.0.utf8CodeUnitCount == length }
  }

  init?(_ word: Range<Int>, _ bytes: RawSpan) {
    if word.count <= SQLKeyword.longestWord {
      for (text, keyword) in SQLKeyword.byLength[word.count] where bytes.equalsIgnoringCase(text, in: word) {
        self = keyword
        return
      }
    }
    // MASTER_PASSWORD, OLD_PASSWORD and the like.
    let suffix = SQLKeyword.suffix
    let length = suffix.utf8CodeUnitCount
    guard word.count > length, bytes.equalsIgnoringCase(suffix, in: word.upperBound - length..<word.upperBound) else { return nil }
    self = .password
  }
}
