import CDeepFlow
import Capture
import Dispatch
import Glibc
import Recording
import Testing

extension LiveCaptureTests {
  /// Real system calls on loopback, and what is recorded of them, to the byte.
  @Suite struct Sockets {
    private static let client = "df-test-client"
    private static let server = "df-test-server"

    /// Records this process only, so that the machine's other traffic does not fill the table of a test.
    private var options: RecordingOptions {
      var options = RecordingOptions()
      options.processIDs = [UInt32(getpid())]
      options.interfaces = ["lo"]
      return options
    }

    private struct Call: Equatable, CustomStringConvertible {
      var systemCall: SocketEvent.SystemCall
      var direction: SocketEvent.Direction
      var byteCount: Int
      var payload: String
      var description: String { "\(systemCall) \(direction) \(byteCount) \(payload.prefix(40))" }
    }

    private func calls(_ events: [(event: SocketEvent, payload: [UInt8])]) -> [Call] {
      events.map {
        Call(
          systemCall: $0.event.systemCall!, direction: $0.event.direction!, byteCount: Int($0.event.byteCount),
          payload: String(decoding: $0.payload, as: UTF8.self))
      }
    }

    /// Runs both ends of a TCP connection, each on its thread, and records them.
    private func recordConnection(
      _ name: String, _ options: RecordingOptions? = nil, server: @escaping @Sendable (LoopbackSocket) -> Void,
      client: @escaping @Sendable (LoopbackSocket) -> Void
    ) throws -> (summary: RecordingSummary, observations: RecordedObservations, port: UInt16) {
      let listener = LoopbackSocket.tcp()
      let port = listener.listening()
      defer { listener.closed() }
      let result = try LiveRecording.record(name, options ?? self.options) {
        let serving = LiveRecording.onThread(Sockets.server) {
          let connection = listener.accepted()
          server(connection)
          connection.closed()
        }
        let asking = LiveRecording.onThread(Sockets.client) {
          let connection = LoopbackSocket.tcp()
          connection.connected(to: port)
          client(connection)
          connection.closed()
        }
        asking.wait()
        serving.wait()
      }
      return (result.summary, result.observations, port)
    }

    @Test("every request and answer of a TCP exchange is recorded once at each end, with its bytes, addresses and sequence numbers")
    func exchange() throws {
      let count = 200
      let (summary, recorded, port) = try recordConnection(
        "exchange",
        server: { connection in
          for index in 0..<count {
            guard connection.reading() == Array("ask \(index)".utf8) else { return }
            connection.writing("answer \(index)")
          }
          _ = connection.reading()
        },
        client: { connection in
          for index in 0..<count {
            connection.writing("ask \(index)")
            _ = connection.reading()
          }
        })
      let client = recorded.events(of: Sockets.client)
      let server = recorded.events(of: Sockets.server)
      var expectedOfClient: [Call] = []
      var expectedOfServer: [Call] = []
      for index in 0..<count {
        let (ask, answer) = ("ask \(index)", "answer \(index)")
        expectedOfClient.append(Call(systemCall: .write, direction: .send, byteCount: ask.utf8.count, payload: ask))
        expectedOfClient.append(Call(systemCall: .read, direction: .receive, byteCount: answer.utf8.count, payload: answer))
        expectedOfServer.append(Call(systemCall: .read, direction: .receive, byteCount: ask.utf8.count, payload: ask))
        expectedOfServer.append(Call(systemCall: .write, direction: .send, byteCount: answer.utf8.count, payload: answer))
      }
      expectedOfServer.append(Call(systemCall: .read, direction: .receive, byteCount: 0, payload: ""))
      expectSame(calls(client), expectedOfClient, "client")
      expectSame(calls(server), expectedOfServer, "server")
      for (event, _) in client {
        #expect(event.remote == Endpoint(address: IPAddress(v4: 0x7f00_0001), port: port))
        #expect(event.ipProtocol == .tcp)
        #expect(event.processID == UInt32(getpid()))
        #expect(event.threadID != event.processID)
        #expect(event.enterTime <= event.exitTime)
      }
      #expect(Set(client.map(\.event.socketID)).count == 1)
      #expect(Set(server.map(\.event.local.port)) == [port])
      #expect(Set(server.map(\.event.remote)) == Set(client.map(\.event.local)))
      expectContinuous(client.filter { $0.event.direction == .send }, "client sends")
      expectContinuous(client.filter { $0.event.direction == .receive }, "client receives")
      expectContinuous(server.filter { $0.event.direction == .send }, "server sends")
      expectContinuous(server.filter { $0.event.direction == .receive }, "server receives")
      // What one end sends the other receives, under the same sequence number: this joins the two observations.
      #expect(client.first?.event.tcpSequence == server.first?.event.tcpSequence)
      #expect(recorded.losses.isEmpty)
      #expect(summary.failure == nil)
      #expect(recorded.ending?.socketEventCount == UInt64(recorded.events.count))
    }

    /// The first difference, rather than two lists of hundreds.
    private func expectSame(_ found: [Call], _ expected: [Call], _ what: String) {
      #expect(found.count == expected.count, "\(what): the number of calls")
      guard let index = zip(found, expected).enumerated().first(where: { $0.element.0 != $0.element.1 })?.offset else { return }
      Issue.record("\(what), call \(index): \(found[index]) instead of \(expected[index])")
    }

    private func expectContinuous(_ events: [(event: SocketEvent, payload: [UInt8])], _ what: String) {
      var expected: UInt32?
      for (event, _) in events {
        guard let sequence = event.tcpSequence else {
          Issue.record("\(what): no sequence number")
          return
        }
        if let expected { #expect(sequence == expected, "\(what)") }
        expected = sequence &+ event.byteCount
      }
    }

    @Test("the sequence number of a call is the packet's")
    func packetSequence() throws {
      let (_, recorded, port) = try recordConnection(
        "packet-sequence", server: { _ = $0.reading() },
        client: { connection in
          connection.writing("to be found")
          usleep(1000)
        })
      let event = try #require(recorded.events(of: Sockets.client).first?.event)
      let needle = Array("to be found".utf8)
      let packet = try #require(recorded.packets.first { $0.bytes.suffix(needle.count) == needle[...] }, "the packet was captured")
      // Ethernet (14) and IPv4 (20), then TCP: ports, sequence number.
      let sequence = packet.bytes[38..<42].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
      #expect(event.tcpSequence == sequence)
      #expect(packet.bytes[36..<38].reduce(UInt16(0)) { $0 << 8 | UInt16($1) } == port)
      // Both clocks tell the same time: the packet left within the call.
      #expect(packet.header.time.nanoseconds(since: event.enterTime) > -1_000_000)
      #expect(event.exitTime.nanoseconds(since: packet.header.time) > -1_000_000)
    }

    @Test("vectors, messages and their like are recorded with all their buffers")
    func vectors() throws {
      let (_, recorded, _) = try recordConnection(
        "vectors",
        server: { connection in
          connection.scattering([4, 100])
          connection.gathering(["one", "", "two"], asMessage: true)
          _ = connection.receiving(11, flags: Int32(MSG_WAITALL))
          connection.sending("done")
        },
        client: { connection in
          connection.gathering(["GET ", "/ ", "HTTP"])
          connection.scattering([2, 100], asMessage: true)
          connection.sendingMany(["first", "second"])
          _ = connection.receiving()
        })
      #expect(
        calls(recorded.events(of: Sockets.client)) == [
          Call(systemCall: .writev, direction: .send, byteCount: 10, payload: "GET / HTTP"),
          Call(systemCall: .recvmsg, direction: .receive, byteCount: 6, payload: "onetwo"),
          Call(systemCall: .sendmmsg, direction: .send, byteCount: 5, payload: "first"),
          Call(systemCall: .sendmmsg, direction: .send, byteCount: 6, payload: "second"),
          Call(systemCall: .recvfrom, direction: .receive, byteCount: 4, payload: "done"),
        ])
      #expect(
        calls(recorded.events(of: Sockets.server)) == [
          Call(systemCall: .readv, direction: .receive, byteCount: 10, payload: "GET / HTTP"),
          Call(systemCall: .sendmsg, direction: .send, byteCount: 6, payload: "onetwo"),
          Call(systemCall: .recvfrom, direction: .receive, byteCount: 11, payload: "firstsecond"),
          Call(systemCall: .sendto, direction: .send, byteCount: 4, payload: "done"),
        ])
      expectContinuous(recorded.events(of: Sockets.client).filter { $0.event.direction == .send }, "sends")
    }

    @Test("peeks, files, pipes and unix sockets are no data")
    func notData() throws {
      let path = LiveRecording.temporaryPath("file")
      defer { unlink(path) }
      let (_, recorded, _) = try recordConnection(
        "not-data",
        server: { connection in
          _ = connection.receiving(flags: Int32(MSG_PEEK))
          connection.scattering([10], asMessage: true, flags: Int32(MSG_PEEK))
          _ = connection.reading()
        },
        client: { connection in
          let file = open(path, O_RDWR | O_CREAT, 0o600)
          write(file, "file", 4)
          lseek(file, 0, SEEK_SET)
          _ = LoopbackSocket(descriptor: file).reading()
          close(file)
          var pair: [Int32] = [0, 0]
          socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &pair)
          write(pair[0], "unix", 4)
          _ = LoopbackSocket(descriptor: pair[1]).reading()
          pipe(&pair)
          write(pair[1], "pipe", 4)
          _ = LoopbackSocket(descriptor: pair[0]).reading()
          connection.writing("data")
        })
      #expect(
        calls(recorded.events(of: Sockets.client)) == [Call(systemCall: .write, direction: .send, byteCount: 4, payload: "data")])
      #expect(
        calls(recorded.events(of: Sockets.server)) == [Call(systemCall: .read, direction: .receive, byteCount: 4, payload: "data")])
    }

    @Test("sendfile is recorded by its bytes only, and the rest of the stream stays in order")
    func sendfile() throws {
      let path = LiveRecording.temporaryPath("sent-file")
      defer { unlink(path) }
      let file = open(path, O_RDWR | O_CREAT, 0o600)
      write(file, String(repeating: "x", count: 5000), 5000)
      defer { close(file) }
      let (_, recorded, _) = try recordConnection(
        "sendfile", server: { _ = $0.receiving(5003, flags: Int32(MSG_WAITALL)) },
        client: { connection in
          var offset: off_t = 0
          _ = Glibc.sendfile(connection.descriptor, file, &offset, 5000)
          connection.writing("end")
        })
      let client = recorded.events(of: Sockets.client)
      #expect(client.map(\.event.systemCall) == [.sendfile, .write])
      #expect(client.map(\.event.byteCount) == [5000, 3])
      #expect(client.first?.payload.isEmpty == true)
      expectContinuous(client, "sends")
    }

    @Test("payload is cut at the limit, buffers at theirs, and both are counted", arguments: [0, 10, 4096, 65_536])
    func limits(payloadByteLimit: Int) throws {
      var options = self.options
      options.payloadByteLimit = payloadByteLimit
      let text = String((0..<70_000).map { Character(UnicodeScalar(UInt8(97 + $0 % 26))) })
      let parts = Array(repeating: "abc", count: Int(DF_BUFFERS_MAX) + 16)
      let keptByteCount = 3 * Int(DF_BUFFERS_MAX)
      let (_, recorded, _) = try recordConnection(
        "limits", options, server: { _ = $0.receiving(70_000 + 3 * parts.count, flags: Int32(MSG_WAITALL)) },
        client: { connection in
          connection.writing(text)
          connection.gathering(parts)
        })
      let client = recorded.events(of: Sockets.client)
      try #require(client.count == 2)
      #expect(client[0].event.byteCount == 70_000)
      #expect(client[0].payload == Array(text.utf8.prefix(payloadByteLimit)))
      #expect(client[1].event.byteCount == UInt64(3 * parts.count))
      #expect(client[1].payload == Array(parts.joined().utf8.prefix(min(payloadByteLimit, keptByteCount))))
      let cut = recorded.losses.filter { $0.cause == .payloadLimit }.reduce(0) { $0 + $1.byteCount }
      let buffers = recorded.losses.filter { $0.cause == .bufferCountLimit }.reduce(0) { $0 + $1.count }
      // Both ends saw the long text; the vector is cut by the buffer limit unless the payload limit was there first.
      #expect(buffers == (payloadByteLimit > keptByteCount ? 1 : 0))
      #expect(cut >= UInt64(2 * (70_000 - payloadByteLimit)))
      #expect(recorded.losses.allSatisfy { $0.isTruncation })
    }

    @Test("datagrams of an unconnected socket have the peer of the call")
    func datagrams() throws {
      let server = LoopbackSocket.udp()
      let port = server.bound()
      let client = LoopbackSocket.udp()
      let clientPort = client.bound()
      let recorded = try LiveRecording.record("datagrams", options) {
        LiveRecording.onThread(Sockets.client) {
          client.sending("question", to: port)
          client.gathering(["in ", "parts"], asMessage: true, to: port)
          client.sendingMany(["1", "22", "333"], to: port)
          client.sending("", to: port)
        }.wait()
        LiveRecording.onThread(Sockets.server) {
          _ = server.receivingFrom(flags: Int32(MSG_PEEK))
          _ = server.receivingFrom()
          _ = server.receivingFrom()
          server.receivingMany(3)
          _ = server.receivingFrom()
          server.closed()
        }.wait()
        client.closed()
      }.observations
      let sent = recorded.events(of: Sockets.client)
      let received = recorded.events(of: Sockets.server)
      let texts = ["question", "in parts", "1", "22", "333", ""]
      #expect(sent.map { String(decoding: $0.payload, as: UTF8.self) } == texts)
      #expect(received.map { String(decoding: $0.payload, as: UTF8.self) } == texts)
      #expect(sent.map(\.event.systemCall) == [.sendto, .sendmsg, .sendmmsg, .sendmmsg, .sendmmsg, .sendto])
      #expect(received.map(\.event.systemCall) == [.recvfrom, .recvfrom, .recvmmsg, .recvmmsg, .recvmmsg, .recvfrom])
      #expect(sent.allSatisfy { $0.event.remote.port == port && $0.event.local.port == clientPort && $0.event.ipProtocol == .udp })
      #expect(received.allSatisfy { $0.event.remote.port == clientPort && $0.event.local.port == port })
      #expect(sent.allSatisfy { $0.event.remote.address == IPAddress(v4: 0x7f00_0001) && $0.event.tcpSequence == nil })
    }

    @Test("the messages of a call beyond the limit are counted")
    func messageLimit() throws {
      let server = LoopbackSocket.udp()
      let port = server.bound()
      let client = LoopbackSocket.udp()
      let recorded = try LiveRecording.record("message-limit", options) {
        LiveRecording.onThread(Sockets.client) { client.sendingMany((0...DF_MESSAGES_MAX).map { "\($0)" }, to: port) }.wait()
      }.observations
      #expect(recorded.events(of: Sockets.client).count == Int(DF_MESSAGES_MAX))
      #expect(recorded.losses.filter { $0.cause == .messageCountLimit }.reduce(0) { $0 + $1.count } == 1)
      client.closed()
      server.closed()
    }

    @Test("a connection's life is recorded: connect, accept, states, close")
    func connection() throws {
      let (_, recorded, port) = try recordConnection("connection", server: { _ = $0.reading() }, client: { $0.writing("x") })
      let connect = try #require(recorded.events(of: Sockets.client, .connect).first?.event)
      #expect(connect.remote.port == port)
      #expect(connect.errorNumber == 0)
      let accept = try #require(recorded.events(of: Sockets.server, .accept).first?.event)
      #expect(accept.systemCall == .accept || accept.systemCall == .accept4)
      #expect(accept.remote == connect.local)
      #expect(accept.local.port == port)
      #expect(recorded.events(of: Sockets.client, .close).map(\.event.socketID) == [connect.socketID])
      #expect(recorded.events(of: Sockets.server, .close).map(\.event.socketID) == [accept.socketID])
      let states = recorded.events.filter { $0.event.kind == .stateChange && $0.event.socketID == connect.socketID }.map(\.event.newState)
      // SYN_SENT, ESTABLISHED, FIN_WAIT1, CLOSE: the client closes first here or second, by chance of scheduling.
      #expect(states.first == 2)
      #expect(states.dropFirst().first == 1)
      #expect(states.last == 7)
    }

    @Test("a refused connect says so, and to whom it was")
    func refused() throws {
      let unused = LoopbackSocket.tcp()
      let port = unused.bound()
      let recorded = try LiveRecording.record("refused", options) {
        LiveRecording.onThread(Sockets.client) {
          let socket = LoopbackSocket.tcp()
          socket.connected(to: port)
          socket.closed()
        }.wait()
      }.observations
      unused.closed()
      let connect = try #require(recorded.events(of: Sockets.client, .connect).first?.event)
      #expect(connect.errorNumber == ECONNREFUSED)
      #expect(connect.remote == Endpoint(address: IPAddress(v4: 0x7f00_0001), port: port))
    }

    @Test("sockets and blocked calls from before the recording are known")
    func existing() throws {
      let listener = LoopbackSocket.tcp()
      let port = listener.listening()
      let client = LoopbackSocket.tcp()
      client.connected(to: port)
      let server = listener.accepted()
      let reading = LiveRecording.onThread(Sockets.server) { _ = server.reading() }
      usleep(50_000)
      let recorded = try LiveRecording.record("existing", options) {
        client.writing("was blocked before")
        reading.wait()
      }.observations
      for socket in [listener, client, server] { socket.closed() }
      let listening = recorded.events.filter { $0.event.kind == .listening && $0.event.local.port == port }
      #expect(listening.count == 1)
      #expect(listening.first?.event.fileDescriptor == listener.descriptor)
      let existing = recorded.events.filter { $0.event.kind == .existing && $0.event.fileDescriptor == client.descriptor }
      #expect(existing.map(\.event.remote.port) == [port])
      let received = recorded.events(of: Sockets.server)
      #expect(received.map { String(decoding: $0.payload, as: UTF8.self) } == ["was blocked before"])
      #expect(received.first?.event.tcpSequence != nil)
    }

    @Test("IPv6 sockets have their addresses, and an IPv4 peer of a dual-stack socket is IPv4")
    func dualStack() throws {
      let listener = socket(AF_INET6, Int32(SOCK_STREAM.rawValue), 0)
      try #require(listener >= 0, "this machine has IPv6")
      var address = sockaddr_in6()
      address.sin6_family = sa_family_t(AF_INET6)
      var length = socklen_t(MemoryLayout<sockaddr_in6>.size)
      withUnsafeMutablePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          _ = bind(listener, $0, length)
          _ = getsockname(listener, $0, &length)
        }
      }
      listen(listener, 4)
      let port = UInt16(bigEndian: address.sin6_port)
      let recorded = try LiveRecording.record("dual-stack", options) {
        LiveRecording.onThread(Sockets.client) {
          let client = LoopbackSocket.tcp()
          client.connected(to: port)
          let server = LoopbackSocket(descriptor: listener).accepted()
          server.writing("hello")
          client.closed()
          server.closed()
          let six = socket(AF_INET6, Int32(SOCK_STREAM.rawValue), 0)
          var target = sockaddr_in6()
          target.sin6_family = sa_family_t(AF_INET6)
          target.sin6_port = port.bigEndian
          target.sin6_addr = in6addr_loopback
          _ = withUnsafePointer(to: &target) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(six, $0, socklen_t(MemoryLayout<sockaddr_in6>.size)) }
          }
          LoopbackSocket(descriptor: six).writing("six")
          close(six)
        }.wait()
      }.observations
      close(listener)
      let data = recorded.events(of: Sockets.client)
      try #require(data.count == 2)
      #expect(data[0].event.remote.address == IPAddress(v4: 0x7f00_0001))
      #expect(data[0].event.local == Endpoint(address: IPAddress(v4: 0x7f00_0001), port: port))
      #expect(data[1].event.remote == Endpoint(address: IPAddress(high: 0, low: 1), port: port))
      #expect(data[1].event.local.address == IPAddress(high: 0, low: 1))
    }
  }
}
