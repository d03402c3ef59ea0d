import Analysis
import Glibc
import Testing

@testable import Export

@Suite struct QueryTests {
  private static func answer(_ sql: String, _ format: RowFormat = .csv) throws -> String {
    let database = try SQLiteDocument.temporary(ShopResult.make())
    try database.makeReadOnly()
    let statement = try database.prepare(query: sql)
    var output = OutputFile()
    try QueryPrinter(format: format).print(statement, to: &output)
    return String(decoding: output.bytes, as: UTF8.self)
  }

  @Test("every table answers, under the names of the catalog")
  func tables() throws {
    for table in SchemaCatalog().tables {
      let header = try Self.answer("SELECT * FROM \(table.name) LIMIT 0")
      #expect(header == table.fields.map(\.name).joined(separator: ",") + "\n", "\(table.name)")
    }
  }

  @Test("exchanges are counted once in the metric tables, and rows as often as they were seen in the log")
  func exchanges() throws {
    let sql = """
      SELECT (SELECT sum(request) FROM application), (SELECT sum(request) FROM application_1m),
        (SELECT sum(request) FROM application_map), (SELECT count(*) FROM l7_flow_log)
      """
    // curl → nginx, nginx → gunicorn, gunicorn → redis, gunicorn → postgres.
    #expect(try Self.answer(sql).split(separator: "\n").last == "4,4,4,8")
  }

  @Test(
    "values are printed as they are in every format",
    arguments: [
      (.csv, "a,b,c,d\n1,1.5,,\"x,y\"\n2,-0.25,00ff,z\n"),
      (.jsonl, "{\"a\":1,\"b\":1.5,\"d\":\"x,y\"}\n{\"a\":2,\"b\":-0.25,\"c\":\"00ff\",\"d\":\"z\"}\n"),
      (.json, "[\n{\"a\":1,\"b\":1.5,\"d\":\"x,y\"},\n{\"a\":2,\"b\":-0.25,\"c\":\"00ff\",\"d\":\"z\"}\n]\n"),
      (.text, "a     b c    d\n1  1.50 -    x,y\n2 -0.25 00ff z\n"),
    ] as [(RowFormat, String)])
  func formats(format: RowFormat, expected: String) throws {
    let sql = "SELECT 1 AS a, 1.5 AS b, NULL AS c, 'x,y' AS d UNION ALL SELECT 2, -0.25, x'00ff', 'z'"
    #expect(try Self.answer(sql, format) == expected)
  }

  @Test("rows beyond those that decide the widths follow, each once", arguments: RowFormat.allCases)
  func many(format: RowFormat) throws {
    let sql = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2500) SELECT i FROM n"
    let lines = try Self.answer(sql, format).split(separator: "\n")
    #expect(lines.count == 2500 + (format == .json ? 2 : format == .jsonl ? 0 : 1))
    #expect(Set(lines).count == lines.count)
  }

  @Test("nothing is an empty array, or a header")
  func nothing() throws {
    #expect(try Self.answer("SELECT 1 AS a WHERE 0", .json) == "[]\n")
    #expect(try Self.answer("SELECT 1 AS a WHERE 0", .jsonl) == "")
    #expect(try Self.answer("SELECT 1 AS a WHERE 0", .csv) == "a\n")
  }

  @Test("a name that occurs twice is two keys")
  func names() throws {
    #expect(try Self.answer("SELECT 1 AS a, 2 AS a, 3 AS a", .jsonl) == "{\"a\":1,\"a:1\":2,\"a:2\":3}\n")
  }

  @Test(
    "what writes, attaches or changes settings is refused",
    arguments: [
      "DROP TABLE text_values", "DELETE FROM text_values", "INSERT INTO text_values VALUES (1, 'x')", "UPDATE text_values SET value = ''",
      "CREATE TABLE x(a)",
      "CREATE TEMP TABLE x AS SELECT 1", "ATTACH '/tmp/deepflow-query-test.db' AS x", "VACUUM", "VACUUM INTO '/tmp/deepflow-query-test.db'",
      "PRAGMA query_only=OFF", "PRAGMA journal_mode=WAL", "PRAGMA writable_schema=ON", "BEGIN", "ANALYZE",
      "CREATE INDEX x ON text_values(value)", "DETACH main",
    ])
  func refused(sql: String) throws {
    #expect(throws: QueryError.notReadOnly) { try Self.answer(sql) }
    #expect(access("/tmp/deepflow-query-test.db", F_OK) != 0)
  }

  @Test("one statement at a time; blanks and comments may follow")
  func several() throws {
    #expect(throws: QueryError.severalStatements) { try Self.answer("SELECT 1; SELECT 2") }
    #expect(throws: QueryError.empty) { try Self.answer(" -- nothing") }
    #expect(try Self.answer("SELECT 1 AS a; ; -- done\n") == "a\n1\n")
  }

  @Test("a mistake is named, with what was probably meant")
  func mistakes() throws {
    let table = #expect(throws: QueryError.self) { try Self.answer("SELECT * FROM aplication") }
    #expect(table?.description.contains("no such table: aplication; did you mean 'application'?") ?? false)
    let column = #expect(throws: QueryError.self) { try Self.answer("SELECT r.respons_duration FROM l7_flow_log AS r") }
    #expect(column?.description.contains("did you mean 'response_duration'?") ?? false)
    let syntax = #expect(throws: QueryError.self) { try Self.answer("SELEC 1") }
    guard case .refused(let message, let offset)? = syntax else {
      Issue.record("\(String(describing: syntax))")
      return
    }
    #expect(message.contains("syntax error"))
    #expect(offset == 0)
  }

  @Test("a statement that fails while it runs says so")
  func failing() throws {
    let error = #expect(throws: QueryError.self) {
      try Self.answer("SELECT abs(-9223372036854775807 - 1)")
    }
    #expect(error == .failed(message: "integer overflow"))
  }
}
