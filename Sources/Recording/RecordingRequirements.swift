import CLibbpf
import Glibc

/// What this kernel and these privileges allow, asked before anything is attached.
package enum RecordingRequirements {
  /// Bits of the capability sets (include/uapi/linux/capability.h).
  enum Capability: UInt64 {
    case netRaw = 13
    case sysAdmin = 21
    case sysResource = 24
    case syslog = 34
    case perfmon = 38
    case bpf = 39
  }

  /// Where the kernel shows the types of its structures (BTF).
  static let typeInformationPath = "/sys/kernel/btf/vmlinux"

  /// Why system calls cannot be traced; `nil` when nothing is known to be missing.
  package static func obstacleToSystemCalls() -> RecordingError? {
    let advice = "use --no-syscalls to record packets only"
    func obstacle(_ reason: String) -> RecordingError { .unavailable(part: .systemCalls, reason: reason, advice: advice) }
    if !hasCapability(.sysAdmin) {
      let missing = [(Capability.bpf, "CAP_BPF"), (.perfmon, "CAP_PERFMON")].filter { !hasCapability($0.0) }.map { $0.1 }
      if !missing.isEmpty {
        return .unavailable(
          part: .systemCalls, reason: "eBPF needs root, or CAP_BPF and CAP_PERFMON (missing here: \(missing.joined(separator: ", ")))",
          advice: "run it with sudo, or use --no-syscalls to record packets only")
      }
    }
    if access(typeInformationPath, R_OK) != 0 {
      return obstacle(
        "this kernel has no readable type information at \(typeInformationPath) (CONFIG_DEBUG_INFO_BTF, Linux 5.10 or later)")
    }
    if libbpf_probe_bpf_map_type(BPF_MAP_TYPE_RINGBUF, nil) == 0 {
      return obstacle("this kernel has no BPF ring buffer (Linux 5.8 or later)")
    }
    return nil
  }

  /// Why packets cannot be captured; `nil` when nothing is known to be missing.
  package static func obstacleToPackets() -> RecordingError? {
    guard !hasCapability(.netRaw) else { return nil }
    return .unavailable(
      part: .packets, reason: "packet capture needs root, or CAP_NET_RAW",
      advice: "run it with sudo, or use --no-packets to record system calls only"
    )
  }

  /// Whether process ids here are the kernel's own. In a process namespace of its own (most containers) they are not, and a
  /// filter by process id would select strangers.
  static var isInRootProcessNamespace: Bool {
    var status = stat()
    // PROC_PID_INIT_INO of include/linux/proc_ns.h.
    return stat("/proc/self/ns/pid", &status) == 0 && status.st_ino == 0xefff_fffc
  }

  /// The effective capability set of this process, bit by number.
  static var effectiveCapabilities: UInt64 {
    for line in (ProcessFiles.text("/proc/self/status") ?? "").split(separator: "\n") where line.hasPrefix("CapEff:") {
      let digits = line.dropFirst("CapEff:".count).drop { $0 == "\t" || $0 == " " }
      if let set = UInt64(digits, radix: 16) { return set }
    }
    // Without /proc there is only the old rule.
    return geteuid() == 0 ? UInt64.max : 0
  }

  private static func hasCapability(_ capability: Capability) -> Bool { effectiveCapabilities >> capability.rawValue & 1 == 1 }
}
