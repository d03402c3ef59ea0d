import Capture

/// The lines that `perf script` prints (perf-script(1)): a headline for each sample, a line for each frame below it, an empty line.
///
///     node 4242/4243 [001] 1234.567890:   10101010 cpu-clock:
///             7f3c8a1b2c3d foo+0x1d (/usr/lib/libfoo.so.1)
///     ffffffff81234567 do_syscall_64+0x37 ([kernel.kallsyms])
package enum PerfScriptLine: Equatable {
  case sample(Headline)
  case frame(Frame)
  case empty
  /// Neither.
  case other

  package struct Headline: Equatable {
    package var command: String
    package var processID: UInt32
    package var threadID: UInt32
    package var processor: UInt32
    /// Of the event: occurrences, or nanoseconds for clocks. `nil` when it is not printed.
    package var period: UInt64?
    package var event: String
    /// Without call chains the frame stands behind the event.
    package var frame: Frame?
  }

  package struct Frame: Equatable {
    package var address: UInt64
    /// Empty when perf did not know it.
    package var name: String
    package var module: String
  }

  package init(_ line: Substring) {
    let trimmed = line.trimmingBlanks
    if trimmed.isEmpty {
      self = .empty
    } else if line.first?.isWhitespace == true || PerfScriptLine.isFrameWithoutIndent(trimmed) {
      self = PerfScriptLine.frame(trimmed).map { .frame($0) } ?? .other
    } else {
      self = PerfScriptLine.headline(trimmed).map { .sample($0) } ?? .other
    }
  }

  /// Long kernel addresses leave no room for the indent.
  private static func isFrameWithoutIndent(_ line: Substring) -> Bool {
    line.hasSuffix(")") && line.hasPrefix("ffff")
  }

  /// `address name+0xoffset (module)`; the name may itself hold blanks and parentheses.
  private static func frame(_ line: Substring) -> Frame? {
    guard let blank = line.firstIndex(of: " "), let address = UInt64(line[..<blank], radix: 16) else { return nil }
    var rest = line[blank...].trimmingBlanks
    var module = ""
    if rest.hasSuffix(")"),
      let open = rest.lastRange(of: " (") ?? (rest.hasPrefix("(") ? rest.startIndex..<rest.index(after: rest.startIndex) : nil)
    {
      module = String(rest[open.upperBound...].dropLast())
      rest = rest[..<open.lowerBound].trimmingBlanks
    }
    if let plus = rest.lastRange(of: "+0x"), rest[plus.upperBound...].allSatisfy(\.isHexDigit) { rest = rest[..<plus.lowerBound] }
    let name = rest == "[unknown]" ? "" : String(rest)
    return Frame(address: address, name: name, module: module == "[unknown]" ? "" : module)
  }

  /// `command pid[/tid] [processor] time: [period] event: [frame]`; the command may hold blanks. Only process and event must be there.
  private static func headline(_ line: Substring) -> Headline? {
    let words = line.split(whereSeparator: { $0 == " " || $0 == "\t" })
    // The first number behind the command that is followed by what can follow it.
    for index in words.indices.dropFirst() {
      guard let (first, second) = numbers(words[index]) else { continue }
      var next = index + 1
      var processor: UInt32 = 0
      if next < words.count, words[next].hasPrefix("["), words[next].hasSuffix("]"), let number = UInt32(words[next].dropFirst().dropLast())
      {
        processor = number
        next += 1
      }
      guard next < words.count, words[next].hasSuffix(":"), isTime(words[next].dropLast()) else { continue }
      next += 1
      var headline = Headline(
        command: words[..<index].joined(separator: " "), processID: first, threadID: second ?? first, processor: processor, event: "")
      if next < words.count, let period = UInt64(words[next]) {
        headline.period = period
        next += 1
      }
      guard next < words.count, words[next].hasSuffix(":"), words[next].count > 1 else { continue }
      headline.event = String(words[next].dropLast())
      if next + 1 < words.count { headline.frame = frame(line[words[next + 1].startIndex...].trimmingBlanks) }
      return headline
    }
    return nil
  }

  private static func numbers(_ word: Substring) -> (UInt32, UInt32?)? {
    let parts = word.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count <= 2, let first = UInt32(parts[0]) else { return nil }
    guard parts.count == 2 else { return (first, nil) }
    guard let second = UInt32(parts[1]) else { return nil }
    return (first, second)
  }

  /// Seconds, a point, and a fraction.
  private static func isTime(_ word: Substring) -> Bool {
    let parts = word.split(separator: ".", omittingEmptySubsequences: false)
    return parts.count == 2 && parts.allSatisfy { !$0.isEmpty && $0.allSatisfy { $0.isASCII && $0.isNumber } }
  }
}

extension PerfScriptLine.Frame {
  /// Where perf says the function is.
  var kind: StackFrame.Kind {
    let file = module.split(separator: "/").last ?? ""
    if address >= 0xffff_8000_0000_0000 || module.hasPrefix("[kernel") || module.hasPrefix("[guest.kernel") || module.contains("vmlinux") {
      return .kernel
    }
    if file.hasPrefix("perf-"), file.hasSuffix(".map") || module.hasPrefix("[JIT]") { return .generated }
    if file.hasSuffix(".so") || file.contains(".so.") || module == "[vdso]" { return .library }
    return module.isEmpty && name.isEmpty ? .unknown : .application
  }
}

extension Substring {
  /// Without blanks, tabs and carriage returns at both ends.
  fileprivate var trimmingBlanks: Substring {
    var text = drop { $0 == " " || $0 == "\t" }
    while let last = text.last, last == " " || last == "\t" || last == "\r" { text.removeLast() }
    return text
  }

  fileprivate func lastRange(of pattern: String) -> Range<Index>? {
    guard let first = pattern.first else { return nil }
    var end = endIndex
    while let start = self[..<end].lastIndex(of: first) {
      if self[start...].hasPrefix(pattern) { return start..<index(start, offsetBy: pattern.count) }
      end = start
    }
    return nil
  }
}
