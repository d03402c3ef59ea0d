import Wire

/// An operation, by its name.
enum NATSOperation: UInt8, Sendable, CaseIterable {
  case info, connect, publish, publishWithHeaders, subscribe, unsubscribe, message, messageWithHeaders, ping, pong, ok, error

  /// As it stands on the wire.
  var word: StaticString {
    switch self {
    case .info: "INFO"
    case .connect: "CONNECT"
    case .publish: "PUB"
    case .publishWithHeaders: "HPUB"
    case .subscribe: "SUB"
    case .unsubscribe: "UNSUB"
    case .message: "MSG"
    case .messageWithHeaders: "HMSG"
    case .ping: "PING"
    case .pong: "PONG"
    case .ok: "+OK"
    case .error: "-ERR"
    }
  }

  /// As DeepFlow shows it.
  var name: StaticString {
    switch self {
    case .info: "Info"
    case .connect: "Connect"
    case .publish: "Pub"
    case .publishWithHeaders: "Hpub"
    case .subscribe: "Sub"
    case .unsubscribe: "Unsub"
    case .message: "Msg"
    case .messageWithHeaders: "Hmsg"
    case .ping: "Ping"
    case .pong: "Pong"
    case .ok: "Ok"
    case .error: "Err"
    }
  }

  /// `nil` when both sides send it.
  var sender: MessageSender? {
    switch self {
    case .info, .message, .messageWithHeaders, .ok, .error: .server
    case .connect, .publish, .publishWithHeaders, .subscribe, .unsubscribe: .client
    case .ping, .pong: nil
    }
  }

  init?(_ range: Range<Int>, _ bytes: RawSpan) {
    for operation in NATSOperation.allCases where bytes.equalsIgnoringCase(operation.word, in: range) {
      self = operation
      return
    }
    return nil
  }
}

/// An operation and its arguments.
struct NATSMessage: Sendable {
  enum Part: Sendable {
    case request(NATSOperation)
    case response(NATSOperation)
    case alone
  }

  var part: Part
  var operation: NATSOperation
  var serverName: [UInt8]?
  var version: [UInt8]?
  var subject: Range<Int>?
  var reply: Range<Int>?
  var queue: Range<Int>?
  var error: Range<Int>?
  /// "NATS/1.0", perhaps a status, and headers by lines.
  var headers: Range<Int>?
}
