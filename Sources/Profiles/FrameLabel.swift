package import Capture

/// What stands for a frame in folded stacks, tables and flame graphs: DeepFlow's notation, which says where a function belongs.
///
///     [k] tcp_sendmsg     a function of the kernel
///     [l] malloc          a function of a shared library; of one without symbols the library's file name
///     main                a function of the program
///     [unknown] python3   the program is known, the function is not
///     [unknown]           nothing is known
///     [t] worker-3        a thread (not code)
package enum FrameLabel {
  package static let kernelPrefix = "[k] "
  package static let libraryPrefix = "[l] "
  package static let threadPrefix = "[t] "
  package static let unknown = "[unknown]"

  /// The label, in which nothing can be taken for a separator of folded text.
  package static func of(_ frame: StackFrame) -> String {
    switch frame.kind {
    case .kernel: kernelPrefix + (frame.name.isEmpty ? unknown : safe(frame.name))
    case .library:
      if frame.name.isEmpty {
        frame.module.isEmpty ? unknown : libraryPrefix + fileName(frame.module)
      } else {
        libraryPrefix + safe(frame.name)
      }
    case .application, .generated, .unknown:
      if frame.kind != .unknown, !frame.name.isEmpty {
        safe(frame.name)
      } else if !frame.name.isEmpty {
        "\(unknown) \(safe(frame.name))"
      } else {
        frame.module.isEmpty ? unknown : "\(unknown) \(fileName(frame.module))"
      }
    case .process: safe(frame.name)
    case .thread: threadPrefix + safe(frame.name)
    }
  }

  /// The frame that `of` gives this label.
  package static func frame(_ label: Substring, id: UInt64) -> StackFrame {
    if label.hasPrefix(kernelPrefix) {
      let name = label.dropFirst(kernelPrefix.count)
      return StackFrame(id: id, kind: .kernel, name: name == unknown ? "" : String(name))
    }
    if label.hasPrefix(libraryPrefix) { return StackFrame(id: id, kind: .library, name: String(label.dropFirst(libraryPrefix.count))) }
    if label.hasPrefix(unknown) {
      return StackFrame(id: id, kind: .unknown, name: String(label.dropFirst(unknown.count).drop { $0 == " " }))
    }
    // What perf's own scripts append: the kernel's, and code made at run time.
    for (suffix, kind) in [("_[k]", StackFrame.Kind.kernel), ("_[j]", .generated), ("_[i]", .application)] where label.hasSuffix(suffix) {
      return StackFrame(id: id, kind: kind, name: String(label.dropLast(suffix.count)))
    }
    return StackFrame(id: id, kind: .application, name: String(label))
  }

  /// Without the separator of frames and without control characters, which would end a line.
  static func safe(_ text: String) -> String {
    guard text.utf8.contains(where: { $0 == UInt8(ascii: ";") || $0 < 0x20 || $0 == 0x7f }) else { return text }
    return String(
      String.UnicodeScalarView(
        text.unicodeScalars.map { $0 == ";" ? ":" : $0.value < 0x20 || $0.value == 0x7f ? "?" : $0 }))
  }

  private static func fileName(_ path: String) -> String {
    safe(path.split(separator: "/").last.map { String($0) } ?? path)
  }
}
