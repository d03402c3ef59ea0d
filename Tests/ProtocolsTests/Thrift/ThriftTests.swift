import Testing

@testable import Protocols

/// Thrift: messages by hand, and what a recorded conversation says.
@Suite("Thrift")
struct ThriftTests {
  private func field(_ name: String, _ summary: String?) -> String {
    summary?.split(separator: " ").first { $0.hasPrefix("\(name)=") }.map { String($0.dropFirst(name.count + 1)) } ?? "-"
  }

  private static func framed(_ hex: String) -> [UInt8] {
    let message = bytes(hex)
    return [0, 0, UInt8(message.count >> 8), UInt8(message.count & 255)] + message
  }

  static let messages: [(String, MessageSender, String)] = [
    // version 1, call, "add", sequence 7, one field: i32 1 = 5, stop.
    ("80010001 00000003 616464 00000007 08 0001 00000005 00", .client, "version=binary type=add endpoint=add id=7"),
    // Without a version: the name first.
    ("00000003 616464 01 00000007 00", .client, "version=binary type=add endpoint=add id=7"),
    // Compact: call, sequence 300 as a varint, "add"; field 1 of i32, -3 as zigzag 5; stop.
    ("82 21 ac02 03 616464 15 05 00", .client, "version=compact type=add endpoint=add id=300"),
    // One way, to one of several services.
    ("80010004 00000007 533a 6e6f746531 00000000 00", .client, "version=binary type=note1 resource=S endpoint=S:note1"),
    // A reply without a result, with one, and with the exception that is its field 2.
    ("80010002 00000003 616464 00000007 00", .server, "version=binary id=7 status=ok"),
    ("80010002 00000003 616464 00000007 08 0000 00000005 00", .server, "version=binary id=7 status=ok"),
    ("80010002 00000003 616464 00000007 0c 0002 00 00", .server, "version=binary id=7 status=server_error exception=exception 2"),
    ("82 41 07 03 616464 05 00 0a 00", .server, "version=compact id=7 status=ok"),
    ("82 41 07 03 616464 1c 00 00", .server, "version=compact id=7 status=server_error exception=exception 1"),
    // TApplicationException: message, type; in either order, or without a message.
    (
      "80010003 00000003 616464 00000007 0b 0001 00000003 62 6164 08 0002 00000006 00", .server,
      "version=binary id=7 status=server_error code=6 exception=bad"
    ),
    (
      "80010003 00000003 616464 00000007 08 0002 00000001 0b 0001 00000003 62 6164 00", .server,
      "version=binary id=7 status=client_error code=1 exception=bad"
    ),
    (
      "80010003 00000003 616464 00000007 08 0002 00000003 00", .server,
      "version=binary id=7 status=client_error code=3 exception=wrong method name"
    ),
    ("82 61 07 03 616464 18 03 626164 15 0c 00", .server, "version=compact id=7 status=server_error code=6 exception=bad"),
  ]

  @Test("messages, with a frame and without", arguments: messages)
  func summaries(_ hex: String, _ sender: MessageSender, _ expected: String) {
    for message in [bytes(hex), Self.framed(hex)] {
      let driver = drive(Thrift.self, [Turn(sender: sender, bytes: message)])
      #expect(driver.messages.map(\.summary) == [expected], "\(driver.invalid ?? "")")
      #expect(driver.messages.map(\.byteCount) == [message.count])
      #expect(driver.messages.first?.isComplete == true)
      #expect(Thrift.recognize(message.span.bytes, RecognitionContext(sourcePort: 1, destinationPort: 2, isDatagram: false)) != .no)
    }
  }

  /// Bodies of a call without a frame, in the binary and in the compact protocol.
  static let bodies: [(String, String)] = [
    (
      "binary: each fixed size",
      "02 0001 01 03 0002 01 04 0003 0000000000000000 06 0004 0001 0a 0005 0000000000000001 10 0006"
        + " 00000000000000000000000000000000 00"
    ),
    ("binary: nested structures", "0c 0001 0c 0001 0c 0001 00 00 00 00"),
    (
      "binary: lists of structures, maps of lists",
      "0f 0001 0c 00000002 00 08 0001 00000001 00 0d 0002 0b 0f 00000001 00000001 61 03 00000002 0102 00"
    ),
    ("binary: empty containers of no type", "0f 0001 00 00000000 0d 0002 0000 00000000 00"),
    ("compact: truth in the field, numbers", "11 12 14 c801 16 80808080808080808001 00"),
    ("compact: a field far away, a list of more than 14", "05 c801 02 1a f5 10 01010101010101010101010101010101 00"),
    ("compact: maps, empty and not", "1b 00 1b 01 85 01 61 02 00"),
    ("compact: lists of truths and of structures", "19 21 0102 19 2c 00 11 00 00"),
  ]

  @Test("the fields of a message without a frame tell its end, however they arrive", arguments: bodies)
  func walked(_ name: String, _ hex: String) {
    let head = name.hasPrefix("binary") ? "80010001 00000003 616464 00000007" : "82 21 07 03 616464"
    let message = bytes(head + hex)
    let driver = drive(Thrift.self, [Turn(sender: .client, bytes: message + message)])
    #expect(driver.invalid == nil)
    #expect(driver.messages.map(\.byteCount) == [message.count, message.count])
    var trickle = drive(Thrift.self, [])
    for byte in message + message { _ = trickle.feed([byte], from: .client) }
    #expect(trickle.messages.map(\.byteCount) == [message.count, message.count])
    #expect(!trickle.messages.contains { !$0.isComplete })
  }

  @Test(
    "bytes that cannot be are refused",
    arguments: [
      "80010001 00000003 616464 00000007 07 0001 00",  // a type that is none
      "80010001 00000003 616464 00000007 " + String(repeating: "0c0001", count: 70),  // structures without end
      "82 21 07 03 616464 18 ffffffffffffffffff7f",  // a text longer than any message
      "82 21 07 03 616464 16 ffffffffffffffffffff 00",  // a number without end
      "00000005 80010001 00000003 616464 00000007 00",  // a frame shorter than its message
      "7f000000 80010001", "80010007 00000003 616464 00000007 00", "80020001 00000003 616464 00000007 00",
    ])
  func refused(_ hex: String) {
    #expect(drive(Thrift.self, [Turn(sender: .client, bytes: bytes(hex))]).invalid != nil)
  }

  @Test("answers pair by sequence where calls are numbered, else by order")
  func pairing() {
    func call(_ sequence: UInt8) -> [UInt8] { bytes("80010001 00000003 616464 000000") + [sequence, 0] }
    func reply(_ sequence: UInt8) -> [UInt8] { bytes("80010002 00000003 616464 000000") + [sequence, 0] }
    var run = EngineRun()
    run.send(call(1) + call(2) + call(0) + call(0), from: .client)
    run.send(reply(2) + reply(1) + reply(0) + reply(0), from: .server)
    #expect(
      run.exchanges().map { "\(field("id", $0.request)) \(field("id", $0.response)) \($0.ending)" } == [
        "2 2 answered", "1 1 answered", "- - answered", "- - answered",
      ])
  }

  @Test("the Python library's messages, framed and not, binary and compact: as its client printed")
  func fixture() {
    let expected = [
      "ping ok -", "add ok -", "list ok -", "add ok -", "refuse server_error -", "missing client_error 1", "crash server_error 6",
      "note - -", "add ok -",
    ]
    let conversations = FixtureReader.conversations(file: "thrift/python.pcap")
    #expect(conversations.count == 4)
    for conversation in conversations {
      var run = EngineRun(clientPort: conversation.clientPort, serverPort: conversation.serverPort)
      for chunk in conversation.chunks { run.send(chunk.bytes, from: chunk.sender) }
      let exchanges = run.exchanges(.closed)
      #expect(exchanges.map { "\(field("type", $0.request)) \(field("status", $0.response)) \(field("code", $0.response))" } == expected)
      #expect(exchanges[3].request?.contains("resource=Stock endpoint=Stock:add") == true)
    }
  }
}
