import Wire

/// One step through a message: its head, or what a later part of it says.
struct MongoDBMessage: Sendable {
  var role: MessageRole
  /// With the first step of a message.
  var head: MongoDBHead?
  var findings: MongoDBFindings
  /// The beginning of what a compressed message holds; the ranges lie in it.
  var decompressed: [UInt8]?
}

/// What stands before the documents of a message.
struct MongoDBHead: Sendable {
  var operation: Int32
  var isFromServer: Bool
  var requestIdentifier: UInt32
  var responseTo: UInt32
  /// `database.collection` of the operations before OP_MSG.
  var fullCollectionName: Range<Int>?
  /// The first document, as far as it is there.
  var document: Range<Int>?
  var compressor: UInt8?
  /// A further reply to a request that asked for as many as there are.
  var isExhaust = false
  /// OP_REPLY: the cursor is not known any more; the query failed.
  var replyFlags: UInt32 = 0
  /// OP_REPLY.
  var cursorIdentifier: UInt64 = 0
  var returnedDocumentCount: UInt32?
}

/// What the elements of a command or of its reply say, as far as they have passed.
struct MongoDBFindings: Sendable {
  /// The name of a document's first element.
  var command: Range<Int>?
  var collection: Range<Int>?
  var database: Range<Int>?
  /// The request asks the server to wait until there is something to say.
  var awaits = false
  /// A find whose cursor will wait for data.
  var opensAwaitingCursor = false
  /// The cursor that a getMore continues, or that a reply opens; 0 is none.
  var cursor: UInt64?

  var isOK: Bool?
  var code: Int32?
  var codeName: Range<Int>?
  var errorMessage: Range<Int>?
  var count: UInt64?
  var modifiedCount: UInt64?
  /// The reply is a further batch of a change stream.
  var isChangeStream = false
  /// Counts of the whole message, when this is its last step.
  var totals: MongoDBTotals?
  /// Some of the message could not be read: its documents are damaged, or longer than what is decompressed.
  var isPartial = false
}

struct MongoDBTotals: Hashable, Sendable {
  /// Documents of the batch of a cursor.
  var batchDocumentCount: Int?
  var writeErrorCount = 0
}

/// Source: MongoDB manual, "MongoDB Wire Protocol", opcodes.
enum MongoDBOperation {
  static let reply: Int32 = 1
  static let update: Int32 = 2001
  static let insert: Int32 = 2002
  static let query: Int32 = 2004
  static let getMore: Int32 = 2005
  static let delete: Int32 = 2006
  static let killCursors: Int32 = 2007
  static let command: Int32 = 2010
  static let commandReply: Int32 = 2011
  static let compressed: Int32 = 2012
  static let message: Int32 = 2013

  static func name(_ operation: Int32) -> StaticString? {
    switch operation {
    case reply: "OP_REPLY"
    case update: "OP_UPDATE"
    case insert: "OP_INSERT"
    case query: "OP_QUERY"
    case getMore: "OP_GET_MORE"
    case delete: "OP_DELETE"
    case killCursors: "OP_KILL_CURSORS"
    case command: "OP_COMMAND"
    case commandReply: "OP_COMMANDREPLY"
    case compressed: "OP_COMPRESSED"
    case message: "OP_MSG"
    default: nil
    }
  }

  /// Operations before OP_MSG that a server carries out without a word.
  static func isOneWay(_ operation: Int32) -> Bool {
    switch operation {
    case update, insert, delete, killCursors: true
    default: false
    }
  }

  static func isServers(_ operation: Int32) -> Bool { operation == reply || operation == commandReply }
}

/// Flags of OP_MSG and of OP_REPLY.
enum MongoDBFlags {
  static let checksumPresent: UInt32 = 1
  static let moreToCome: UInt32 = 1 << 1
  static let exhaustAllowed: UInt32 = 1 << 16
  static let cursorNotFound: UInt32 = 1
  static let queryFailure: UInt32 = 1 << 1
}

/// Source: mongodb/specifications, "Wire Compression", compressor IDs.
enum MongoDBCompressor {
  static func name(_ identifier: UInt8) -> StaticString? {
    switch identifier {
    case 0: "noop"
    case 1: "snappy"
    case 2: "zlib"
    case 3: "zstd"
    default: nil
    }
  }

  static func decompress(_ identifier: UInt8, _ range: Range<Int>, _ bytes: RawSpan, limit: Int) -> [UInt8] {
    switch identifier {
    case 0: Array(bytes.copy(range).prefix(limit))
    case 1: DecompressedPrefix.snappy(range, bytes, limit: limit)
    case 2: DecompressedPrefix.zlib(range, bytes, limit: limit)
    case 3: DecompressedPrefix.zstd(range, bytes, limit: limit)
    default: []
    }
  }
}
