import Testing

@testable import Protocols

/// Values of statements are masked where names, tables and columns are shown.
@Suite("SQL obfuscation")
struct SQLObfuscationTests {
  private static func masking(_ protocols: Set<L7Protocol>) -> ProtocolOptions {
    var options = ProtocolOptions()
    options.obfuscatedProtocols = protocols
    return options
  }

  private static let statement = "SELECT a FROM t WHERE b = 'private' AND c IN (1, 2) -- note"

  private static func mySQL(_ statement: String) -> [UInt8] { [UInt8(statement.utf8.count + 1), 0, 0, 0, 3] + Array(statement.utf8) }

  private static func postgreSQL(_ statement: String) -> [UInt8] {
    [0x51] + PostgreSQLBytes.bigEndian(UInt32(statement.utf8.count + 5)) + Array(statement.utf8) + [0]
  }

  private static func cql(_ statement: String) -> [UInt8] {
    let body = PostgreSQLBytes.bigEndian(UInt32(statement.utf8.count)) + Array(statement.utf8) + [0, 1, 0]
    return [4, 0, 0, 1, 7] + PostgreSQLBytes.bigEndian(UInt32(body.count)) + body
  }

  private static func clickHouse(_ statement: String) -> [UInt8] { ClickHouseBytes.query(statement, 54_468) }

  static let queries: [(L7Protocol, UInt16, @Sendable (String) -> [UInt8])] = [
    (.mySQL, 3306, { mySQL($0) }), (.postgreSQL, 5432, { postgreSQL($0) }), (.cassandra, 9042, { cql($0) }),
    (.clickHouse, 9000, { clickHouse($0) }),
  ]

  @Test("literals of a statement become question marks, and names stay", arguments: queries)
  func statement(_ identity: L7Protocol, _ port: UInt16, _ message: @Sendable (String) -> [UInt8]) {
    func resource(_ options: ProtocolOptions) -> Bool? {
      var run = EngineRun(serverPort: port, options: options)
      run.send(message(Self.statement), from: .client)
      return run.exchanges(.closed).first?.request?.contains("resource=SELECT a FROM t WHERE b = ? AND c IN (?) endpoint")
    }
    #expect(resource(Self.masking([identity])) == true)
    #expect(resource(Self.masking([.redis])) == false)
  }

  /// Requests of recorded conversations that show parameters.
  private static func parameters(_ file: String, _ identity: L7Protocol, _ options: ProtocolOptions) -> [String] {
    var found: [String] = []
    for conversation in FixtureReader.conversations(file: file) {
      var run = EngineRun(clientPort: conversation.clientPort, serverPort: conversation.serverPort, options: options)
      for chunk in conversation.chunks { run.send(chunk.bytes, from: chunk.sender) }
      found += run.exchanges(.closed).compactMap(\.request).filter { $0.contains(" parameters=") }
    }
    return found
  }

  @Test(
    "what prepared statements are executed with is masked",
    arguments: [("mysql/prepared.pcap", L7Protocol.mySQL), ("postgresql/psycopg.pcap", .postgreSQL)])
  func parameters(_ file: String, _ identity: L7Protocol) {
    let plain = Self.parameters(file, identity, ProtocolOptions())
    let masked = Self.parameters(file, identity, Self.masking([identity]))
    #expect(!plain.isEmpty)
    #expect(masked.count == plain.count)
    #expect(masked.allSatisfy { $0.contains(" parameters=?") })
    #expect(!plain.allSatisfy { $0.contains(" parameters=?") })
  }

  @Test("comments are read for the headers that the operator names")
  func headers() {
    var options = ProtocolOptions()
    options.traceIDHeaders = ["my-trace"]
    func request(_ options: ProtocolOptions) -> String? {
      var run = EngineRun(serverPort: 3306, options: options)
      run.send(Self.mySQL("SELECT 1 /*my-trace='abc%2Fdef'*/"), from: .client)
      return run.exchanges(.closed).first?.request
    }
    #expect(request(options)?.contains(" trace=abc/def") == true)
    #expect(request(ProtocolOptions())?.contains(" trace=") == false)
  }

  @Test("every database with statements has the option")
  func facts() {
    let all: [L7Protocol] = [.mySQL, .postgreSQL, .oracle, .redis, .tds, .cassandra, .clickHouse]
    #expect(Set(L7Protocol.obfuscatable) == Set(all))
  }
}
