/// The first byte of a command. Source: MySQL 8.0 `enum_server_command`; 0xfa and 0xfe are MariaDB's.
struct MySQLCommand: Hashable, Sendable {
  var code: UInt8

  static let quit = MySQLCommand(code: 1)
  static let initializeDatabase = MySQLCommand(code: 2)
  static let query = MySQLCommand(code: 3)
  static let fieldList = MySQLCommand(code: 4)
  static let createDatabase = MySQLCommand(code: 5)
  static let dropDatabase = MySQLCommand(code: 6)
  static let statistics = MySQLCommand(code: 9)
  static let processInformation = MySQLCommand(code: 10)
  static let processKill = MySQLCommand(code: 12)
  static let ping = MySQLCommand(code: 14)
  static let changeUser = MySQLCommand(code: 17)
  static let binaryLogDump = MySQLCommand(code: 18)
  static let tableDump = MySQLCommand(code: 19)
  static let prepare = MySQLCommand(code: 22)
  static let execute = MySQLCommand(code: 23)
  static let sendLongData = MySQLCommand(code: 24)
  static let closeStatement = MySQLCommand(code: 25)
  static let resetStatement = MySQLCommand(code: 26)
  static let setOption = MySQLCommand(code: 27)
  static let fetch = MySQLCommand(code: 28)
  static let binaryLogDumpByIdentifier = MySQLCommand(code: 30)
  static let bulkExecute = MySQLCommand(code: 0xfa)

  /// `nil` for a byte that is no command.
  var name: StaticString? {
    switch code {
    case 1: "COM_QUIT"
    case 2: "COM_INIT_DB"
    case 3: "COM_QUERY"
    case 4: "COM_FIELD_LIST"
    case 5: "COM_CREATE_DB"
    case 6: "COM_DROP_DB"
    case 7: "COM_REFRESH"
    case 8: "COM_SHUTDOWN"
    case 9: "COM_STATISTICS"
    case 10: "COM_PROCESS_INFO"
    case 11: "COM_CONNECT"
    case 12: "COM_PROCESS_KILL"
    case 13: "COM_DEBUG"
    case 14: "COM_PING"
    case 15: "COM_TIME"
    case 16: "COM_DELAYED_INSERT"
    case 17: "COM_CHANGE_USER"
    case 18: "COM_BINLOG_DUMP"
    case 19: "COM_TABLE_DUMP"
    case 20: "COM_CONNECT_OUT"
    case 21: "COM_REGISTER_SLAVE"
    case 22: "COM_STMT_PREPARE"
    case 23: "COM_STMT_EXECUTE"
    case 24: "COM_STMT_SEND_LONG_DATA"
    case 25: "COM_STMT_CLOSE"
    case 26: "COM_STMT_RESET"
    case 27: "COM_SET_OPTION"
    case 28: "COM_STMT_FETCH"
    case 29: "COM_DAEMON"
    case 30: "COM_BINLOG_DUMP_GTID"
    case 31: "COM_RESET_CONNECTION"
    case 32: "COM_CLONE"
    case 33: "COM_SUBSCRIBE_GROUP_REPLICATION_STREAM"
    case 0xfa: "COM_STMT_BULK_EXECUTE"
    case 0xfe: "COM_MULTI"
    default: nil
    }
  }

  /// No answer comes.
  var isOneWay: Bool { self == .quit || self == .sendLongData || self == .closeStatement }

  /// The rest of the packet is a statement.
  var hasStatement: Bool { self == .query || self == .prepare }

  /// What the server answers with.
  var responseShape: MySQLResponseShape {
    switch self {
    case .query, .processInformation, .execute, .bulkExecute: .result
    case .prepare: .prepared
    case .fieldList: .fields
    case .statistics: .text
    case .fetch: .rows
    case .changeUser: .authentication
    case .binaryLogDump, .binaryLogDumpByIdentifier, .tableDump: .endless
    default: .acknowledgement
    }
  }
}

/// What the packets of a response are.
enum MySQLResponseShape: UInt8, Sendable {
  /// One packet: OK, EOF or ERR.
  case acknowledgement
  /// OK or ERR, or columns and rows, perhaps several times.
  case result
  /// Rows without columns before them.
  case rows
  /// The columns of a table.
  case fields
  /// A statement's number, and its parameters and columns.
  case prepared
  /// One packet of text.
  case text
  /// A dialogue that OK or ERR ends.
  case authentication
  /// Events for as long as the connection lives.
  case endless
}
