import Wire

/// What the frames of an Initial packet say. Source: RFC 9000 §12.4, table 3: PADDING, PING, ACK, CRYPTO and CONNECTION_CLOSE occur.
struct QUICFrames: Sendable {
  /// Frames of one packet that are looked at, runs of padding counted as one.
  static let frameLimit = 512

  /// The error code of a CONNECTION_CLOSE.
  var closeCode: Int?
  /// The reason it gives, in words.
  var closeReason: [UInt8] = []
  /// Whether there was a CRYPTO frame.
  var hasCrypto = false

  /// Reads the frames and puts what is in CRYPTO frames into `stream`. Stops where a frame is malformed.
  init(_ frames: [UInt8], into stream: inout QUICCryptoStream) {
    let bytes = frames.span.bytes
    var offset = 0
    for _ in 0..<QUICFrames.frameLimit {
      while bytes.uint8(at: offset) == 0 { offset += 1 }
      guard let type = bytes.uint8(at: offset) else { return }
      offset += 1
      switch type {
      case 0x01: continue
      case 0x02, 0x03:
        guard let end = QUICFrames.acknowledgment(bytes, offset, hasCounts: type == 3) else { return }
        offset = end
      // Google's T050 and T051 have the number of a stream's frame here.
      case 0x06, 0x08:
        guard let (position, lengthAt) = QUICVariable.read(bytes, at: offset), let (length, start) = QUICVariable.read(bytes, at: lengthAt),
          length <= bytes.byteCount - start
        else { return }
        stream.insert(frames[start..<start + length], at: position)
        hasCrypto = true
        offset = start + length
      case 0x1c:
        guard let (code, frameTypeAt) = QUICVariable.read(bytes, at: offset), let (_, lengthAt) = QUICVariable.read(bytes, at: frameTypeAt),
          let (length, start) = QUICVariable.read(bytes, at: lengthAt)
        else { return }
        closeCode = code
        closeReason = Array(frames[start..<min(frames.count, start + length)])
        return
      default: return
      }
    }
  }

  /// Largest number, delay, count of ranges, first range, then two numbers a range, and three counts. Source: RFC 9000 §19.3.
  private static func acknowledgment(_ bytes: RawSpan, _ start: Int, hasCounts: Bool) -> Int? {
    var offset = start
    var numbers = 4
    var read = 0
    while read < numbers {
      guard let (value, end) = QUICVariable.read(bytes, at: offset) else { return nil }
      if read == 2 {
        guard value <= frameLimit else { return nil }
        numbers = 4 + 2 * value + (hasCounts ? 3 : 0)
      }
      offset = end
      read += 1
    }
    return offset
  }
}
