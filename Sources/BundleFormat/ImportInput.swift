import Wire

/// One file to be imported: a capture, or text of another tool, told apart by its first bytes.
package struct ImportInput: ~Copyable {
  /// The longest line that is handed over; what comes behind is left out.
  package static let longestLine = 1 << 20

  package let isCapture: Bool
  private var window: InputWindow

  /// Opens `path` (`-` is standard input; gzip and zstd are decompressed).
  package init(path: String) throws(BundleError) {
    var window = InputWindow(source: try InputSource(path: path))
    _ = try window.fill(atLeast: 12)
    isCapture = CaptureReader.recognize(window) != nil
    self.window = window
  }

  /// The reader of a capture.
  package consuming func reader(numbering: ObservationNumbering) throws(BundleError) -> CaptureReader {
    try CaptureReader(window: window, numbering: numbering, tally: nil)
  }

  /// Passes every line, without its end. To be called once.
  package mutating func forEachLine(_ body: (RawSpan) -> Void) throws(BundleError) {
    var isSkipping = false
    while try window.fill(atLeast: 1) {
      let bytes = UnsafeRawBufferPointer(start: window.base, count: window.end).bytes
      var cursor = window.start
      while let end = bytes.firstIndex(of: UInt8(ascii: "\n"), from: cursor) {
        if !isSkipping { body(bytes.extracting(cursor..<end)) }
        isSkipping = false
        cursor = end + 1
      }
      window.consume(upTo: cursor)
      guard window.available > 0 else { continue }
      if window.available >= ImportInput.longestLine {
        if !isSkipping { body(bytes.extracting(cursor..<cursor + ImportInput.longestLine)) }
        isSkipping = true
        window.consume(upTo: window.end)
      } else if try !window.fill(atLeast: window.available + 1) {
        if !isSkipping {
          let rest = UnsafeRawBufferPointer(start: window.base, count: window.end).bytes
          body(rest.extracting(window.start..<window.end))
        }
        window.consume(upTo: window.end)
      }
    }
  }
}
