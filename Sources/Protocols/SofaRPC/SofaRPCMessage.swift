/// The header of a command of Bolt, and where what follows it is.
struct SofaRPCMessage: Sendable {
  enum Kind: UInt8, Sendable {
    case response = 0
    case request = 1
    case oneWay = 2
  }

  enum Command: UInt16, Sendable {
    case heartbeat = 0
    case call = 1
    case answer = 2
  }

  var kind: Kind
  var command: Command
  var identifier: UInt32
  var codec: UInt8
  /// Of a response.
  var status: UInt16?
  var className: Range<Int>
  /// Names and values, each behind its length (4).
  var fields: Range<Int>
  /// The beginning of the content, as far as it is read.
  var content: Range<Int>
}

/// Source: com.alipay.remoting.ResponseStatus.
enum SofaRPCStatus {
  /// The one status that DeepFlow holds against the caller.
  static let clientSendError: UInt16 = 8

  static func name(_ code: UInt16) -> StaticString? {
    switch code {
    case 1: "ERROR"
    case 2: "SERVER_EXCEPTION"
    case 3: "UNKNOWN"
    case 4: "SERVER_THREADPOOL_BUSY"
    case 5: "ERROR_COMM"
    case 6: "NO_PROCESSOR"
    case 7: "TIMEOUT"
    case 8: "CLIENT_SEND_ERROR"
    case 9: "CODEC_EXCEPTION"
    case 16: "CONNECTION_CLOSED"
    case 17: "SERVER_SERIAL_EXCEPTION"
    case 18: "SERVER_DESERIAL_EXCEPTION"
    default: nil
    }
  }
}
