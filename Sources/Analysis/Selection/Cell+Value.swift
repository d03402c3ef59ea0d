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
    case .hardwareAddress(let address): return Cell.hardwareAddressText(address).span.withUnsafeBytes(body)
    case .communityID(let name): return name.ascii.span.withUnsafeBytes(body)
    default: return nil
    }
  }

  /// Six bytes in hexadecimal with colons.
  package static func hardwareAddressText(_ address: UInt64) -> InlineArray<17, UInt8> {
    func digit(_ value: UInt64) -> UInt8 { UInt8(truncatingIfNeeded: value + (value < 10 ? 0x30 : 0x57)) }
    var text = InlineArray<17, UInt8>(repeating: UInt8(ascii: ":"))
    for index in 0..<6 {
      let byte = address >> UInt64(40 - 8 * index)
      text[3 * index] = digit(byte >> 4 & 15)
      text[3 * index + 1] = digit(byte & 15)
    }
    return text
  }
}
