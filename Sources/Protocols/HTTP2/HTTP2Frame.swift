import Wire

/// What every frame begins with. Source: RFC 9113 §4.1.
///
///     0                   1                   2                   3
///     0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
///    +-----------------------------------------------+---------------+
///    |                  Length (24)                  |   Type (8)    |
///    +---------------+-------------------------------+---------------+
///    |   Flags (8)   |R|          Stream Identifier (31) …           |
///    +---------------+-+---------------------------------------------+
struct HTTP2FrameHeader: Hashable, Sendable {
  static let byteCount = 9

  /// Bytes behind the header.
  var payloadByteCount: Int
  var type: HTTP2FrameType
  var flags: UInt8
  /// 0 is the connection.
  var stream: UInt32

  init?(_ bytes: RawSpan, at offset: Int = 0) {
    guard let length = bytes.bigEndian24(at: offset), let type = bytes.uint8(at: offset + 3), let flags = bytes.uint8(at: offset + 4),
      let stream = bytes.bigEndian32(at: offset + 5)
    else { return nil }
    payloadByteCount = Int(length)
    self.type = HTTP2FrameType(type)
    self.flags = flags
    // The reserved bit is ignored.
    self.stream = stream & 0x7fff_ffff
  }

  /// Of DATA and HEADERS; and of SETTINGS and PING, where the same bit says ACK.
  var endsStream: Bool { flags & 0x01 != 0 }
  var acknowledges: Bool { flags & 0x01 != 0 }
  var endsHeaders: Bool { flags & 0x04 != 0 }
  var isPadded: Bool { flags & 0x08 != 0 }
  var hasPriority: Bool { flags & 0x20 != 0 }

  /// What makes the frame impossible, whatever came before; `nil` when nothing does. Source: RFC 9113 §6, frame by frame.
  var fault: StaticString? {
    switch type {
    case .data, .headers, .continuation, .pushPromise: stream == 0 ? "a frame of a stream without a stream" : nil
    case .priority: stream == 0 || payloadByteCount != 5 ? "a malformed PRIORITY frame" : nil
    case .resetStream: stream == 0 || payloadByteCount != 4 ? "a malformed RST_STREAM frame" : nil
    case .settings:
      stream != 0 || payloadByteCount % 6 != 0 || payloadByteCount > HTTP2Parser.longestSettings || acknowledges && payloadByteCount != 0
        ? "a malformed SETTINGS frame" : nil
    case .ping: stream != 0 || payloadByteCount != 8 ? "a malformed PING frame" : nil
    case .goAway: stream != 0 || payloadByteCount < 8 ? "a malformed GOAWAY frame" : nil
    case .windowUpdate: payloadByteCount != 4 ? "a malformed WINDOW_UPDATE frame" : nil
    case .other: nil
    }
  }
}

/// Source: RFC 9113 §6; others are extensions, which whoever does not know them ignores.
enum HTTP2FrameType: Hashable, Sendable {
  case data, headers, priority, resetStream, settings, pushPromise, ping, goAway, windowUpdate, continuation
  case other(UInt8)

  init(_ code: UInt8) {
    switch code {
    case 0: self = .data
    case 1: self = .headers
    case 2: self = .priority
    case 3: self = .resetStream
    case 4: self = .settings
    case 5: self = .pushPromise
    case 6: self = .ping
    case 7: self = .goAway
    case 8: self = .windowUpdate
    case 9: self = .continuation
    default: self = .other(code)
    }
  }

  /// The flags that mean something in a frame of this type.
  var knownFlags: UInt8 {
    switch self {
    case .data: 0x09
    case .headers: 0x2d
    case .settings, .ping: 0x01
    case .pushPromise: 0x0c
    case .continuation: 0x04
    case .priority, .resetStream, .goAway, .windowUpdate: 0
    case .other: 0xff
    }
  }
}

/// Why a stream was reset or a connection closed. Source: RFC 9113 §7.
struct HTTP2ErrorCode: Hashable, Sendable, CustomStringConvertible {
  var rawValue: UInt32

  static let noError = HTTP2ErrorCode(rawValue: 0)

  private static let names: [StaticString] = [
    "NO_ERROR", "PROTOCOL_ERROR", "INTERNAL_ERROR", "FLOW_CONTROL_ERROR", "SETTINGS_TIMEOUT", "STREAM_CLOSED", "FRAME_SIZE_ERROR",
    "REFUSED_STREAM", "CANCEL", "COMPRESSION_ERROR", "CONNECT_ERROR", "ENHANCE_YOUR_CALM", "INADEQUATE_SECURITY", "HTTP_1_1_REQUIRED",
  ]

  var description: String {
    rawValue < UInt32(HTTP2ErrorCode.names.count) ? "\(HTTP2ErrorCode.names[Int(rawValue)])" : "error \(rawValue)"
  }
}
