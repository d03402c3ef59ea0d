/// Reasons of replies and of a channel's end. Source: IBM MQ, "API completion and reason codes"; Wireshark, packet-mq-base.c.
enum WebSphereMQReason {
  static let none: UInt32 = 0
  /// A queue is empty: an answer like any other.
  static let noMessage: UInt32 = 2033

  static func name(_ reason: UInt32) -> StaticString? {
    switch reason {
    case 2001: "MQRC_ALIAS_BASE_Q_TYPE_ERROR"
    case 2002: "MQRC_ALREADY_CONNECTED"
    case 2003: "MQRC_BACKED_OUT"
    case 2004: "MQRC_BUFFER_ERROR"
    case 2005: "MQRC_BUFFER_LENGTH_ERROR"
    case 2009: "MQRC_CONNECTION_BROKEN"
    case 2010: "MQRC_DATA_LENGTH_ERROR"
    case 2013: "MQRC_EXPIRY_ERROR"
    case 2016: "MQRC_GET_INHIBITED"
    case 2017: "MQRC_HANDLE_NOT_AVAILABLE"
    case 2018: "MQRC_HCONN_ERROR"
    case 2019: "MQRC_HOBJ_ERROR"
    case 2024: "MQRC_SYNCPOINT_LIMIT_REACHED"
    case 2025: "MQRC_MAX_CONNS_LIMIT_REACHED"
    case 2026: "MQRC_MD_ERROR"
    case 2030: "MQRC_MSG_TOO_BIG_FOR_Q"
    case 2031: "MQRC_MSG_TOO_BIG_FOR_Q_MGR"
    case 2033: "MQRC_NO_MSG_AVAILABLE"
    case 2035: "MQRC_NOT_AUTHORIZED"
    case 2036: "MQRC_NOT_OPEN_FOR_BROWSE"
    case 2037: "MQRC_NOT_OPEN_FOR_INPUT"
    case 2038: "MQRC_NOT_OPEN_FOR_INQUIRE"
    case 2039: "MQRC_NOT_OPEN_FOR_OUTPUT"
    case 2042: "MQRC_OBJECT_IN_USE"
    case 2043: "MQRC_OBJECT_TYPE_ERROR"
    case 2045: "MQRC_OPTION_NOT_VALID_FOR_TYPE"
    case 2046: "MQRC_OPTIONS_ERROR"
    default: furtherName(reason)
    }
  }

  private static func furtherName(_ reason: UInt32) -> StaticString? {
    switch reason {
    case 2051: "MQRC_PUT_INHIBITED"
    case 2052: "MQRC_Q_DELETED"
    case 2053: "MQRC_Q_FULL"
    case 2055: "MQRC_Q_NOT_EMPTY"
    case 2056: "MQRC_Q_SPACE_NOT_AVAILABLE"
    case 2058: "MQRC_Q_MGR_NAME_ERROR"
    case 2059: "MQRC_Q_MGR_NOT_AVAILABLE"
    case 2063: "MQRC_SECURITY_ERROR"
    case 2071: "MQRC_STORAGE_NOT_AVAILABLE"
    case 2072: "MQRC_SYNCPOINT_NOT_AVAILABLE"
    case 2079: "MQRC_TRUNCATED_MSG_ACCEPTED"
    case 2080: "MQRC_TRUNCATED_MSG_FAILED"
    case 2082: "MQRC_UNKNOWN_ALIAS_BASE_Q"
    case 2085: "MQRC_UNKNOWN_OBJECT_NAME"
    case 2086: "MQRC_UNKNOWN_OBJECT_Q_MGR"
    case 2087: "MQRC_UNKNOWN_REMOTE_Q_MGR"
    case 2101: "MQRC_OBJECT_DAMAGED"
    case 2102: "MQRC_RESOURCE_PROBLEM"
    case 2110: "MQRC_FORMAT_ERROR"
    case 2119: "MQRC_NOT_CONVERTED"
    case 2121: "MQRC_NO_EXTERNAL_PARTICIPANTS"
    case 2161: "MQRC_Q_MGR_QUIESCING"
    case 2162: "MQRC_Q_MGR_STOPPING"
    case 2189: "MQRC_CLUSTER_RESOLUTION_ERROR"
    case 2192: "MQRC_STORAGE_MEDIUM_FULL"
    case 2195: "MQRC_UNEXPECTED_ERROR"
    case 2202: "MQRC_CONNECTION_QUIESCING"
    case 2203: "MQRC_CONNECTION_STOPPING"
    case 2223: "MQRC_Q_MGR_NOT_ACTIVE"
    case 2393: "MQRC_SSL_INITIALIZATION_ERROR"
    case 2537: "MQRC_CHANNEL_NOT_AVAILABLE"
    case 2538: "MQRC_HOST_NOT_AVAILABLE"
    case 2539: "MQRC_CHANNEL_CONFIG_ERROR"
    case 2540: "MQRC_UNKNOWN_CHANNEL_NAME"
    default: nil
    }
  }

  /// Whether the queue manager, not what it was asked, is the reason.
  static func isServers(_ reason: UInt32) -> Bool {
    switch reason {
    case 2003, 2009, 2017, 2025, 2053, 2056, 2059, 2063, 2071, 2101, 2102, 2161, 2162, 2189, 2192, 2195, 2202, 2203, 2223, 2537, 2538: true
    default: false
    }
  }

  /// Why a channel ends; `nil` for what is no failure.
  static func status(_ code: UInt32) -> StaticString? {
    switch code {
    case 0, 7, 8: nil
    case 1: "remote channel not found"
    case 2: "bad remote channel type"
    case 3: "remote queue manager unavailable"
    case 4: "message sequence error"
    case 5: "remote queue manager terminating"
    case 6: "message not received"
    case 10: "protocol error"
    case 20: "bind failed"
    case 21: "sequence wrap values differ"
    case 22: "remote channel unavailable"
    case 23: "terminated by a remote exit"
    case 24: "bad cipher specification"
    default: "channel error"
    }
  }
}
