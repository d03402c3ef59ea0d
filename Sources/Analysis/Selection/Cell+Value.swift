package import Capture

extension Cell {
  /// The number in the cell, for comparing.
  package var number: Int64? {
    switch self {
    case .integer(let value), .time(let value), .duration(let value), .code(let value, _): value
    default: nil
    }
  }

  /// The bytes of a cell that is a text or a name; `nil` for others.
  package func withText<Result>(_ texts: borrowing TextTable, _ body: (UnsafeRawBufferPointer) -> Result) -> Result? {
    switch self {
    case .text(let id): return texts.withBytes(id, body)
    case .name(let name): return body(UnsafeRawBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
    case .string(var text): return text.withUTF8 { body(UnsafeRawBufferPointer($0)) }
    case .code(let number, nil):
      var text = "\(number)"
      return text.withUTF8 { body(UnsafeRawBufferPointer($0)) }
    case .code(_, let name?): return body(UnsafeRawBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
    case .hardwareAddress(let address): return Cell.hardwareAddressText(address).withUnsafeBytes(body)
    default: return nil
    }
  }

  /// Six bytes in hexadecimal with colons.
  package static func hardwareAddressText(_ address: UInt64) -> [UInt8] {
    Array(unsafeUninitializedCapacity: 17) { text, count in
      func digit(_ value: UInt64) -> UInt8 { UInt8(truncatingIfNeeded: value + (value < 10 ? 0x30 : 0x57)) }
      for index in 0..<6 {
        let byte = address >> UInt64(40 - 8 * index)
        text.initializeElement(at: 3 * index, to: digit(byte >> 4 & 15))
        text.initializeElement(at: 3 * index + 1, to: digit(byte & 15))
        if index < 5 { text.initializeElement(at: 3 * index + 2, to: UInt8(ascii: ":")) }
      }
      count = 17
    }
  }
}
