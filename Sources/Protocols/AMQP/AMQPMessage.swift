/// The beginning of a frame: type (1), channel (2), length (4). Behind its payload stands the byte ce. Source: §4.2.3.
struct AMQPFrameHeader: Hashable, Sendable {
  static let byteCount = 7
  static let end: UInt8 = 0xce

  enum Kind: UInt8, Sendable {
    case method = 1
    case contentHeader = 2
    case body = 3
    case heartbeat = 8
  }

  var kind: Kind
  var channel: UInt16
  var length: Int
}

/// A method: the number of its class and its own.
struct AMQPMethod: Hashable, Sendable {
  var group: UInt16
  var number: UInt16

  static let connectionOpen = AMQPMethod(group: 10, number: 40)
  static let connectionClose = AMQPMethod(group: 10, number: 50)
  static let channelClose = AMQPMethod(group: 20, number: 40)
  static let basicPublish = AMQPMethod(group: 60, number: 40)
  static let basicReturn = AMQPMethod(group: 60, number: 50)
  static let basicDeliver = AMQPMethod(group: 60, number: 60)
  static let basicGet = AMQPMethod(group: 60, number: 70)
  static let basicGetOk = AMQPMethod(group: 60, number: 71)
  static let basicGetEmpty = AMQPMethod(group: 60, number: 72)

  /// Content follows it: a header and a body, in frames of their own.
  var hasContent: Bool { [.basicPublish, .basicReturn, .basicDeliver, .basicGetOk].contains(self) }
  var isClose: Bool { self == .connectionClose || self == .channelClose }

  /// The method that this one answers.
  var asked: AMQPMethod? {
    switch (group, number) {
    case (60, 72): .basicGet
    case (40, 51): AMQPMethod(group: 40, number: 40)
    case (10, 11), (10, 21), (10, 31), (10, 41), (10, 51), (10, 71), (20, 11), (20, 21), (20, 41), (40, 11), (40, 21), (40, 31), (50, 11),
      (50, 21), (50, 31), (50, 41), (50, 51), (60, 11), (60, 21), (60, 31), (60, 71), (60, 111), (85, 11), (90, 11), (90, 21), (90, 31):
      AMQPMethod(group: group, number: number - 1)
    default: nil
    }
  }

  /// Whether an answer is expected, unless a flag says otherwise.
  var isQuestion: Bool {
    switch (group, number) {
    case (10, 10), (10, 20), (10, 30), (10, 40), (10, 50), (10, 70), (20, 10), (20, 20), (20, 40), (40, 10), (40, 20), (40, 30), (40, 40),
      (50, 10), (50, 20), (50, 30), (50, 40), (50, 50), (60, 10), (60, 20), (60, 30), (60, 70), (60, 110), (85, 10), (90, 10), (90, 20),
      (90, 30):
      true
    default: false
    }
  }

  /// Who sends it; `nil` when both do.
  var sender: MessageSender? {
    switch (group, number) {
    case (10, 10), (10, 20), (10, 30), (10, 41): .server
    case (10, 11), (10, 21), (10, 31), (10, 40): .client
    case (10, 50), (10, 51), (10, 60), (10, 61), (20, 20), (20, 21), (20, 40), (20, 41), (60, 30), (60, 31), (60, 80), (60, 120): nil
    case (60, 50), (60, 60): .server
    default: asked == nil ? .client : .server
    }
  }

  var name: StaticString? {
    switch (group, number) {
    case (10, 10): "Connection.Start"
    case (10, 11): "Connection.StartOk"
    case (10, 20): "Connection.Secure"
    case (10, 21): "Connection.SecureOk"
    case (10, 30): "Connection.Tune"
    case (10, 31): "Connection.TuneOk"
    case (10, 40): "Connection.Open"
    case (10, 41): "Connection.OpenOk"
    case (10, 50): "Connection.Close"
    case (10, 51): "Connection.CloseOk"
    case (10, 60): "Connection.Blocked"
    case (10, 61): "Connection.Unblocked"
    case (10, 70): "Connection.UpdateSecret"
    case (10, 71): "Connection.UpdateSecretOk"
    case (20, 10): "Channel.Open"
    case (20, 11): "Channel.OpenOk"
    case (20, 20): "Channel.Flow"
    case (20, 21): "Channel.FlowOk"
    case (20, 40): "Channel.Close"
    case (20, 41): "Channel.CloseOk"
    case (40, 10): "Exchange.Declare"
    case (40, 11): "Exchange.DeclareOk"
    case (40, 20): "Exchange.Delete"
    case (40, 21): "Exchange.DeleteOk"
    case (40, 30): "Exchange.Bind"
    case (40, 31): "Exchange.BindOk"
    case (40, 40): "Exchange.Unbind"
    case (40, 51): "Exchange.UnbindOk"
    case (50, 10): "Queue.Declare"
    case (50, 11): "Queue.DeclareOk"
    case (50, 20): "Queue.Bind"
    case (50, 21): "Queue.BindOk"
    case (50, 30): "Queue.Purge"
    case (50, 31): "Queue.PurgeOk"
    case (50, 40): "Queue.Delete"
    case (50, 41): "Queue.DeleteOk"
    case (50, 50): "Queue.Unbind"
    case (50, 51): "Queue.UnbindOk"
    default: basicName
    }
  }

  private var basicName: StaticString? {
    switch (group, number) {
    case (60, 10): "Basic.Qos"
    case (60, 11): "Basic.QosOk"
    case (60, 20): "Basic.Consume"
    case (60, 21): "Basic.ConsumeOk"
    case (60, 30): "Basic.Cancel"
    case (60, 31): "Basic.CancelOk"
    case (60, 40): "Basic.Publish"
    case (60, 50): "Basic.Return"
    case (60, 60): "Basic.Deliver"
    case (60, 70): "Basic.Get"
    case (60, 71): "Basic.GetOk"
    case (60, 72): "Basic.GetEmpty"
    case (60, 80): "Basic.Ack"
    case (60, 90): "Basic.Reject"
    case (60, 100): "Basic.RecoverAsync"
    case (60, 110): "Basic.Recover"
    case (60, 111): "Basic.RecoverOk"
    case (60, 120): "Basic.Nack"
    case (85, 10): "Confirm.Select"
    case (85, 11): "Confirm.SelectOk"
    case (90, 10): "Tx.Select"
    case (90, 11): "Tx.SelectOk"
    case (90, 20): "Tx.Commit"
    case (90, 21): "Tx.CommitOk"
    case (90, 30): "Tx.Rollback"
    case (90, 31): "Tx.RollbackOk"
    default: nil
    }
  }
}

/// A method and what it says, or the header of a content.
struct AMQPMessage: Sendable {
  enum Part: Sendable {
    case request(UInt64)
    case response(UInt64)
    case alone
    case content
  }

  var part: Part
  var channel: UInt16
  var method: AMQPMethod
  /// Of the connection.
  var virtualHost: [UInt8]?
  var arguments = AMQPArguments()
  /// Of a content's header.
  var headers: Range<Int>?
  var correlation: Range<Int>?
}

/// Arguments of a method that the request log shows.
struct AMQPArguments: Sendable {
  var exchange: Range<Int>?
  var routingKey: Range<Int>?
  var queue: Range<Int>?
  var replyCode: UInt16?
  var replyText: Range<Int>?
  /// The method asks for no answer.
  var isNoWait = false
}

/// Source: §1.2, reply codes.
enum AMQPReply {
  static let success: UInt16 = 200

  /// Whether the server, not what it was asked, is the reason.
  static func isServers(_ code: UInt16) -> Bool { [320, 506, 540, 541].contains(code) }
}
