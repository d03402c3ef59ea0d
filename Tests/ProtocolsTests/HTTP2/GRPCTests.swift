import Testing

@testable import Protocols

/// gRPC, gRPC-Web and Triple in the streams of HTTP/2.
@Suite("gRPC")
struct GRPCTests {
  private typealias Make = HTTP2Bytes

  private func exchange(_ turns: [Turn]) -> [DrivenMessage] {
    let driver = drive(
      HTTP2.self,
      [Turn(sender: .client, bytes: Make.preface + Make.settings), Turn(sender: .server, bytes: Make.settings)] + turns)
    #expect(driver.invalid == nil)
    return driver.messages
  }

  private func client(_ frames: [UInt8]...) -> Turn { Turn(sender: .client, bytes: frames.flatMap { $0 }) }
  private func server(_ frames: [UInt8]...) -> Turn { Turn(sender: .server, bytes: frames.flatMap { $0 }) }

  private static let accepted: [(String, String)] = [(":status", "200"), ("content-type", "application/grpc+proto")]

  @Test("a unary call: service, method, status, messages")
  func unary() {
    let messages = exchange([
      client(Make.call(1, "/shop.v1.Orders/Get"), Make.data(1, Make.message(10), ends: true)),
      server(Make.headers(1, Self.accepted), Make.data(1, Make.message(20)), Make.headers(1, [("grpc-status", "0")], ends: true)),
    ])
    #expect(
      messages.map(\.summary) == [
        "protocol=gRPC version=2 type=Get domain=shop resource=shop.v1.Orders endpoint=/shop.v1.Orders/Get id=1",
        "protocol=gRPC version=2 id=1 status=ok code=0 request_message_count=1 request_message_byte=10 response_message_count=1 "
          + "response_message_byte=20",
      ])
  }

  @Test("messages are counted wherever frames cut them", arguments: [1, 2, 3, 5, 6, 7, 100])
  func cutMessages(_ length: Int) {
    let content = Make.message(0) + Make.message(300) + Make.message(2) + Make.message(1)
    let frames = stride(from: 0, to: content.count, by: length).map { start in
      Make.data(1, Array(content[start..<min(start + length, content.count)]))
    }
    // Padded frames: a pad length of 2.
    let padded = stride(from: 0, to: content.count, by: length).map { start in
      Make.frame(0, 0x08, 1, [2] + Array(content[start..<min(start + length, content.count)]) + [0, 0])
    }
    let messages = exchange([
      client(Make.call(1, "/s.S/Put"), frames.flatMap { $0 }, Make.data(1, [], ends: true)),
      server(Make.headers(1, Self.accepted), padded.flatMap { $0 }, Make.headers(1, [("grpc-status", "0")], ends: true)),
    ])
    #expect(
      messages.last?.summary.hasSuffix(
        "request_message_count=4 request_message_byte=303 response_message_count=4 response_message_byte=303") == true)
  }

  @Test(
    "the status is gRPC's, in trailers or without a body",
    arguments: [
      ("0", "status=ok code=0"), ("1", "status=client_error code=1 exception=CANCELLED"),
      ("2", "status=server_error code=2 exception=UNKNOWN"), ("3", "status=client_error code=3 exception=INVALID_ARGUMENT"),
      ("4", "status=server_error code=4 exception=DEADLINE_EXCEEDED"), ("5", "status=client_error code=5 exception=NOT_FOUND"),
      ("6", "status=client_error code=6 exception=ALREADY_EXISTS"), ("7", "status=client_error code=7 exception=PERMISSION_DENIED"),
      ("8", "status=server_error code=8 exception=RESOURCE_EXHAUSTED"), ("9", "status=client_error code=9 exception=FAILED_PRECONDITION"),
      ("11", "status=client_error code=11 exception=OUT_OF_RANGE"), ("14", "status=server_error code=14 exception=UNAVAILABLE"),
      ("16", "status=client_error code=16 exception=UNAUTHENTICATED"), ("17", "status=server_error code=17"),
      ("x", "status=ok code=200"), ("99999999999", "status=ok code=200"),
    ])
  func statuses(_ code: String, _ expected: String) {
    for isTrailersOnly in [true, false] {
      let answer =
        isTrailersOnly
        ? Make.headers(1, Self.accepted + [("grpc-status", code)], ends: true)
        : Make.headers(1, Self.accepted) + Make.headers(1, [("grpc-status", code)], ends: true)
      let messages = exchange([client(Make.call(1, "/s.S/Put")), server(answer)])
      #expect(messages.last?.summary.contains(" \(expected) request_message_count=0") == true)
    }
  }

  @Test(
    "the message of an error loses its percent-encoding, and what is malformed stays",
    arguments: [("out%20of%20%E2%98%83", "out of ☃"), ("100%", "100%"), ("%zz%4", "%zz%4")])
  func messages(_ encoded: String, _ message: String) {
    let messages = exchange([
      client(Make.call(1, "/s.S/Put")),
      server(Make.headers(1, Self.accepted + [("grpc-status", "5"), ("grpc-message", encoded)], ends: true)),
    ])
    #expect(messages.last?.summary.contains("exception=\(message) ") == true)
  }

  @Test("an answer that is not gRPC's keeps its HTTP status")
  func proxyError() {
    let messages = exchange([
      client(Make.call(1, "/s.S/Put"), Make.data(1, [], ends: true)),
      server(Make.headers(1, [(":status", "503"), ("content-type", "text/plain")]), Make.data(1, [9, 9, 9, 9, 9, 9], ends: true)),
    ])
    #expect(
      messages.last?.summary
        == "protocol=gRPC version=2 id=1 status=server_error code=503 exception=Service Unavailable request_message_count=0 "
        + "request_message_byte=0")
  }

  @Test("trailers of gRPC-Web are the last message of the body, wherever it is cut", arguments: [1, 4, 9, 1000])
  func web(_ length: Int) {
    let trailers = Array("grpc-status:5\r\ngrpc-message: gone\r\n".utf8)
    let content = Make.message(7) + [0x80, 0, 0, 0, UInt8(trailers.count)] + trailers
    let frames = stride(from: 0, to: content.count, by: length).map { start in
      Make.data(1, Array(content[start..<min(start + length, content.count)]), ends: start + length >= content.count)
    }
    let messages = exchange([
      client(Make.call(1, "/s.S/Put", [("content-type", "application/grpc-web+proto")]), Make.data(1, Make.message(1), ends: true)),
      server(Make.headers(1, [(":status", "200"), ("content-type", "application/grpc-web+proto")]), frames.flatMap { $0 }),
    ])
    #expect(
      messages.last?.summary
        == "protocol=gRPC version=2 id=1 status=client_error code=5 exception=gone request_message_count=1 request_message_byte=1 "
        + "response_message_count=1 response_message_byte=7")
  }

  @Test(
    "what makes a stream gRPC or Triple",
    arguments: [
      ("application/grpc", "", "gRPC"), ("application/grpc+json", "", "gRPC"), ("Application/gRPC; charset=utf-8", "", "gRPC"),
      ("application/grpc-web-text", "", "gRPC"), ("application/grpcish", "", "-"), ("application/json", "", "-"),
      ("application/grpc+proto", "tri-service-version", "Triple"), ("application/json", "tri-consumer-appname", "Triple"),
      ("application/triple+wrapper", "", "Triple"),
    ])
  func kinds(_ contentType: String, _ further: String, _ name: String) {
    let fields = [("content-type", contentType)] + (further.isEmpty ? [] : [(further, "1")])
    let summary = exchange([client(Make.call(1, "/s.S/Put", fields))]).first?.summary ?? ""
    #expect(summary.hasPrefix(name == "-" ? "version=2 type=POST" : "protocol=\(name) version=2 type=Put"))
  }

  @Test(
    "a path names service and method",
    arguments: [
      ("/a.B/C", "type=C domain=shop resource=a.B endpoint=/a.B/C"), ("/x/a.B/C", "type=C domain=shop resource=x/a.B endpoint=/x/a.B/C"),
      ("/a.B/C?q=1", "type=C domain=shop resource=a.B endpoint=/a.B/C"), ("/C", "type=POST domain=shop resource=/C endpoint=/C"),
      ("/a.B/", "type=POST domain=shop resource=/a.B/ endpoint=/a.B"), ("//C", "type=POST domain=shop resource=//C endpoint=//C"),
      ("*", "type=POST domain=shop resource=* endpoint=*"),
    ])
  func paths(_ path: String, _ expected: String) {
    #expect(exchange([client(Make.call(1, path))]).first?.summary == "protocol=gRPC version=2 \(expected) id=1")
  }
}
