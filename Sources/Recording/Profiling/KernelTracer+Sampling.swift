import CLibbpf
import Glibc

/// Stack samples among the programs of the tracer.
extension KernelTracer {
  private static let samplingProgram = "sample_stack"
  /// Programs that only the recording of system calls needs.
  private static let systemCallPrograms = [
    "enter_syscall", "enter_syscall_direct", "exit_syscall", "exit_syscall_direct", "change_state",
  ]

  /// Whether a program is attached to a perf event, which cannot be read off its section.
  static func isSampling(_ program: OpaquePointer) -> Bool { bpf_program__type(program) == BPF_PROG_TYPE_PERF_EVENT }

  /// Leaves out what is not asked for; to be called before loading.
  static func selectPrograms(_ object: OpaquePointer, _ options: RecordingOptions) {
    var unwanted: [String] = []
    if options.sampleFrequency == nil { unwanted.append(samplingProgram) }
    if !options.tracesSystemCalls { unwanted += systemCallPrograms }
    for name in unwanted {
      guard let program = bpf_object__find_program_by_name(object, name) else { continue }
      bpf_program__set_autoload(program, false)
    }
  }

  /// Begins to take samples.
  /// - Throws: `unavailable`, when the kernel or the privileges do not allow perf events.
  mutating func attachSampling(frequency: Int) throws(RecordingError) {
    guard let program = bpf_object__find_program_by_name(object, KernelTracer.samplingProgram) else {
      throw .unavailable(part: .samples, reason: "the BPF object has no program for it", advice: "leave it out with --no-profile")
    }
    switch ProcessorSampling.attach(program, frequency: frequency) {
    case .success(let links): self.links += links
    case .failure(let error):
      var advice = "leave it out with --no-profile"
      if error.number == EACCES || error.number == EPERM {
        advice = "run it as root or with CAP_PERFMON, or leave it out with --no-profile"
      }
      throw .unavailable(part: .samples, reason: "a perf event could not be opened: \(errorText(error.number))", advice: advice)
    }
  }
}
