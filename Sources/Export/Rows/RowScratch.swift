import Capture

/// Short texts of a row, put together in memory of a fixed size before they go to the output: to append each to an array costs more than
/// to write it.
struct RowScratch: ~Copyable {
  /// Bytes that are collected; longer texts go to the output directly.
  static let capacity = 4096
  /// What a number, an address or a name that `hasRoom` is asked for may take, with what stands around it.
  static let shortByteCount = 64

  private let bytes: UnsafeMutablePointer<UInt8>
  private var count = 0

  /// - Parameter bytes: `capacity` bytes, for as long as this lives.
  init(_ bytes: UnsafeMutablePointer<UInt8>) { self.bytes = bytes }

  func hasRoom(_ byteCount: Int) -> Bool { byteCount <= RowScratch.capacity - count }

  /// Moves everything to the output.
  mutating func flush(to output: inout [UInt8]) {
    output.append(contentsOf: UnsafeBufferPointer(start: bytes, count: count))
    count = 0
  }

  @inline(__always)
  mutating func append(_ byte: UInt8) {
    bytes[count] = byte
    count += 1
  }

  @inline(__always)
  mutating func append(_ text: UnsafeBufferPointer<UInt8>) {
    guard let source = text.baseAddress else { return }
    (bytes + count).update(from: source, count: text.count)
    count += text.count
  }

  @inline(__always)
  mutating func append(quoted text: UnsafeBufferPointer<UInt8>) {
    append(UInt8(ascii: "\""))
    append(text)
    append(UInt8(ascii: "\""))
  }

  mutating func appendDecimal(_ value: Int64) {
    if value < 0 { append(UInt8(ascii: "-")) }
    appendDecimal(value.magnitude)
  }

  mutating func appendDecimal(_ value: UInt64) {
    var digitCount = 1
    var limit: UInt64 = 10
    while value >= limit {
      digitCount += 1
      let (next, overflowed) = limit.multipliedReportingOverflow(by: 10)
      if overflowed { break }
      limit = next
    }
    var rest = value
    var position = count + digitCount
    count = position
    repeat {
      position -= 1
      let (quotient, digit) = rest.quotientAndRemainder(dividingBy: 10)
      bytes[position] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: digit)
      rest = quotient
    } while rest > 0
  }

  mutating func append(quotedV4 address: UInt32) {
    append(UInt8(ascii: "\""))
    appendDecimal(UInt64(address >> 24))
    append(UInt8(ascii: "."))
    appendDecimal(UInt64(address >> 16 & 0xff))
    append(UInt8(ascii: "."))
    appendDecimal(UInt64(address >> 8 & 0xff))
    append(UInt8(ascii: "."))
    appendDecimal(UInt64(address & 0xff))
    append(UInt8(ascii: "\""))
  }
}
