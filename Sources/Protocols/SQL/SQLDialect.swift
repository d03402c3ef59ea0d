/// How the lexical rules of the databases differ, as far as they decide where a literal or a comment ends.
struct SQLDialect: Hashable, Sendable {
  /// A backslash in a string literal escapes the next byte.
  var escapesWithBackslash = false
  /// Text in double quotes is a string, not an identifier.
  var doubleQuotesAreStrings = false
  /// A number sign begins a comment.
  var hasNumberSignComments = false
  /// `/*!40101 … */` is code to its server.
  var hasVersionComments = false
  /// Block comments nest.
  var nestsComments = false
  /// `$tag$ … $tag$` is a string.
  var hasDollarQuotes = false
  /// `[name]` is an identifier where a name can stand.
  var hasBracketedNames = false

  /// Source: MySQL 8.0 Reference Manual, §11.1.1 "String Literals", §11.7 "Comments".
  static let mySQL = SQLDialect(
    escapesWithBackslash: true, doubleQuotesAreStrings: true, hasNumberSignComments: true, hasVersionComments: true)
  /// Source: PostgreSQL documentation, §4.1 "Lexical Structure"; `standard_conforming_strings` is on since 9.1.
  static let postgreSQL = SQLDialect(nestsComments: true, hasDollarQuotes: true)
  /// Source: Transact-SQL reference, "Database Identifiers", "Slash Star (Block Comment)".
  static let transactSQL = SQLDialect(nestsComments: true, hasBracketedNames: true)
  /// Source: Cassandra Query Language, "Definitions".
  static let cql = SQLDialect(hasDollarQuotes: true)
  /// Source: ClickHouse documentation, "Syntax".
  static let clickHouse = SQLDialect(escapesWithBackslash: true, hasNumberSignComments: true)
  /// Source: Oracle Database SQL Language Reference, "Lexical Conventions".
  static let oracle = SQLDialect()
}
