import Capture

@testable import Protocols

/// One turn of a hand-written conversation.
struct Turn: Sendable {
  var sender: MessageSender
  var bytes: [UInt8]

  static func client(_ text: String) -> Turn { Turn(sender: .client, bytes: Array(text.utf8)) }
  static func server(_ text: String) -> Turn { Turn(sender: .server, bytes: Array(text.utf8)) }
}

/// Drives a parser over hand-written turns.
func drive<P: ApplicationProtocol>(_: P.Type, _ turns: [Turn], isDatagram: Bool = false) -> ReferenceDriver<P> {
  var driver = ReferenceDriver<P>(DrivenTexts(), isDatagram: isDatagram)
  for turn in turns {
    driver.beginRun()
    _ = driver.feed(turn.bytes, from: turn.sender)
  }
  return driver
}

/// The verdict on text as the first bytes of a stream.
func recognize<P: ApplicationProtocol>(_: P.Type, _ text: String, from source: UInt16 = 40_000, to destination: UInt16 = 40_001)
  -> Recognition
{
  let bytes = Array(text.utf8)
  return P.recognize(bytes.span.bytes, RecognitionContext(sourcePort: source, destinationPort: destination, isDatagram: false))
}
