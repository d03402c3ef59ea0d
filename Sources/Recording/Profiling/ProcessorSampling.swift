import CDeepFlow
import CLibbpf
import Glibc

/// The perf events that drive stack samples, one on every processor, attached to a BPF program.
enum ProcessorSampling {
  /// Highest frequency that can be asked for.
  package static let largestFrequency = 10_000

  /// Attaches `program` to the clock of every processor that is online.
  /// - Returns: the links, or the errno of the first event that could not be had.
  static func attach(_ program: OpaquePointer, frequency: Int) -> Result<[OpaquePointer], SystemError> {
    var links: [OpaquePointer] = []
    for processor in 0..<max(libbpf_num_possible_cpus(), 1) {
      let event = df_perf_open_cpu_clock(processor, UInt32(frequency))
      // A processor that is switched off.
      if event == -ENODEV || event == -ENXIO { continue }
      guard event >= 0 else {
        for link in links { bpf_link__destroy(link) }
        return .failure(SystemError(number: -event))
      }
      guard let link = bpf_program__attach_perf_event(program, event) else {
        let number = errno
        close(event)
        for link in links { bpf_link__destroy(link) }
        return .failure(SystemError(number: number))
      }
      links.append(link)
    }
    return links.isEmpty ? .failure(SystemError(number: ENODEV)) : .success(links)
  }

  struct SystemError: Error {
    var number: Int32
  }
}
