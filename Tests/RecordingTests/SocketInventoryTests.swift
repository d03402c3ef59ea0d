import CDeepFlow
import Capture
import Testing

@testable import Recording

@Suite struct SocketInventoryTests {
  @Test("a line of /proc/net/tcp is read: addresses in host-order words, ports in hexadecimal")
  func tcp() throws {
    let line =
      "   0: 0100007F:1F90 0200000A:C350 01 00000000:00000000 00:00000000 00000000  1000        0 4711 1 0000000000000000 20 4 30 10 -1"
    let socket = try #require(SocketInventory.parse(line, .tcp))
    #expect(socket.local.description == "127.0.0.1:8080")
    #expect(socket.remote.description == "10.0.0.2:50000")
    #expect(socket.state == 1)
    #expect(socket.inode == 4711)
    #expect(!socket.isListening)
  }

  @Test("a line of /proc/net/tcp6 is read, and a listening socket is one")
  func tcp6() throws {
    let line =
      "  10: B80D0120000000000000000001000000:0050 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 9 1 0 100 0 0 10 0"
    let socket = try #require(SocketInventory.parse(line, .tcp))
    #expect(socket.local.description == "[2001:db8::1]:80")
    #expect(socket.remote.description == "[::]:0")
    #expect(socket.isListening)
  }

  @Test("an unconnected UDP socket counts as listening, a connected one does not", arguments: [("07", true), ("01", false)])
  func udp(state: String, isListening: Bool) throws {
    let line = "  77: 00000000:0035 00000000:0000 \(state) 00000000:00000000 00:00000000 00000000     0        0 12 2 0 0"
    #expect(try #require(SocketInventory.parse(line, .udp)).isListening == isListening)
  }

  @Test(
    "what is no such line is left out",
    arguments: [
      "", "sl  local_address rem_address   st", "0: 0100007F 0100007F:0 01 0 0 0 0 0 1", "0: XX:1 0100007F:0 01 0:0 0:0 0 0 0 1",
      "0: 0100007F:1F90 0:0",
    ])
  func broken(line: String) {
    #expect(SocketInventory.parse(line, .tcp) == nil)
  }

  @Test("the record of a holding says what the socket is")
  func record() throws {
    let line = "0: 0100007F:1F90 00000000:0000 0A 0:0 0:0 0 0 0 4711"
    let holding = SocketInventory.Holding(
      socket: try #require(SocketInventory.parse(line, .tcp)), processID: 42, fileDescriptor: 7, networkNamespace: 99)
    let record = holding.kernelRecord(command: "a-name-longer-than-fifteen", monotonicNanoseconds: 5)
    #expect(record.kind == UInt8(DF_KIND_LISTENING.rawValue))
    #expect(record.record_bytes == 128)
    #expect(record.local_port == 8080)
    #expect(record.process_id == 42)
    #expect(record.fd == 7)
    #expect(record.new_state == 10)
    #expect(withUnsafeBytes(of: record.local_address) { Array($0) } == [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 127, 0, 0, 1])
    #expect(withUnsafeBytes(of: record.command) { $0[15] } == 0)
  }
}
