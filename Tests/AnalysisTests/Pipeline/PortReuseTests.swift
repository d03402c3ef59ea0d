import BundleFormat
import Capture
import Testing

@testable import Analysis

/// Connections between the same two ports, one after the other, as system calls tell of them.
@Suite struct PortReuseTests {
  private static let client = Endpoint(address: IPAddress(v4: 0x7f00_0001), port: 40_000)
  private static let server = Endpoint(address: IPAddress(v4: 0x7f00_0001), port: 8080)

  private struct Calls: ~Copyable {
    var pipeline = Pipeline(AnalysisOptions())
    private var ordinal: UInt64 = 0

    mutating func add(
      _ kind: SocketEvent.Kind, _ direction: SocketEvent.Direction? = nil, socket: UInt64, _ text: String = "", sequence: UInt32? = nil,
      errorNumber: Int32 = 0, newState: UInt8 = 0, isServer: Bool = false
    ) {
      ordinal += 1
      let time = Timestamp(nanoseconds: 1_700_000_000_000_000_000 + Int64(ordinal) * 1_000_000)
      let event = SocketEvent(
        ordinal: ordinal, kind: kind, direction: direction, enterTime: time, exitTime: time, processID: 7, threadID: 7,
        command: CommandName("ab"), socketID: socket, ipProtocol: .tcp, local: isServer ? server : client,
        remote: isServer ? client : server, tcpSequence: sequence, byteCount: UInt32(text.utf8.count), errorNumber: errorNumber,
        newState: newState)
      Array(text.utf8).withUnsafeBytes { pipeline.socketEvent(event, $0.bytes) }
    }

    /// A request, and a response that ends when the server closes.
    mutating func exchange(_ path: String, socket: UInt64, sequence: UInt32, isServer: Bool = false) {
      let (sends, receives): (SocketEvent.Direction, SocketEvent.Direction) = isServer ? (.receive, .send) : (.send, .receive)
      add(.data, sends, socket: socket, "GET \(path) HTTP/1.0\r\n\r\n", sequence: sequence, isServer: isServer)
      add(.data, receives, socket: socket, "HTTP/1.1 200 OK\r\n\r\nuntil the end", sequence: sequence &+ 5000, isServer: isServer)
    }

    consuming func requests() -> [(isAnswered: Bool, flowID: UInt64)] {
      pipeline.finish().requests.map { ($0.kind == .session, $0.flowID) }
    }
  }

  @Test("a connect begins another connection, however soon the ports are used again", arguments: [0, 115] as [Int32])
  func connect(errorNumber: Int32) {
    var calls = Calls()
    calls.add(.connect, socket: 1, errorNumber: errorNumber)
    calls.exchange("/first", socket: 1, sequence: 100)
    calls.add(.close, socket: 1)
    // The kernel gave the new socket the memory of the old one.
    calls.add(.connect, socket: 1, errorNumber: errorNumber)
    calls.exchange("/second", socket: 1, sequence: 7_000_000)
    let requests = calls.requests()
    #expect(requests.map(\.isAnswered) == [true, true])
    #expect(Set(requests.map(\.flowID)).count == 2)
  }

  @Test("so does an accept, also where the process ended without closing")
  func accept() {
    var calls = Calls()
    calls.add(.accept, socket: 1, isServer: true)
    calls.exchange("/first", socket: 1, sequence: 100, isServer: true)
    calls.add(.accept, socket: 2, isServer: true)
    calls.exchange("/second", socket: 2, sequence: 7_000_000, isServer: true)
    calls.add(.stateChange, socket: 2, newState: 7, isServer: true)
    calls.add(.accept, socket: 2, isServer: true)
    calls.exchange("/third", socket: 2, sequence: 9_000_000, isServer: true)
    let requests = calls.requests()
    #expect(requests.map(\.isAnswered) == [true, true, true])
    #expect(Set(requests.map(\.flowID)).count == 3)
  }

  @Test("a connect that asks again, one that fails, and a descriptor that another process closes do not")
  func same() {
    var calls = Calls()
    calls.add(.connect, socket: 1, errorNumber: 115)
    calls.add(.data, .send, socket: 1, "GET /one HTTP/1.1\r\nHost: a\r\n\r\n", sequence: 100)
    calls.add(.connect, socket: 1)
    calls.add(.close, socket: 1)
    calls.add(.connect, socket: 1, errorNumber: 106)
    calls.add(.data, .receive, socket: 1, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", sequence: 5100)
    calls.add(.data, .send, socket: 1, "GET /two HTTP/1.1\r\nHost: a\r\n\r\n", sequence: 130)
    calls.add(.data, .receive, socket: 1, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", sequence: 5138)
    let requests = calls.requests()
    #expect(requests.map(\.isAnswered) == [true, true])
    #expect(Set(requests.map(\.flowID)).count == 1)
  }
}
