/// A message's head, with ranges into the bytes it was parsed from.
struct ThriftMessage: Sendable {
  /// Source: Thrift specification, "Message types"; the same numbers in all protocols.
  enum Kind: UInt8, Sendable {
    case call = 1
    case reply = 2
    case exception = 3
    case oneWay = 4

    var sender: MessageSender {
      switch self {
      case .call, .oneWay: .client
      case .reply, .exception: .server
      }
    }
  }

  enum Encoding: UInt8, Sendable {
    case binary, compact

    var name: StaticString {
      switch self {
      case .binary: "binary"
      case .compact: "compact"
      }
    }
  }

  var kind: Kind
  var encoding: Encoding
  var name: Range<Int>
  var sequence: UInt32
  /// Of a reply: the field of the result that is set: 0 for a value, others for the exceptions that the method declares; `nil` for nothing.
  var resultField: Int?
  /// Of an exception, as far as it is there.
  var exception = ThriftException()

  /// Clients that number nothing leave it to the order; answers on a connection then come in that of the calls.
  var key: ExchangeKey { sequence == 0 ? .inOrder : .identifier(UInt64(sequence)) }
}

/// `TApplicationException`: 1: string message, 2: i32 type. Source: Thrift specification, "Response struct".
struct ThriftException: Hashable, Sendable {
  var message: Range<Int>?
  var type: Int32?

  private static let names: [StaticString] = [
    "unknown", "unknown method", "invalid message type", "wrong method name", "bad sequence id", "missing result", "internal error",
    "protocol error", "invalid transform", "invalid protocol", "unsupported client type",
  ]

  var typeName: StaticString? {
    guard let type, ThriftException.names.indices.contains(Int(type)) else { return nil }
    return ThriftException.names[Int(type)]
  }

  /// The types that say that the caller asked for something that is not there, or in a way that is not understood.
  var isClientError: Bool {
    switch type {
    case 1, 2, 3, 4, 7, 8, 9, 10: true
    default: false
    }
  }
}
