import Wire

/// What a statement is about: its verb, its tables, its text without literals, and the comments in it.
struct SQLDigest: Sendable {
  /// Bytes kept of the normalised text.
  static let longestShape = 2048
  /// Bytes kept of all comments together; tracing tags have a few hundred.
  static let longestComments = 1024
  /// Bytes kept of the names of all tables together.
  static let longestTables = 512

  var verb: SQLVerb?
  /// The statement with `?` for every literal and parameter, one for a list of them, without comments.
  var shape: [UInt8] = []
  /// Names without quotes, in order of appearance, each once, joined by commas.
  var tables: [UInt8] = []
  /// The insides of the comments, each ended by a line feed.
  var comments: [UInt8] = []
  /// Question marks that stand for parameters.
  var markerCount = 0
  /// A literal of the statement is a password.
  var hasCredentials = false
  /// The normalised text is longer than what is kept of it.
  var isCut = false
}

/// The word a statement begins with, or the one that says what a statement with a WITH clause does.
struct SQLVerb: Hashable, Sendable {
  private static let names: [StaticString] = [
    "SELECT", "INSERT", "UPDATE", "DELETE", "REPLACE", "MERGE", "UPSERT", "BEGIN", "START", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE",
    "ABORT", "END", "SET", "SHOW", "USE", "EXPLAIN", "DESCRIBE", "DESC", "ANALYZE", "CREATE", "ALTER", "DROP", "TRUNCATE", "RENAME",
    "GRANT", "REVOKE", "CALL", "EXEC", "EXECUTE", "DECLARE", "PREPARE", "DEALLOCATE", "COPY", "LOAD", "LOCK", "UNLOCK", "FETCH", "MOVE",
    "CLOSE", "OPEN", "LISTEN", "NOTIFY", "UNLISTEN", "VACUUM", "REINDEX", "CLUSTER", "REFRESH", "CHECKPOINT", "DISCARD", "RESET", "DO",
    "HANDLER", "KILL", "FLUSH", "OPTIMIZE", "REPAIR", "CHECK", "CHECKSUM", "INSTALL", "UNINSTALL", "CHANGE", "STOP", "PURGE", "BINLOG",
    "XA", "VALUES", "TABLE", "COMMENT", "IMPORT", "EXCHANGE", "ATTACH", "DETACH", "SYSTEM", "APPLY", "PRINT", "IF", "WHILE", "WAITFOR",
    "RAISERROR", "THROW", "BACKUP", "RESTORE", "LIST", "EXISTS", "SECURITY", "REASSIGN", "IDENTIFY_SYSTEM", "START_REPLICATION",
    "CREATE_REPLICATION_SLOT", "BASE_BACKUP", "TIMELINE_HISTORY", "DROP_REPLICATION_SLOT", "READ_REPLICATION_SLOT",
  ]

  static let select = SQLVerb(index: 0)
  static let insert = SQLVerb(index: 1)
  static let update = SQLVerb(index: 2)
  static let delete = SQLVerb(index: 3)
  static let replace = SQLVerb(index: 4)
  static let merge = SQLVerb(index: 5)
  static let show = named("SHOW")
  static let use = named("USE")
  static let explain = named("EXPLAIN")
  static let describe = named("DESCRIBE")
  static let desc = named("DESC")
  static let create = named("CREATE")
  static let drop = named("DROP")
  static let truncate = named("TRUNCATE")
  static let revoke = named("REVOKE")
  static let copy = named("COPY")
  static let fetch = named("FETCH")
  static let move = named("MOVE")

  private var index: UInt8

  var name: StaticString { SQLVerb.names[Int(index)] }

  private init(index: UInt8) { self.index = index }

  init?(_ word: Range<Int>, _ bytes: RawSpan) {
    for (index, name) in SQLVerb.names.enumerated() where name.utf8CodeUnitCount == word.count {
      if bytes.equalsIgnoringCase(name, in: word) {
        self.index = UInt8(index)
        return
      }
    }
    return nil
  }

  private static func named(_ name: StaticString) -> SQLVerb {
    let verb = name.withUTF8Buffer { buffer in SQLVerb(0..<buffer.count, buffer.span.bytes) }
    guard let verb else { preconditionFailure("a verb of the list") }
    return verb
  }

  /// Whether the statement reads or writes rows: a password in it is the application's own matter.
  var handlesRows: Bool {
    switch self {
    case .select, .insert, .update, .delete, .replace, .merge, .show, .explain, .describe, .desc, .copy: true
    default: false
    }
  }
}
