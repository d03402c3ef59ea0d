import Analysis
import Capture

@testable import Export

/// A table with one text column.
enum CSVSample {
  static func field(_ text: String) -> String {
    var texts = TextTable()
    let rows = CSVRows([Column<TextID>("text", .text, "a text") { .text($0) }])
    var bytes: [UInt8] = []
    rows.append(texts.intern(text), texts, to: &bytes)
    bytes.removeLast()
    return String(decoding: bytes, as: UTF8.self)
  }
}
