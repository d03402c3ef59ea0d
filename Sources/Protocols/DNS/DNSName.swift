import Capture
import Wire

/// Domain names on the wire: labels, and pointers to earlier ones. Source: RFC 1035 §3.1 and §4.1.4.
enum DNSName {
  /// Bytes of a name on the wire. Source: RFC 1035 §2.3.4.
  static let longestName = 255

  /// The offset behind the name at `offset`, which may end with a pointer; `nil` when it is malformed or leaves `message`.
  static func end(_ offset: Int, _ bytes: RawSpan, _ message: Range<Int>) -> Int? {
    var offset = offset
    let limit = offset + longestName
    while offset < message.upperBound, offset < limit {
      let length = Int(bytes.load8(at: offset))
      switch length {
      case 0: return offset + 1
      case 1...63: offset += 1 + length
      case 0xc0...0xff:
        guard offset + 2 <= message.upperBound, pointee(offset, bytes, message) != nil else { return nil }
        return offset + 2
      default: return nil
      }
    }
    return nil
  }

  /// Where the pointer at `offset` points: behind the header and before itself, so that following pointers comes to an end.
  static func pointee(_ offset: Int, _ bytes: RawSpan, _ message: Range<Int>) -> Int? {
    guard let pointer = bytes.bigEndian16(at: offset) else { return nil }
    let target = message.lowerBound + Int(pointer & 0x3fff)
    return target >= message.lowerBound + DNSHeader.byteCount && target < offset ? target : nil
  }

  /// Calls `body` with each label of the name at `offset`, pointers followed; `false` when the name is malformed or too long.
  static func forEachLabel(_ offset: Int, _ bytes: RawSpan, _ message: Range<Int>, _ body: (Range<Int>) -> Void) -> Bool {
    var offset = offset
    var byteCount = 1
    while offset < message.upperBound {
      let length = Int(bytes.load8(at: offset))
      switch length {
      case 0: return true
      case 1...63:
        byteCount += 1 + length
        guard byteCount <= longestName, offset + 1 + length <= message.upperBound else { return false }
        body(offset + 1..<offset + 1 + length)
        offset += 1 + length
      case 0xc0...0xff:
        guard offset + 2 <= message.upperBound, let target = pointee(offset, bytes, message) else { return false }
        offset = target
      default: return false
      }
    }
    return false
  }

  /// A hash of the name without regard to case: resolvers vary the case of a question's letters (draft-vixie-dnsext-dns0x20).
  static func hash(_ offset: Int, _ bytes: RawSpan, _ message: Range<Int>) -> UInt32 {
    // FNV-1a, 32 bits.
    var hash: UInt32 = 0x811c_9dc5
    _ = forEachLabel(offset, bytes, message) { label in
      hash = (hash ^ UInt32(label.count)) &* 0x0100_0193
      for index in label { hash = (hash ^ UInt32(bytes.load8(at: index).asciiLowercased)) &* 0x0100_0193 }
    }
    return hash
  }
}

/// A name spelled out as in a zone file, without the final dot; the root is `.`. Source: RFC 1035 §5.1.
struct DNSNameText {
  /// Four characters for each of at most 253 bytes.
  private static let capacity = 1024

  private var storage = [1024 of UInt8](repeating: 0)
  private var count = 0

  /// `nil` when the name is malformed.
  init?(_ offset: Int, _ bytes: RawSpan, _ message: Range<Int>) {
    var storage = [1024 of UInt8](repeating: 0)
    var count = 0
    func put(_ byte: UInt8) {
      guard count < DNSNameText.capacity else { return }
      storage[count] = byte
      count += 1
    }
    let isWhole = DNSName.forEachLabel(offset, bytes, message) { label in
      if count > 0 { put(0x2e) }
      for index in label {
        let byte = bytes.load8(at: index)
        switch byte {
        case 0x2e, 0x5c:
          put(0x5c)
          put(byte)
        // RFC 6762 §16: names are UTF-8 where they are not ASCII. What is neither is repaired when it is shown.
        case 0x21...0x7e, 0x80...0xff: put(byte)
        default:
          put(0x5c)
          put(0x30 + byte / 100)
          put(0x30 + byte / 10 % 10)
          put(0x30 + byte % 10)
        }
      }
    }
    guard isWhole else { return nil }
    if count == 0 { put(0x2e) }
    self.storage = storage
    self.count = count
  }

  func intern(_ texts: inout TextTable) -> TextID {
    texts.intern(storage.span.bytes, 0..<count)
  }

  func append(to bytes: inout [UInt8]) {
    for index in 0..<count { bytes.append(storage[index]) }
  }
}
