import CDeepFlow
package import Capture
import Wire

/// A stack sample as the BPF side reports it (`struct df_stack_sample`): who ran, and two stacks of addresses, innermost first.
package struct StackSampleRecord: Equatable {
  /// CLOCK_MONOTONIC, nanoseconds.
  package var timeNanoseconds: Int64
  package var processID: UInt32
  package var threadID: UInt32
  package var processor: UInt32
  package var command: CommandName
  package var kernelAddresses: [UInt64]
  package var userAddresses: [UInt64]

  /// `nil` for a record of another kind, or shorter than it says.
  package init?(_ bytes: RawSpan) {
    let headerByteCount = MemoryLayout<df_stack_sample>.size
    guard bytes.byteCount >= headerByteCount else { return nil }
    let header = bytes.unsafeLoadUnaligned(fromByteOffset: 0, as: df_stack_sample.self)
    let kernelCount = Int(header.kernel_frames)
    let userCount = Int(header.user_frames)
    guard UInt32(header.kind) == DF_KIND_STACK_SAMPLE.rawValue, bytes.byteCount >= headerByteCount + 8 * (kernelCount + userCount) else {
      return nil
    }
    timeNanoseconds = Int64(clamping: header.time_ns)
    processID = header.process_id
    threadID = header.thread_id
    processor = header.processor
    command = withUnsafeBytes(of: header.command) { name in
      CommandName(
        words: (
          UInt64(littleEndian: name.loadUnaligned(as: UInt64.self)),
          UInt64(littleEndian: name.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
        ))
    }
    func addresses(_ range: Range<Int>) -> [UInt64] {
      range.map { bytes.unsafeLoadUnaligned(fromByteOffset: headerByteCount + 8 * $0, as: UInt64.self) }
    }
    kernelAddresses = addresses(0..<kernelCount)
    userAddresses = addresses(kernelCount..<kernelCount + userCount)
  }

  /// The depth at which the BPF side stops.
  static let frameLimit = Int(DF_STACK_FRAMES_MAX)
}
