import Capture
import Testing

@testable import Protocols

@Suite("SQL digests")
struct SQLDigestTests {
  private func digest(_ text: String, _ dialect: SQLDialect = .mySQL) -> SQLDigest {
    let bytes = Array(text.utf8)
    return SQLScanner.digest(0..<bytes.count, bytes.span.bytes, dialect)
  }

  private func shape(_ text: String, _ dialect: SQLDialect = .mySQL) -> String {
    String(decoding: digest(text, dialect).shape, as: UTF8.self)
  }

  static let shapes: [(String, String)] = [
    ("SELECT * FROM t WHERE id = 5", "SELECT * FROM t WHERE id = ?"),
    ("SELECT *\n\tFROM  t  WHERE id=5", "SELECT * FROM t WHERE id = ?"),
    ("SELECT a FROM t WHERE b = 'it''s' AND c = \"x\\\"y\"", "SELECT a FROM t WHERE b = ? AND c = ?"),
    ("SELECT 1, -2, 3.5e-7, 0x1F, x'ff', N'a', .5", "SELECT ?, ?, ?, ?, ?, ?, ?"),
    ("SELECT a - 1, (-1), b-2", "SELECT a - ?, (?), b - ?"),
    ("SELECT a FROM t WHERE id IN (1, 2, 3)", "SELECT a FROM t WHERE id IN (?)"),
    ("SELECT a FROM t WHERE id IN (1)", "SELECT a FROM t WHERE id IN (?)"),
    ("INSERT INTO t (a, b) VALUES (1, 'x'), (2, NULL), (3, DEFAULT)", "INSERT INTO t (a, b) VALUES (?)"),
    ("INSERT INTO t VALUES (1, NOW(), 2), (3, NOW(), 4), (5, NOW(), 6)", "INSERT INTO t VALUES (?, NOW(), ?)"),
    ("SELECT count(*) FROM a.b, `c d`.`e`", "SELECT count(*) FROM a.b, `c d`.`e`"),
    ("SELECT 1 /* one */ -- two\n FROM t # three", "SELECT ? FROM t"),
    ("SELECT /*!40001 SQL_NO_CACHE */ * FROM t", "SELECT SQL_NO_CACHE * FROM t"),
    ("SET @a = 1; SELECT @@global.b", "SET @a = ?; SELECT @@global.b"),
    ("SELECT a IS NULL, b <> 'c', d<=3", "SELECT a IS NULL, b <> ?, d <= ?"),
    ("SELECT 'unfinished", "SELECT ?"),
    ("DROP USER u@'h'", "DROP USER u @?"),
    ("", ""),
  ]

  @Test("literals are folded, and lists of them", arguments: shapes)
  func fold(_ text: String, _ expected: String) {
    #expect(shape(text) == expected)
  }

  static let dialects: [(String, SQLDialect, String)] = [
    ("SELECT \"A\" FROM \"S\".\"T\" WHERE x = $1 AND y = E'a'", .postgreSQL, "SELECT \"A\" FROM \"S\".\"T\" WHERE x = ? AND y = ?"),
    ("SELECT $$it's$$, $f$ $$ $f$, 'a\\' /* a /* b */ c */", .postgreSQL, "SELECT ?, ?, ?"),
    ("SELECT a::int, b->>'c', d @> e", .postgreSQL, "SELECT a::int, b ->> ?, d @> e"),
    ("SELECT [a b] FROM [dbo].[t] WHERE x = @p1", .transactSQL, "SELECT [a b] FROM [dbo].[t] WHERE x = @p1"),
    ("INSERT INTO t (a) VALUES (:a, ?)", .oracle, "INSERT INTO t (a) VALUES (:a, ?)"),
  ]

  @Test("databases differ in what a literal is", arguments: dialects)
  func foldByDialect(_ text: String, _ dialect: SQLDialect, _ expected: String) {
    #expect(shape(text, dialect) == expected)
  }

  static let statements: [(String, String, String)] = [
    ("SELECT a FROM t", "SELECT", "t"),
    ("select a from db.t as x join u on x.i = u.i left join `v` using (i) where 1", "SELECT", "db.t,u,v"),
    ("SELECT a FROM t, u x, v WHERE t.a IN (SELECT b FROM w)", "SELECT", "t,u,v,w"),
    ("SELECT EXTRACT(YEAR FROM d), TRIM(BOTH ' ' FROM e) FROM t WHERE a IS DISTINCT FROM b", "SELECT", "t"),
    ("SELECT * FROM f(1), t", "SELECT", "t"),
    ("SELECT a FROM t FOR UPDATE", "SELECT", "t"),
    ("INSERT INTO t (a) SELECT b FROM u ON DUPLICATE KEY UPDATE a = 1", "INSERT", "t,u"),
    ("UPDATE t SET a = 1 WHERE b = (SELECT max(b) FROM u)", "UPDATE", "t,u"),
    ("UPDATE LOW_PRIORITY a, b SET a.x = b.x, a.y = 1", "UPDATE", "a,b"),
    ("DELETE FROM t WHERE a = 1", "DELETE", "t"),
    ("REPLACE INTO t VALUES (1)", "REPLACE", "t"),
    ("CREATE TABLE IF NOT EXISTS t (a int)", "CREATE", "t"),
    ("CREATE INDEX i ON t (a)", "CREATE", "t"),
    ("DROP TABLE IF EXISTS a, b", "DROP", "a,b"),
    ("TRUNCATE t", "TRUNCATE", "t"),
    ("WITH x AS (SELECT a FROM t) SELECT * FROM x JOIN u ON true", "SELECT", "t,u"),
    ("WITH x AS (SELECT 1) INSERT INTO t SELECT * FROM x", "INSERT", "t"),
    ("LOCK TABLES a WRITE, b READ", "LOCK", "a,b"),
    ("COPY t (a) FROM STDIN", "COPY", "t"),
    ("BEGIN", "BEGIN", ""),
    ("SHOW TABLES", "SHOW", ""),
    ("(SELECT a FROM t) UNION (SELECT a FROM u)", "SELECT", "t,u"),
    ("EXPLAIN UPDATE t SET a = 1", "EXPLAIN", "t"),
    ("SELECT 1; DELETE FROM u", "SELECT", "u"),
    ("SELECT a INTO OUTFILE 'x' FROM t", "SELECT", "t"),
    ("frobnicate", "", ""),
  ]

  @Test("verb and tables", arguments: statements)
  func find(_ text: String, _ verb: String, _ tables: String) {
    let digest = digest(text)
    #expect((digest.verb.map { "\($0.name)" } ?? "") == verb)
    #expect(String(decoding: digest.tables, as: UTF8.self) == tables)
  }

  static let credentials: [(String, SQLDialect, String)] = [
    ("CREATE USER u IDENTIFIED BY 'secret'", .mySQL, "CREATE USER u IDENTIFIED BY ?"),
    ("SET PASSWORD = PASSWORD('secret')", .mySQL, "SET PASSWORD = PASSWORD(?)"),
    ("CHANGE MASTER TO MASTER_PASSWORD='secret'", .mySQL, "CHANGE MASTER TO MASTER_PASSWORD = ?"),
    ("SELECT PASSWORD('secret')", .mySQL, "SELECT PASSWORD(?)"),
    ("ALTER ROLE r ENCRYPTED PASSWORD 'secret'", .postgreSQL, "ALTER ROLE r ENCRYPTED PASSWORD ?"),
    ("CREATE LOGIN l WITH PASSWORD = N'secret'", .transactSQL, "CREATE LOGIN l WITH PASSWORD = ?"),
    ("ALTER USER scott IDENTIFIED BY secret", .oracle, "ALTER USER scott IDENTIFIED BY ?"),
    ("ALTER USER scott IDENTIFIED BY \"secret\" REPLACE x", .oracle, "ALTER USER scott IDENTIFIED BY ? REPLACE x"),
  ]

  @Test("passwords are not shown", arguments: credentials)
  func maskPasswords(_ text: String, _ dialect: SQLDialect, _ expected: String) {
    let bytes = Array(text.utf8)
    let digest = digest(text, dialect)
    var summary = MessageSummary()
    var texts = TextTable()
    SQLSummary(.standard, .mySQL).describe(digest, 0..<bytes.count, bytes.span.bytes, into: &summary, &texts)
    #expect(summary.requestResource.map { texts.string($0) } == expected)
    #expect(!describe(summary, texts).contains("secret"))
  }

  @Test("a column with a telling name does not hide a query")
  func passwordColumn() {
    #expect(!digest("SELECT id FROM users WHERE password = 'x'").hasCredentials)
  }

  static let traces: [(String, String)] = [
    ("SELECT 1 /*traceparent='00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',tracestate='a%3D1'*/", "b7ad6b7169203331"),
    ("/* traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01 */ SELECT 1", "b7ad6b7169203331"),
    ("SELECT 1 -- traceparent=00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "b7ad6b7169203331"),
    ("SELECT 1 /*b3='0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-1'*/", "b7ad6b7169203331"),
    ("/* a */ /* uber-trace-id='0af7651916cd43dd8448eb211c80319c%3Ab7ad6b7169203331%3A0%3A1' */ SELECT 1", "b7ad6b7169203331"),
  ]

  @Test("tracing tags in comments", arguments: traces)
  func readTraces(_ text: String, _ span: String) {
    var summary = MessageSummary()
    var texts = TextTable()
    SQLSummary(.standard, .mySQL).describe(prepared: [], digest(text), into: &summary, &texts)
    #expect(summary.trace.traceID.map { texts.string($0) } == "0af7651916cd43dd8448eb211c80319c")
    #expect(summary.trace.spanID.map { texts.string($0) } == span)
  }

  @Test("a tracing tag in a literal is none")
  func traceInLiteral() {
    let digest = digest("SELECT '/* traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01 */'")
    #expect(digest.comments.isEmpty)
  }

  @Test("a statement reads the same in any pieces", arguments: [UInt64(1), 2, 3])
  func pieces(_ seed: UInt64) {
    var random = SeededGenerator(seed)
    let texts = Self.shapes.map(\.0) + Self.statements.map(\.0) + Self.traces.map(\.0)
    for (text, dialect) in texts.map({ ($0, SQLDialect.mySQL) }) + Self.dialects.map({ ($0.0, $0.1) }) {
      let whole = digest(text, dialect)
      let bytes = Array(text.utf8)
      var scanner = SQLScanner(dialect)
      var start = 0
      var end = 0
      while end < bytes.count {
        end = min(bytes.count, end + Int.random(in: 1...4, using: &random))
        start = scanner.take(start..<end, bytes.span.bytes, isLast: end == bytes.count)
      }
      let digest = scanner.finish()
      #expect(start == bytes.count)
      #expect(digest.shape == whole.shape, "\(text), seed \(seed)")
      #expect(digest.tables == whole.tables, "\(text), seed \(seed)")
      #expect(digest.comments == whole.comments, "\(text), seed \(seed)")
      #expect(digest.verb == whole.verb && digest.markerCount == whole.markerCount)
    }
  }

  @Test("what is kept does not grow with the statement")
  func bounded() {
    let rows = (0..<20_000).map { "(\($0), '\(String(repeating: "x", count: 50))', NOW())" }.joined(separator: ", ")
    #expect(shape("INSERT INTO t VALUES " + rows) == "INSERT INTO t VALUES (?, NOW())" || shape("INSERT INTO t VALUES " + rows).count < 64)
    let wide = digest("SELECT " + (0..<5000).map { "column\($0)" }.joined(separator: ", ") + " FROM t /* x */")
    #expect(wide.isCut && wide.shape.count <= SQLDigest.longestShape)
    #expect(String(decoding: wide.tables, as: UTF8.self) == "t")
    let tables = digest("SELECT 1 FROM " + (0..<500).map { "table\($0)" }.joined(separator: ", "))
    #expect(tables.tables.count <= SQLDigest.longestTables)
    #expect(digest("SELECT /*" + String(repeating: "y", count: 5000) + "*/ 1").comments.count <= SQLDigest.longestComments + 1)
    #expect(digest(String(repeating: "(", count: 50_000)).isCut)
  }

  @Test("any bytes are read", arguments: [UInt64(1), 2, 3])
  func anyBytes(_ seed: UInt64) {
    var random = SeededGenerator(seed)
    let alphabet = Array("SELECT FROM '\"`/*-#$?()[],;.@:\\ax1 \n".utf8)
    for dialect in [SQLDialect.mySQL, .postgreSQL, .transactSQL, .cql, .clickHouse, .oracle] {
      for _ in 0..<500 {
        let bytes = (0..<Int.random(in: 0...120, using: &random)).map { _ in alphabet.randomElement(using: &random)! }
        let digest = SQLScanner.digest(0..<bytes.count, bytes.span.bytes, dialect)
        #expect(digest.shape.count <= SQLDigest.longestShape)
      }
    }
  }
}
