import CLibbpf
import Glibc

/// What the kernel, the privileges and the limits of this process are: what `Doctor` judges. Values only, so that every judgement can be
/// tested without the node that would bring it about.
package struct NodeFacts: Sendable {
  /// Whether the kernel offers something; unprivileged processes may not be able to ask.
  package enum Support: Sendable {
    case present, absent, unknown
  }

  package var kernelRelease = ""
  package var isRoot = false
  /// The effective capability set, bit by number.
  package var capabilities: UInt64 = 0
  package var isInRootProcessNamespace = true
  package var hasTypeInformation = false
  /// `[none] integrity confidentiality`, as the kernel shows it; `nil` where there is no lockdown.
  package var lockdown: String?
  package var ringBuffer = Support.unknown
  package var tracingPrograms = Support.unknown
  /// Why the recorder's own programs could not be loaded or attached.
  package var programFailure: String?
  /// `kernel.bpf_jit_enable`.
  package var justInTimeCompiler: Int?
  /// Where tracefs is mounted.
  package var tracingDirectory: String?
  /// `kernel.perf_event_paranoid`, `kernel.perf_event_max_sample_rate`, `kernel.kptr_restrict`.
  package var perfEventParanoia: Int?
  package var perfEventSampleRate: Int?
  package var kernelPointerRestriction: Int?
  /// Interfaces that packets can be captured on, or why there is no list.
  package var interfacesUp: [String] = []
  package var interfaceFailure: String?
  package var clockSource: String?
  /// Limits in bytes; `nil` is unlimited.
  package var lockedMemoryLimit: UInt64?
  package var fileSizeLimit: UInt64?
  package var openFileLimit: UInt64?
  package var freeDiskByteCount: UInt64?
  package var memoryByteCount: UInt64 = 0
  package var processorCount = 1

  /// Size of the ring that is only there to see whether it can be: one page.
  private static let probeRingByteCount = 4096

  package init() {}
}

extension NodeFacts {
  /// The facts of this node and this process.
  ///
  /// - Parameter directory: Where a recording would be written.
  package static func here(directory: String = ".") -> NodeFacts {
    var facts = NodeFacts()
    var name = utsname()
    uname(&name)
    facts.kernelRelease = withUnsafeBytes(of: name.release) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    facts.isRoot = geteuid() == 0
    facts.capabilities = RecordingRequirements.effectiveCapabilities
    facts.isInRootProcessNamespace = RecordingRequirements.isInRootProcessNamespace
    facts.hasTypeInformation = access(RecordingRequirements.typeInformationPath, R_OK) == 0
    facts.lockdown = line("/sys/kernel/security/lockdown")
    if facts.canLoadPrograms {
      facts.ringBuffer = libbpf_probe_bpf_map_type(BPF_MAP_TYPE_RINGBUF, nil) == 1 ? .present : .absent
      facts.tryPrograms()
    }
    facts.justInTimeCompiler = number("/proc/sys/net/core/bpf_jit_enable")
    facts.tracingDirectory = ["/sys/kernel/tracing", "/sys/kernel/debug/tracing"].first { access("\($0)/events", F_OK) == 0 }
    facts.perfEventParanoia = number("/proc/sys/kernel/perf_event_paranoid")
    facts.perfEventSampleRate = number("/proc/sys/kernel/perf_event_max_sample_rate")
    facts.kernelPointerRestriction = number("/proc/sys/kernel/kptr_restrict")
    do throws(RecordingError) {
      facts.interfacesUp = try PacketInterface.all().filter { $0.isReal && $0.isUp }.map(\.name)
    } catch {
      facts.interfaceFailure = error.description
    }
    facts.clockSource = line("/sys/devices/system/clocksource/clocksource0/current_clocksource")
    facts.lockedMemoryLimit = limit(__RLIMIT_MEMLOCK)
    facts.fileSizeLimit = limit(RLIMIT_FSIZE)
    facts.openFileLimit = limit(RLIMIT_NOFILE)
    var space = statvfs()
    if statvfs(directory, &space) == 0 { facts.freeDiskByteCount = UInt64(space.f_bavail) * UInt64(space.f_frsize) }
    facts.memoryByteCount = UInt64(max(0, sysconf(Int32(_SC_PHYS_PAGES)))) * UInt64(max(0, sysconf(Int32(_SC_PAGESIZE))))
    facts.processorCount = max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
    return facts
  }

  /// Loads and attaches what a recording does, with the smallest ring, and takes it back: no other probe knows what these programs need.
  private mutating func tryPrograms() {
    var options = RecordingOptions()
    options.ringByteCount = NodeFacts.probeRingByteCount
    let context = UnsafeMutableRawPointer.allocate(byteCount: 1, alignment: 1)
    defer { context.deallocate() }
    do throws(RecordingError) {
      tracingPrograms = .present
      var tracer = try KernelTracer(options: options, receive: { _, _, _ in 0 }, context: context)
      try tracer.attach()
    } catch {
      tracingPrograms = .absent
      programFailure = error.description
    }
  }

  func has(_ capability: RecordingRequirements.Capability) -> Bool { capabilities >> capability.rawValue & 1 == 1 }

  /// Root without the capability to is no better off than anybody else: containers take it away.
  var canLoadPrograms: Bool { has(.sysAdmin) || has(.bpf) && has(.perfmon) }

  private static func line(_ path: String) -> String? {
    ProcessFiles.text(path).map { String($0.prefix { $0 != "\n" }) }
  }

  private static func number(_ path: String) -> Int? { line(path).flatMap { Int($0) } }

  /// A limit of this process; `nil` when there is none.
  private static func limit(_ resource: __rlimit_resource) -> UInt64? {
    var value = rlimit()
    guard getrlimit(__rlimit_resource_t(resource.rawValue), &value) == 0, value.rlim_cur != UInt.max else { return nil }
    return UInt64(value.rlim_cur)
  }
}
