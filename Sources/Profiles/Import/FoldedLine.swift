/// A line of folded text: frames separated by semicolons, outermost first, then a blank and a number.
package struct FoldedLine: Equatable {
  /// Frames of one stack that are read; a line with more keeps its innermost.
  package static let largestFrameCount = 2048

  package var frames: [Substring]
  package var value: UInt64

  /// `nil` for anything else. A number with a fraction (as some tools write) is rounded down.
  package init?(_ line: Substring) {
    guard let blank = line.lastIndex(of: " "), blank > line.startIndex else { return nil }
    let number = line[line.index(after: blank)...]
    let digits = number.prefix { $0.isASCII && $0.isNumber }
    guard !digits.isEmpty, let value = UInt64(digits) else { return nil }
    let fraction = number[digits.endIndex...]
    guard fraction.isEmpty || (fraction.first == "." && fraction.dropFirst().allSatisfy { $0.isASCII && $0.isNumber }) else { return nil }
    let stack = line[..<blank]
    guard !stack.hasPrefix(" "), !stack.hasPrefix("\t"), !stack.hasPrefix("#") else { return nil }
    frames = stack.split(separator: ";", omittingEmptySubsequences: true).suffix(FoldedLine.largestFrameCount)
    guard !frames.isEmpty else { return nil }
    self.value = value
  }
}
