/// One record of either side.
struct ZooKeeperMessage: Sendable {
  struct Request: Sendable {
    var identifier: Int32
    var operation: Int32
    var path: Range<Int>?
  }

  struct Reply: Sendable {
    var identifier: Int32
    var error: Int32
  }

  enum Content: Sendable {
    /// The session's first request; with the session's number when it is taken up again.
    case connect(session: UInt64, timeoutMilliseconds: Int32)
    /// A session that has expired comes back as number 0.
    case connected(session: UInt64, timeoutMilliseconds: Int32)
    case request(Request)
    case reply(Reply)
    /// A watch fired: its type, and the path it was set on.
    case notification(type: Int32, path: Range<Int>?)
    /// A word of four letters, without a length before it.
    case word(Range<Int>)
    case wordAnswer
  }

  var content: Content
}

/// Source: org.apache.zookeeper.ZooDefs.OpCode.
enum ZooKeeperOperation {
  static let closeSession: Int32 = -11
  static let ping: Int32 = 11
  static let authenticate: Int32 = 100
  static let sasl: Int32 = 102

  static func name(_ operation: Int32) -> StaticString? {
    switch operation {
    case -11: "closeSession"
    case 1: "create"
    case 2: "delete"
    case 3: "exists"
    case 4: "getData"
    case 5: "setData"
    case 6: "getACL"
    case 7: "setACL"
    case 8: "getChildren"
    case 9: "sync"
    case 11: "ping"
    case 12: "getChildren2"
    case 13: "check"
    case 14: "multi"
    case 15: "create2"
    case 16: "reconfig"
    case 17: "checkWatches"
    case 18: "removeWatches"
    case 19: "createContainer"
    case 20: "deleteContainer"
    case 21: "createTTL"
    case 22: "multiRead"
    case 100: "auth"
    case 101: "setWatches"
    case 102: "sasl"
    case 103: "getEphemerals"
    case 104: "getAllChildrenNumber"
    case 105: "setWatches2"
    case 106: "addWatch"
    case 107: "whoAmI"
    default: nil
    }
  }

  /// Whether the request's record begins with a path.
  static func hasPath(_ operation: Int32) -> Bool {
    switch operation {
    case 1...9, 12, 13, 15, 17...21, 103, 104, 106: true
    default: false
    }
  }

  /// The longest record of the operation that has no data: more would be another protocol.
  static func isKnown(_ operation: Int32) -> Bool { name(operation) != nil }
}

/// Source: org.apache.zookeeper.KeeperException.Code.
enum ZooKeeperError {
  static func name(_ code: Int32) -> StaticString? {
    switch code {
    case -1: "SystemError"
    case -2: "RuntimeInconsistency"
    case -3: "DataInconsistency"
    case -4: "ConnectionLoss"
    case -5: "MarshallingError"
    case -6: "Unimplemented"
    case -7: "OperationTimeout"
    case -8: "BadArguments"
    case -12: "UnknownSession"
    case -13: "NewConfigNoQuorum"
    case -14: "ReconfigInProgress"
    case -100: "APIError"
    case -101: "NoNode"
    case -102: "NoAuth"
    case -103: "BadVersion"
    case -108: "NoChildrenForEphemerals"
    case -110: "NodeExists"
    case -111: "NotEmpty"
    case -112: "SessionExpired"
    case -113: "InvalidCallback"
    case -114: "InvalidACL"
    case -115: "AuthFailed"
    case -118: "SessionMoved"
    case -119: "NotReadOnly"
    case -120: "EphemeralOnLocalSession"
    case -121: "NoWatcher"
    case -122: "RequestTimeout"
    case -123: "ReconfigDisabled"
    case -124: "SessionClosedRequireSaslAuth"
    case -125: "QuotaExceeded"
    case -127: "ThrottledOp"
    default: nil
    }
  }

  /// Codes from -100 down are about what was asked, except those by which a server protects itself; the others are the server's own.
  static func isClients(_ code: Int32) -> Bool {
    switch code {
    case -5, -8: true
    case -122, -127: false
    default: code <= -100
    }
  }
}
