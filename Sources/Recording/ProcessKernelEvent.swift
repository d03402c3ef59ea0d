import CDeepFlow
import Wire

/// A fork, exec or exit as the BPF side reports it: a `df_event` of one of the `DF_KIND_PROCESS_` kinds.
package struct ProcessKernelEvent: Equatable {
  package enum Kind { case fork, exec, exit }

  package var kind: Kind
  /// CLOCK_MONOTONIC, nanoseconds.
  package var timeNanoseconds: Int64
  package var processID: UInt32
  package var threadID: UInt32
  package var parentProcessID: UInt32
  package var command: String
  package var cgroupID: UInt64
  /// Exit status as wait(2) has it.
  package var status: Int32
  /// The program's path as given to execve; it may be relative. Empty unless `kind` is `exec`, as are the arguments.
  package var path = ""
  package var arguments: [String] = []

  /// `nil` for a record of another kind, or shorter than it says.
  package init?(_ bytes: RawSpan) {
    guard bytes.byteCount >= MemoryLayout<df_event>.size else { return nil }
    let header = bytes.unsafeLoadUnaligned(fromByteOffset: 0, as: df_event.self)
    switch df_kind(UInt32(header.kind)) {
    case DF_KIND_PROCESS_FORK: kind = .fork
    case DF_KIND_PROCESS_EXEC: kind = .exec
    case DF_KIND_PROCESS_EXIT: kind = .exit
    default: return nil
    }
    timeNanoseconds = Int64(clamping: header.enter_ns)
    processID = header.process_id
    threadID = header.thread_id
    parentProcessID = UInt32(truncatingIfNeeded: header.socket_id)
    command = withUnsafeBytes(of: header.command) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    cgroupID = header.cgroup_id
    status = header.error_number
    guard kind == .exec else { return }
    let start = MemoryLayout<df_event>.size
    let count = Swift.min(Int(header.captured_bytes), bytes.byteCount - start)
    let payload = bytes.withUnsafeBytes { Array($0[start..<start + count]) }
    let pathEnd = payload.firstIndex(of: 0) ?? payload.endIndex
    path = String(decoding: payload[..<pathEnd], as: UTF8.self)
    arguments = ProcessKernelEvent.texts(payload[pathEnd...].dropFirst())
  }

  /// NUL-terminated texts; a last one without its NUL was cut and is kept.
  static func texts(_ bytes: ArraySlice<UInt8>) -> [String] {
    var bytes = bytes
    if bytes.last == 0 { bytes.removeLast() }
    guard !bytes.isEmpty else { return [] }
    return bytes.split(separator: 0, omittingEmptySubsequences: false).map { String(decoding: $0, as: UTF8.self) }
  }
}
