import Testing

@testable import Protocols

@Suite struct HTTP2RecognitionTests {
  private static let context = RecognitionContext(sourcePort: 40_000, destinationPort: 5353, isDatagram: false)

  /// A query of DNS over TCP.
  private static func query(_ identifier: UInt16, _ host: String, type: UInt8) -> [UInt8] {
    let name = [host, "example", "test", ""].flatMap { [UInt8($0.utf8.count)] + Array($0.utf8) }
    let message = [UInt8(identifier >> 8), UInt8(identifier & 0xff), 1, 0, 0, 1, 0, 0, 0, 0, 0, 0] + name + [0, type, 0, 1]
    return [0, UInt8(message.count)] + message
  }

  /// The length, the number and the flags of a query read like the head of a HEADERS frame of 8,704 bytes on stream 256, and the four letters
  /// of "text" behind their count like a literal `:path`.
  @Test("queries of DNS that come together are no header block")
  func queries() {
    let bytes = Self.query(1, "www", type: 28) + Self.query(5, "www", type: 1) + Self.query(17, "text", type: 16)
    bytes.withUnsafeBytes { #expect(HTTP2.recognize($0.bytes, Self.context) == .no) }
  }

  @Test(
    "a block joined midway is known by its first fields, when they are possible",
    arguments: [
      (1, "/a", true), (1, "*", true), (1, "a", false), (2, "/a", false),
    ] as [(UInt8, String, Bool)])
  func block(stream: UInt8, path: String, isOne: Bool) {
    // Indexed :method GET, then a literal :path (RFC 7541, Appendix A: 2 and 4).
    let block = [0x82, 0x04, UInt8(path.utf8.count)] + Array(path.utf8)
    let bytes: [UInt8] = [0, 0, UInt8(block.count), 1, 5, 0, 0, 0, stream] + block
    bytes.withUnsafeBytes { #expect((HTTP2.recognize($0.bytes, Self.context) == .certain(.client)) == isOne) }
  }
}
