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
    case .string(var text), .code(_, var text): return text.withUTF8 { body(UnsafeRawBufferPointer($0)) }
    default: return nil
    }
  }
}
