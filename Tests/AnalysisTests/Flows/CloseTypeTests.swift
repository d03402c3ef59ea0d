import Analysis
import Capture
import Testing
import Transport

@Suite struct CloseTypeTests {
  typealias Segment = Conversation.Segment

  static let request: [Segment] = [
    .client(40_000, [.psh, .ack], 1001, 5001, bytes: 100), .server(50_000, [.psh, .ack], 5001, 1101, bytes: 200),
  ]
  static let clientFin: [Segment] = [.client(60_000, [.fin, .ack], 1101, 5201)]
  static let serverFin: [Segment] = [.server(61_000, [.fin, .ack], 5201, 1102)]

  @Test(
    "a flow ends as DeepFlow says",
    arguments: [
      ("a SYN alone", [Segment.client(0, .syn, 1000)], CloseType.serverSynMiss),
      ("SYN, SYN/ACK", Array(Conversation.handshake.prefix(2)), .clientAckMiss),
      (
        "SYN/ACK again and again", Array(Conversation.handshake.prefix(2)) + [.server(3_000_000, [.syn, .ack], 5000, 1001)], .clientAckMiss
      ),
      ("silence after the handshake", Conversation.handshake + request, .timeout),
      ("FIN from both", Conversation.handshake + request + clientFin + serverFin, .finish),
      (
        "FIN from both, and the last ACK", Conversation.handshake + request + clientFin + serverFin + [.client(62_000, .ack, 1102, 5202)],
        .finish
      ),
      (
        "a late FIN after all of it",
        Conversation.handshake + request + clientFin + serverFin + [
          .client(62_000, .ack, 1102, 5202), .server(63_000, [.fin, .ack], 5201, 1102),
        ], .finish
      ),
      (
        "the server closes first",
        Conversation.handshake + request + [
          .server(60_000, [.fin, .ack], 5201, 1101), .client(61_000, [.fin, .ack], 1101, 5202), .server(62_000, .ack, 5202, 1102),
        ], .finish
      ),
      ("only the client's FIN", Conversation.handshake + request + clientFin, .serverHalfClose),
      ("only the server's FIN", Conversation.handshake + request + [.server(60_000, [.fin, .ack], 5201, 1101)], .clientHalfClose),
      ("RST of the server", Conversation.handshake + request + [.server(60_000, .rst, 5201)], .serverReset),
      ("RST of the client", Conversation.handshake + request + [.client(60_000, .rst, 1101)], .clientReset),
      (
        "RST of the client without data: a health check", Conversation.handshake + [.client(60_000, [.rst, .ack], 1001, 5001)],
        .finishClientReset
      ),
      ("SYN, RST of the server", [.client(0, .syn, 1000), .server(1_000, [.rst, .ack], 0, 1001)], .serverDirectReset),
      ("SYN, RST of the client", [.client(0, .syn, 1000), .client(1_000, .rst, 1001)], .clientEstablishReset),
      ("SYN, SYN/ACK, RST of the server", Array(Conversation.handshake.prefix(2)) + [.server(20_000, .rst, 5001)], .serverEstablishReset),
      ("SYN, SYN/ACK, RST of the client", Array(Conversation.handshake.prefix(2)) + [.client(20_000, .rst, 1001)], .finishClientReset),
      (
        "SYN answered by an ACK, which is reset", [.client(0, .syn, 1000), .server(1_000, .ack, 9000, 8000), .client(2_000, .rst, 8000)],
        .clientSourcePortReuse
      ),
      (
        "SYN/ACK again on an established connection", Conversation.handshake + [.server(1_000_000, [.syn, .ack], 5000, 1001)],
        .serverQueueLack
      ),
      (
        "SYN/ACK again, then RST, of a server whose queue is full",
        Conversation.handshake + [
          .server(1_000_000, [.syn, .ack], 5000, 1001), .server(3_000_000, [.syn, .ack], 5000, 1001), .server(7_000_000, .rst, 5001),
        ], .serverQueueLack
      ),
      ("no flags at all", Conversation.handshake + [.client(60_000, [], 1001)], .unknown),
      ("joined in the middle", request, .timeout),
    ] as [(String, [Segment], CloseType)])
  func closeTypes(name: String, segments: [Segment], expected: CloseType) {
    let row = Conversation.row(segments)
    #expect(row.closeType == expected, "\(name)")
    #expect(row.client == Conversation.client, "\(name)")
  }

  @Test("a connection that lives when the capture ends is no error")
  func captureEnd() {
    let row = Conversation.row(Conversation.handshake + CloseTypeTests.request, ending: .captureEnd)
    #expect(row.closeType == .forcedReport && row.status == .success)
    #expect(Conversation.row([.client(0, .syn, 1000)], ending: .captureEnd).closeType == .serverSynMiss)
  }

  @Test("a RST of the client after a good response is a normal close")
  func resetAfterSuccess() {
    var conversation = Conversation()
    for segment in Conversation.handshake + CloseTypeTests.request + [.client(60_000, .rst, 1101)] { conversation.play(segment) }
    #expect(conversation.meter.closeType(.tcp, .expired) == .clientReset)
    conversation.meter.requests.countResponse(.success, microseconds: 10)
    #expect(conversation.meter.closeType(.tcp, .expired) == .finishClientReset)
  }

  @Test(
    "each close type says whose fault it was",
    arguments: [
      (.finish, .success), (.forcedReport, .success), (.finishClientReset, .success), (.serverHalfClose, .success),
      (.clientHalfClose, .success),
      (.clientReset, .clientError), (.clientAckMiss, .clientError), (.clientSourcePortReuse, .clientError),
      (.clientEstablishReset, .clientError),
      (.serverReset, .serverError), (.timeout, .serverError), (.serverSynMiss, .serverError), (.serverDirectReset, .serverError),
      (.serverQueueLack, .serverError), (.serverEstablishReset, .serverError), (.unknown, .unknown),
    ] as [(CloseType, FlowStatus)])
  func status(closeType: CloseType, expected: FlowStatus) {
    #expect(closeType.status(.tcp) == expected)
  }

  @Test("silence is the ordinary end of a datagram flow")
  func datagrams() {
    #expect(CloseType.timeout.status(.udp) == .success)
  }

  @Test(
    "how long the next packet is waited for",
    arguments: [
      ("one direction only", [Segment.client(0, .ack, 1000)], FlowTimeout.others),
      ("handshake", Array(Conversation.handshake.prefix(2)), FlowTimeout.others),
      ("established", Conversation.handshake, FlowTimeout.established),
      ("half closed", Conversation.handshake + request + clientFin, FlowTimeout.others),
      ("closed", Conversation.handshake + request + clientFin + serverFin + [.client(62_000, .ack, 1102, 5202)], FlowTimeout.closedFin),
      ("reset", Conversation.handshake + request + [.server(60_000, .rst, 5201)], FlowTimeout.closingReset),
      ("refused", [.client(0, .syn, 1000), .server(1_000, [.rst, .ack], 0, 1001)], FlowTimeout.openingReset),
    ] as [(String, [Segment], Int64)])
  func timeouts(name: String, segments: [Segment], expected: Int64) {
    var conversation = Conversation()
    for segment in segments { conversation.play(segment) }
    #expect(conversation.meter.timeout == expected, "\(name)")
  }
}
