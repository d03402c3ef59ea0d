package import Analysis
import CSQLite

/// A SQLite database that is being filled: the few calls of the C interface that an export needs, with errors as values.
package struct Database: ~Copyable {
  private let handle: OpaquePointer
  private let path: String

  package init(path: String) throws(ExportError) {
    var opened: OpaquePointer?
    let status = sqlite3_open_v2(path, &opened, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nil)
    guard status == SQLITE_OK, let opened else {
      let message = opened.map { String(cString: sqlite3_errmsg($0)) } ?? "out of memory"
      sqlite3_close_v2(opened)
      throw .database(place: path, action: "open", message: message)
    }
    handle = opened
    self.path = path
  }

  deinit { sqlite3_close_v2(handle) }

  /// Runs statements that yield nothing.
  package func execute(_ sql: String) throws(ExportError) {
    guard sqlite3_exec(handle, sql, nil, nil, nil) == SQLITE_OK else { throw error(action: "write") }
  }

  package func prepare(_ sql: String) throws(ExportError) -> Statement {
    var statement: OpaquePointer?
    guard sqlite3_prepare_v2(handle, sql, -1, &statement, nil) == SQLITE_OK, let statement else { throw error(action: "prepare") }
    return Statement(statement, path: path)
  }

  /// For statements of the operator's: from here on the database answers, and changes nothing.
  package func makeReadOnly() throws(ExportError) {
    // Functions that a view of the operator's choice could call must be harmless; those of ours are.
    try execute("PRAGMA trusted_schema=OFF")
    try execute("PRAGMA query_only=ON")
    // ATTACH, VACUUM INTO and PRAGMA count as reading, and can create files.
    sqlite3_set_authorizer(
      handle,
      { _, action, name, _, _, _ in
        switch action {
        case SQLITE_SELECT, SQLITE_READ, SQLITE_RECURSIVE: return SQLITE_OK
        case SQLITE_FUNCTION: return SQLITE_OK
        case SQLITE_PRAGMA:
          let isHarmless = name.map { ["table_info", "table_list", "table_xinfo"].contains(String(cString: $0)) } ?? false
          return isHarmless ? SQLITE_OK : SQLITE_DENY
        default: return SQLITE_DENY
        }
      }, nil)
  }

  /// Prepares a statement of the operator's, which must be one that only reads.
  package func prepare(query sql: String) throws(QueryError) -> Statement {
    var statement: OpaquePointer?
    var hasMore = false
    let status = sql.withCString { start in
      var tail: UnsafePointer<CChar>?
      let status = sqlite3_prepare_v2(handle, start, -1, &statement, &tail)
      if status == SQLITE_OK, let tail { hasMore = !Database.isBlank(tail) }
      return status
    }
    guard status == SQLITE_OK else {
      if status == SQLITE_AUTH { throw .notReadOnly }
      let offset = sqlite3_error_offset(handle)
      throw .refused(message: String(cString: sqlite3_errmsg(handle)), byteOffset: offset >= 0 ? Int(offset) : nil)
    }
    guard let statement else { throw .empty }
    let prepared = Statement(statement, path: path)
    if hasMore { throw .severalStatements }
    guard sqlite3_stmt_readonly(statement) != 0 else { throw .notReadOnly }
    return prepared
  }

  /// Nothing but blanks, semicolons and comments follow.
  private static func isBlank(_ tail: UnsafePointer<CChar>) -> Bool {
    var rest = Substring(String(cString: tail))
    while let first = rest.first {
      if first.isWhitespace || first == ";" {
        rest = rest.dropFirst()
      } else if rest.hasPrefix("--") {
        rest = rest.drop { !$0.isNewline }
      } else {
        return false
      }
    }
    return true
  }

  private func error(action: String) -> ExportError {
    .database(place: path, action: action, message: String(cString: sqlite3_errmsg(handle)))
  }
}

/// A prepared statement. Parameters and columns are numbered from 0.
package struct Statement: ~Copyable {
  private let handle: OpaquePointer
  private let path: String

  fileprivate init(_ handle: OpaquePointer, path: String) {
    self.handle = handle
    self.path = path
  }

  deinit { sqlite3_finalize(handle) }

  @inline(__always)
  package func bind(_ value: Int64, at index: Int) { sqlite3_bind_int64(handle, Int32(truncatingIfNeeded: index + 1), value) }

  @inline(__always)
  package func bind(real value: Double, at index: Int) { sqlite3_bind_double(handle, Int32(truncatingIfNeeded: index + 1), value) }

  @inline(__always)
  package func bindNull(at index: Int) { sqlite3_bind_null(handle, Int32(truncatingIfNeeded: index + 1)) }

  /// Inserts the row with the values that are bound and this text, which is repaired to UTF-8 when it is none.
  package func insert(text bytes: UnsafeRawBufferPointer, at index: Int) throws(ExportError) {
    guard CapturedText.isStorable(bytes) else { return try insert(repaired: bytes, at: index) }
    // A null destructor means SQLITE_STATIC: SQLite reads the bytes during the step and not after it. An empty text needs an
    // address too, or it would be NULL.
    let empty: StaticString = ""
    let start = bytes.baseAddress ?? UnsafeRawPointer(empty.utf8Start)
    sqlite3_bind_text(
      handle, Int32(truncatingIfNeeded: index + 1), start.assumingMemoryBound(to: CChar.self), Int32(truncatingIfNeeded: bytes.count), nil)
    try insert()
  }

  /// Inserts the row with the values that are bound and these bytes.
  func insert(blob bytes: [UInt8], at index: Int) throws(ExportError) {
    try bytes.withUnsafeBufferPointer { (buffer) throws(ExportError) in
      // As above: the bytes need only outlive the step.
      sqlite3_bind_blob(handle, Int32(truncatingIfNeeded: index + 1), buffer.baseAddress, Int32(truncatingIfNeeded: buffer.count), nil)
      try insert()
    }
  }

  private func insert(repaired bytes: UnsafeRawBufferPointer, at index: Int) throws(ExportError) {
    var repaired: [UInt8] = []
    CapturedText.forEachScalar(bytes) { repaired.append(scalar: $0 == 0 ? 0xfffd : $0) }
    // SQLITE_TRANSIENT: SQLite copies the bytes, which do not outlive this call. The macro is not imported.
    let copy = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
    repaired.withUnsafeBufferPointer { buffer in
      _ = buffer.withMemoryRebound(to: CChar.self) {
        sqlite3_bind_text(handle, Int32(truncatingIfNeeded: index + 1), $0.baseAddress, Int32(truncatingIfNeeded: $0.count), copy)
      }
    }
    try insert()
  }

  @inline(__always)
  package func insert() throws(ExportError) {
    guard sqlite3_step(handle) == SQLITE_DONE else { throw failure() }
    sqlite3_reset(handle)
  }

  /// Moves to the next row of a query; false after the last.
  package func step() throws(ExportError) -> Bool {
    switch sqlite3_step(handle) {
    case SQLITE_ROW: return true
    case SQLITE_DONE: return false
    default: throw failure()
    }
  }

  /// The same for a statement of the operator's, whose failures are his.
  package func stepQuery() throws(QueryError) -> Bool {
    switch sqlite3_step(handle) {
    case SQLITE_ROW: return true
    case SQLITE_DONE: return false
    default: throw .failed(message: sqlite3_db_handle(handle).map { String(cString: sqlite3_errmsg($0)) } ?? "unknown error")
    }
  }

  package var columnCount: Int { Int(sqlite3_column_count(handle)) }

  package func columnName(_ index: Int) -> String { String(cString: sqlite3_column_name(handle, Int32(index))) }

  /// The value as text; `nil` for NULL.
  package func text(_ index: Int) -> String? {
    guard let start = sqlite3_column_text(handle, Int32(index)) else { return nil }
    let bytes = UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(handle, Int32(index))))
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The value as it is; what is not text is repaired or shown in hexadecimal.
  package func cell(_ index: Int) -> Cell {
    switch sqlite3_column_type(handle, Int32(index)) {
    case SQLITE_INTEGER: return .integer(sqlite3_column_int64(handle, Int32(index)))
    case SQLITE_FLOAT: return .real(sqlite3_column_double(handle, Int32(index)))
    case SQLITE_TEXT: return text(index).map { .string($0) } ?? .null
    case SQLITE_BLOB:
      guard let start = sqlite3_column_blob(handle, Int32(index)) else { return .string("") }
      var digits: [UInt8] = []
      for byte in UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(handle, Int32(index)))) {
        digits.appendHexadecimal(UInt32(byte), digitCount: 2)
      }
      return .string(String(decoding: digits, as: UTF8.self))
    default: return .null
    }
  }

  package func integer(_ index: Int) -> Int64? {
    sqlite3_column_type(handle, Int32(index)) == SQLITE_NULL ? nil : sqlite3_column_int64(handle, Int32(index))
  }

  private func failure() -> ExportError {
    let message = sqlite3_db_handle(handle).map { String(cString: sqlite3_errmsg($0)) } ?? "unknown error"
    sqlite3_reset(handle)
    return .database(place: path, action: "write", message: message)
  }
}
