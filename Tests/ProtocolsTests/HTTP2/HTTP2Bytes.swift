@testable import Protocols

/// Frames and header blocks, byte by byte.
enum HTTP2Bytes {
  static let preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)
  static let settings = frame(4)
  static let end: UInt8 = 0x01
  static let endHeaders: UInt8 = 0x04

  static func frame(_ type: UInt8, _ flags: UInt8 = 0, _ stream: UInt32 = 0, _ payload: [UInt8] = []) -> [UInt8] {
    let length = payload.count
    return [UInt8(length >> 16), UInt8(length >> 8 & 255), UInt8(length & 255), type, flags]
      + (0..<4).map { UInt8(truncatingIfNeeded: stream >> (24 - 8 * $0)) } + payload
  }

  /// HEADERS with all fields as literals that are not added to the table.
  static func headers(_ stream: UInt32, _ fields: [(String, String)], ends: Bool = false) -> [UInt8] {
    frame(1, endHeaders | (ends ? end : 0), stream, block(fields))
  }

  static func data(_ stream: UInt32, _ payload: [UInt8], ends: Bool = false) -> [UInt8] { frame(0, ends ? end : 0, stream, payload) }

  static func reset(_ stream: UInt32, _ code: UInt8) -> [UInt8] { frame(3, 0, stream, [0, 0, 0, code]) }

  static func block(_ fields: [(String, String)]) -> [UInt8] {
    fields.flatMap { name, value in [0] + string(name) + string(value) }
  }

  /// Behind 126 bytes a length needs more than its seven bits.
  private static func string(_ text: String) -> [UInt8] {
    let bytes = Array(text.utf8)
    guard bytes.count >= 127 else { return [UInt8(bytes.count)] + bytes }
    var length: [UInt8] = [0x7f]
    var rest = bytes.count - 127
    while rest >= 128 {
      length.append(UInt8(rest & 0x7f) | 0x80)
      rest >>= 7
    }
    return length + [UInt8(rest)] + bytes
  }

  static func get(_ stream: UInt32, _ path: String, ends: Bool = true) -> [UInt8] {
    headers(stream, [(":method", "GET"), (":scheme", "http"), (":authority", "shop"), (":path", path)], ends: ends)
  }

  static func status(_ stream: UInt32, _ code: Int, ends: Bool = false) -> [UInt8] {
    headers(stream, [(":status", String(code))], ends: ends)
  }

  static func call(_ stream: UInt32, _ path: String, _ fields: [(String, String)] = [("content-type", "application/grpc")]) -> [UInt8] {
    headers(stream, [(":method", "POST"), (":scheme", "http"), (":path", path), (":authority", "shop")] + fields)
  }

  static func message(_ byteCount: Int, flag: UInt8 = 0) -> [UInt8] {
    [flag, 0, 0, UInt8(byteCount >> 8), UInt8(byteCount & 255)] + [UInt8](repeating: 0x6d, count: byteCount)
  }
}
