import Wire

/// A command's header.
struct RocketMQMessage: Sendable {
  enum Form: UInt8, Sendable {
    case json = 0
    case own = 1
  }

  var form: Form
  var code: Int32
  var version: Int32 = 0
  var opaque: UInt32
  var flags: Int32
  var remark: Range<Int>?
  /// Names and values of what the command says: of JSON the object, else each behind its length.
  var fields: Range<Int>?
  /// The beginning of the body, as far as it is read.
  var body: Range<Int>

  var isResponse: Bool { flags & 1 != 0 }
  var isOneWay: Bool { flags & 2 != 0 }
}

/// Source: MQVersion: from 3.0.0 on two numbers a version, a snapshot's and its own.
enum RocketMQVersion {
  private static let first: Int32 = 13

  static func name(_ number: Int32) -> String? {
    guard number >= first, number < 1000 else { return nil }
    let index = (number - first + 1) / 2
    let name = "V\(3 + index / 100)_\(index / 10 % 10)_\(index % 10)"
    return (number - first) % 2 == 0 ? name : name + "_SNAPSHOT"
  }
}

/// Source: RequestCode, ResponseCode.
enum RocketMQCode {
  static func request(_ code: Int32) -> StaticString? {
    switch code {
    case 10: "SEND_MESSAGE"
    case 11: "PULL_MESSAGE"
    case 12: "QUERY_MESSAGE"
    case 14: "QUERY_CONSUMER_OFFSET"
    case 15: "UPDATE_CONSUMER_OFFSET"
    case 17: "UPDATE_AND_CREATE_TOPIC"
    case 21: "GET_ALL_TOPIC_CONFIG"
    case 25: "UPDATE_BROKER_CONFIG"
    case 26: "GET_BROKER_CONFIG"
    case 28: "GET_BROKER_RUNTIME_INFO"
    case 29: "SEARCH_OFFSET_BY_TIMESTAMP"
    case 30: "GET_MAX_OFFSET"
    case 31: "GET_MIN_OFFSET"
    case 33: "VIEW_MESSAGE_BY_ID"
    case 34: "HEART_BEAT"
    case 35: "UNREGISTER_CLIENT"
    case 36: "CONSUMER_SEND_MSG_BACK"
    case 37: "END_TRANSACTION"
    case 38: "GET_CONSUMER_LIST_BY_GROUP"
    case 39: "CHECK_TRANSACTION_STATE"
    case 40: "NOTIFY_CONSUMER_IDS_CHANGED"
    case 41: "LOCK_BATCH_MQ"
    case 42: "UNLOCK_BATCH_MQ"
    case 43: "GET_ALL_CONSUMER_OFFSET"
    case 45: "GET_ALL_DELAY_OFFSET"
    case 46: "CHECK_CLIENT_CONFIG"
    case 100: "PUT_KV_CONFIG"
    case 101: "GET_KV_CONFIG"
    case 103: "REGISTER_BROKER"
    case 104: "UNREGISTER_BROKER"
    case 105: "GET_ROUTEINFO_BY_TOPIC"
    case 106: "GET_BROKER_CLUSTER_INFO"
    case 200: "UPDATE_AND_CREATE_SUBSCRIPTIONGROUP"
    case 201: "GET_ALL_SUBSCRIPTIONGROUP_CONFIG"
    case 202: "GET_TOPIC_STATS_INFO"
    case 203: "GET_CONSUMER_CONNECTION_LIST"
    case 204: "GET_PRODUCER_CONNECTION_LIST"
    case 206: "GET_ALL_TOPIC_LIST_FROM_NAMESERVER"
    case 207: "DELETE_SUBSCRIPTIONGROUP"
    case 208: "GET_CONSUME_STATS"
    case 215: "DELETE_TOPIC_IN_BROKER"
    case 216: "DELETE_TOPIC_IN_NAMESRV"
    case 220: "RESET_CONSUMER_CLIENT_OFFSET"
    case 221: "GET_CONSUMER_STATUS_FROM_CLIENT"
    case 307: "GET_CONSUMER_RUNNING_INFO"
    case 309: "CONSUME_MESSAGE_DIRECTLY"
    case 310: "SEND_MESSAGE_V2"
    case 320: "SEND_BATCH_MESSAGE"
    case 322: "REGISTER_BROKER_STATIC_TOPIC_QUEUE"
    case 324: "SEND_REPLY_MESSAGE"
    case 325: "SEND_REPLY_MESSAGE_V2"
    case 326: "PUSH_REPLY_MESSAGE_TO_CLIENT"
    case 361: "LITE_PULL_MESSAGE"
    case 200_050: "POP_MESSAGE"
    case 200_051: "ACK_MESSAGE"
    default: nil
    }
  }

  static func response(_ code: Int32) -> StaticString? {
    switch code {
    case 0: "SUCCESS"
    case 1: "SYSTEM_ERROR"
    case 2: "SYSTEM_BUSY"
    case 3: "REQUEST_CODE_NOT_SUPPORTED"
    case 4: "TRANSACTION_FAILED"
    case 10: "FLUSH_DISK_TIMEOUT"
    case 11: "SLAVE_NOT_AVAILABLE"
    case 12: "FLUSH_SLAVE_TIMEOUT"
    case 13: "MESSAGE_ILLEGAL"
    case 14: "SERVICE_NOT_AVAILABLE"
    case 15: "VERSION_NOT_SUPPORTED"
    case 16: "NO_PERMISSION"
    case 17: "TOPIC_NOT_EXIST"
    case 18: "TOPIC_EXIST_ALREADY"
    case 19: "PULL_NOT_FOUND"
    case 20: "PULL_RETRY_IMMEDIATELY"
    case 21: "PULL_OFFSET_MOVED"
    case 22: "QUERY_NOT_FOUND"
    case 23: "SUBSCRIPTION_PARSE_FAILED"
    case 24: "SUBSCRIPTION_NOT_EXIST"
    case 25: "SUBSCRIPTION_NOT_LATEST"
    case 26: "SUBSCRIPTION_GROUP_NOT_EXIST"
    case 206: "CONSUMER_NOT_ONLINE"
    default: nil
    }
  }

  /// A poll that found nothing, or is to begin elsewhere, is an answer like any other.
  static func isPollAnswer(_ code: Int32) -> Bool { (19...22).contains(code) }

  /// What was asked is malformed, not allowed or not there.
  static func isClients(_ code: Int32) -> Bool { [3, 13, 15, 16, 17, 18, 23, 24, 25, 26].contains(code) }
}
