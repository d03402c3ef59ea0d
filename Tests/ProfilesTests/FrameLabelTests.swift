import Capture
@testable import Profiles
import Testing

@Suite struct FrameLabelTests {
  @Test(
    "the label says where a function belongs",
    arguments: [
      (StackFrame(id: 0, kind: .kernel, name: "tcp_sendmsg"), "[k] tcp_sendmsg"),
      (StackFrame(id: 0, kind: .kernel, address: 1, name: ""), "[k] [unknown]"),
      (StackFrame(id: 0, kind: .library, name: "malloc", module: "/usr/lib/libc.so.6"), "[l] malloc"),
      (StackFrame(id: 0, kind: .library, name: "", module: "/usr/lib/libc.so.6"), "[l] libc.so.6"),
      (StackFrame(id: 0, kind: .application, name: "main", module: "/usr/bin/a"), "main"),
      (StackFrame(id: 0, kind: .application, name: "", module: "/usr/bin/python3.11"), "[unknown] python3.11"),
      (StackFrame(id: 0, kind: .generated, name: "JS:*f /a.js:1:1"), "JS:*f /a.js:1:1"),
      (StackFrame(id: 0, kind: .unknown, address: 4096, name: ""), "[unknown]"),
      (StackFrame(id: 0, kind: .application, name: "Ljava/lang/String;::length"), "Ljava/lang/String:::length"),
      (StackFrame(id: 0, kind: .application, name: "a\nb\u{1b}c"), "a?b?c"),
      (StackFrame(id: 0, kind: .thread, name: "worker 1"), "[t] worker 1"),
    ])
  func labels(frame: StackFrame, label: String) { #expect(FrameLabel.of(frame) == label) }

  @Test(
    "a label read back has the same label",
    arguments: [
      "[k] tcp_sendmsg", "[k] [unknown]", "[l] malloc", "[l] libc.so.6", "main", "[unknown]", "[unknown] python3.11",
      "std::vector<int>::at(unsigned long) const",
    ])
  func readBack(label: String) { #expect(FrameLabel.of(FrameLabel.frame(label[...], id: 1)) == label) }

  @Test(
    "the marks of perf's own scripts are understood",
    arguments: [("do_idle_[k]", "[k] do_idle"), ("Lfoo_[j]", "Lfoo"), ("inlined_[i]", "inlined"), ("plain_k", "plain_k")])
  func perfMarks(text: String, label: String) { #expect(FrameLabel.of(FrameLabel.frame(text[...], id: 1)) == label) }
}
