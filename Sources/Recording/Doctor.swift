/// One thing that a recording needs, and how it stands here.
package struct DoctorCheck: Hashable, Sendable {
  package enum Status: String, Sendable {
    case ok
    /// Something will be missing from recordings, or cost more.
    case limited
    /// A whole part of recordings is impossible.
    case missing
  }

  package var name: String
  package var status: Status
  /// What was found.
  package var finding: String
  /// What follows from it, and what can be done; `nil` when all is well.
  package var consequence: String?
  package var remedy: String?
}

/// Judges what a node allows. Every check that is not `ok` says what will be missing, and what to do about it.
package enum Doctor {
  /// The first kernel with everything that the recorder uses.
  static let neededKernel = (5, 10)
  /// Free space below which a recording soon ends.
  static let lowDiskByteCount: UInt64 = 1 << 30
  /// Sampling frequency of profiles, Hz.
  static let samplingFrequency = RecordingOptions.defaultSampleFrequency
  /// Descriptors that recording a node of many interfaces and processors takes.
  static let neededOpenFileCount: UInt64 = 256

  package static func checks(_ facts: NodeFacts) -> [DoctorCheck] {
    [
      kernel(facts), privileges(facts), packetPrivilege(facts), typeInformation(facts), lockdown(facts), programs(facts), ringBuffer(facts),
      compiler(facts), tracing(facts), perfEvents(facts), kernelSymbols(facts), interfaces(facts), processNamespace(facts),
      clockSource(facts), lockedMemory(facts), openFiles(facts), fileSize(facts), diskSpace(facts), memory(facts),
    ]
  }

  /// Whether system calls, or at least packets, can be recorded.
  package static func canRecord(_ facts: NodeFacts) -> (systemCalls: Bool, packets: Bool) {
    let systemCalls =
      facts.canLoadPrograms && facts.hasTypeInformation && facts.ringBuffer != .absent && facts.tracingPrograms != .absent
      && !isConfidential(facts)
    return (systemCalls, facts.has(.netRaw) && !facts.interfacesUp.isEmpty)
  }

  // MARK: Privileges

  private static func privileges(_ facts: NodeFacts) -> DoctorCheck {
    let who = facts.isRoot ? "root" : "not root"
    if facts.canLoadPrograms {
      return ok("privileges", "\(who), \(facts.has(.sysAdmin) ? "CAP_SYS_ADMIN" : "CAP_BPF and CAP_PERFMON")")
    }
    let missing = [(RecordingRequirements.Capability.bpf, "CAP_BPF"), (.perfmon, "CAP_PERFMON")].filter { !facts.has($0.0) }.map(\.1)
    return DoctorCheck(
      name: "privileges", status: .missing, finding: "\(who), without \(missing.joined(separator: " and "))",
      consequence: "no system calls, processes and profiles: packets only",
      remedy: facts.isRoot ? "give the container these capabilities (docker run --cap-add BPF --cap-add PERFMON)" : "run it with sudo")
  }

  private static func packetPrivilege(_ facts: NodeFacts) -> DoctorCheck {
    if facts.has(.netRaw) { return ok("packet privilege", "CAP_NET_RAW") }
    return DoctorCheck(
      name: "packet privilege", status: .missing, finding: "without CAP_NET_RAW", consequence: "no packets: system calls only",
      remedy: facts.isRoot ? "give the container CAP_NET_RAW" : "run it with sudo")
  }

  private static func processNamespace(_ facts: NodeFacts) -> DoctorCheck {
    if facts.isInRootProcessNamespace { return ok("process namespace", "the node's own") }
    return DoctorCheck(
      name: "process namespace", status: .limited, finding: "one of its own, as in most containers",
      consequence: "--pid and --follow do not work, and processes outside are recorded without their files and command lines",
      remedy: "run it in the node's process namespace (docker run --pid=host)")
  }

  // MARK: The kernel

  private static func kernel(_ facts: NodeFacts) -> DoctorCheck {
    let needed = "\(neededKernel.0).\(neededKernel.1)"
    let parts = facts.kernelRelease.split { !$0.isNumber }.prefix(2).compactMap { Int($0) }
    guard parts.count == 2 else {
      return DoctorCheck(
        name: "kernel", status: .limited, finding: "Linux \(facts.kernelRelease): the version cannot be read",
        consequence: "system calls can be recorded from Linux \(needed) on", remedy: "try a short recording: deepflow record --duration 1s")
    }
    if (parts[0], parts[1]) >= neededKernel { return ok("kernel", "Linux \(facts.kernelRelease)") }
    return DoctorCheck(
      name: "kernel", status: .missing, finding: "Linux \(facts.kernelRelease), older than \(needed)",
      consequence: "no system calls, processes and profiles: packets only", remedy: "update the kernel to \(needed) or later")
  }

  private static func typeInformation(_ facts: NodeFacts) -> DoctorCheck {
    let path = RecordingRequirements.typeInformationPath
    if facts.hasTypeInformation { return ok("BTF", path) }
    return DoctorCheck(
      name: "BTF", status: .missing, finding: "no readable \(path)", consequence: "no system calls, processes and profiles: packets only",
      remedy: "use a kernel that was built with CONFIG_DEBUG_INFO_BTF, as those of the distributions are")
  }

  private static func isConfidential(_ facts: NodeFacts) -> Bool { facts.lockdown?.contains("[confidentiality]") ?? false }

  private static func lockdown(_ facts: NodeFacts) -> DoctorCheck {
    guard let state = facts.lockdown else { return ok("lockdown", "none") }
    let current = state.split(separator: "[").dropFirst().first?.prefix { $0 != "]" } ?? "none"
    guard isConfidential(facts) else { return ok("lockdown", String(current)) }
    return DoctorCheck(
      name: "lockdown", status: .missing, finding: "confidentiality: BPF programs may not read the kernel's memory",
      consequence: "no system calls, processes and profiles: packets only",
      remedy: "boot with lockdown=integrity or without lockdown=")
  }

  private static func programs(_ facts: NodeFacts) -> DoctorCheck {
    support(
      "BPF programs", facts.tracingPrograms, present: "loaded and attached: tracepoints of system calls, sockets and processes",
      absent: facts.programFailure ?? "this kernel does not load them",
      remedy: "use a kernel with CONFIG_BPF_SYSCALL, CONFIG_BPF_EVENTS and CONFIG_DEBUG_INFO_BTF, 5.10 or later")
  }

  private static func ringBuffer(_ facts: NodeFacts) -> DoctorCheck {
    support(
      "ring buffer", facts.ringBuffer, present: "BPF_MAP_TYPE_RINGBUF", absent: "this kernel has no BPF ring buffer",
      remedy: "use Linux 5.8 or later")
  }

  private static func support(
    _ name: String, _ support: NodeFacts.Support, present: String, absent: String, remedy: String
  ) -> DoctorCheck {
    switch support {
    case .present: ok(name, present)
    case .absent:
      DoctorCheck(
        name: name, status: .missing, finding: absent, consequence: "no system calls, processes and profiles: packets only", remedy: remedy)
    case .unknown:
      DoctorCheck(
        name: name, status: .limited, finding: "cannot be asked for without privileges",
        consequence: "whether system calls can be recorded is not known", remedy: "run deepflow doctor with sudo")
    }
  }

  private static func compiler(_ facts: NodeFacts) -> DoctorCheck {
    guard facts.justInTimeCompiler == 0 else {
      return ok("BPF compiler", facts.justInTimeCompiler == nil ? "always on" : "on")
    }
    return DoctorCheck(
      name: "BPF compiler", status: .limited, finding: "off (net.core.bpf_jit_enable is 0)",
      consequence: "every recorded system call costs several times as much", remedy: "sysctl net.core.bpf_jit_enable=1")
  }

  private static func tracing(_ facts: NodeFacts) -> DoctorCheck {
    if let directory = facts.tracingDirectory { return ok("tracefs", directory) }
    // Our programs attach to raw tracepoints by type; nothing is read from tracefs.
    return DoctorCheck(
      name: "tracefs", status: .ok, finding: "not mounted; not needed, the programs attach without it", consequence: nil, remedy: nil)
  }

  private static func perfEvents(_ facts: NodeFacts) -> DoctorCheck {
    guard let paranoia = facts.perfEventParanoia else {
      return DoctorCheck(
        name: "perf events", status: .limited, finding: "this kernel has none", consequence: "no profiles",
        remedy: "use a kernel with CONFIG_PERF_EVENTS")
    }
    if !facts.has(.perfmon), !facts.has(.sysAdmin), paranoia > -1 {
      return DoctorCheck(
        name: "perf events", status: .limited, finding: "kernel.perf_event_paranoid is \(paranoia), without CAP_PERFMON",
        consequence: "no profiles", remedy: "run it with sudo, or sysctl kernel.perf_event_paranoid=-1")
    }
    if let rate = facts.perfEventSampleRate, rate < samplingFrequency {
      return DoctorCheck(
        name: "perf events", status: .limited, finding: "kernel.perf_event_max_sample_rate is \(rate)",
        consequence: "profiles have fewer samples than \(samplingFrequency) a second",
        remedy: "sysctl kernel.perf_event_max_sample_rate=\(samplingFrequency)")
    }
    return ok("perf events", "paranoid \(paranoia)")
  }

  private static func kernelSymbols(_ facts: NodeFacts) -> DoctorCheck {
    guard let restriction = facts.kernelPointerRestriction else { return ok("kernel symbols", "not restricted") }
    if restriction == 0 || restriction == 1 && (facts.has(.syslog) || facts.has(.sysAdmin)) {
      return ok("kernel symbols", "readable (kptr_restrict \(restriction))")
    }
    return DoctorCheck(
      name: "kernel symbols", status: .limited, finding: "kernel.kptr_restrict is \(restriction)",
      consequence: "functions of the kernel have no names in profiles", remedy: "sysctl kernel.kptr_restrict=1, and run it with sudo")
  }

  private static func clockSource(_ facts: NodeFacts) -> DoctorCheck {
    guard let source = facts.clockSource else { return ok("clock source", "not shown by this kernel") }
    guard ["hpet", "acpi_pm", "jiffies", "refined-jiffies", "pit"].contains(source) else { return ok("clock source", source) }
    return DoctorCheck(
      name: "clock source", status: .limited, finding: "\(source), which takes microseconds to read",
      consequence: "every event costs more, and times are coarser",
      remedy: "find out why the kernel gave up tsc: dmesg | grep -i clocksource")
  }

  // MARK: What there is room for

  private static func interfaces(_ facts: NodeFacts) -> DoctorCheck {
    if !facts.interfacesUp.isEmpty {
      return ok("interfaces", "\(facts.interfacesUp.count) up: \(facts.interfacesUp.prefix(8).joined(separator: ", "))")
    }
    return DoctorCheck(
      name: "interfaces", status: .missing, finding: facts.interfaceFailure ?? "none is up", consequence: "no packets: system calls only",
      remedy: "run it in a network namespace with interfaces (docker run --network=host)")
  }

  private static func lockedMemory(_ facts: NodeFacts) -> DoctorCheck {
    guard let limit = facts.lockedMemoryLimit else { return ok("locked memory", "unlimited") }
    // From Linux 5.11 on, memory of BPF maps counts for the control group instead.
    let parts = facts.kernelRelease.split { !$0.isNumber }.prefix(2).compactMap { Int($0) }
    let isCounted = parts.count < 2 || (parts[0], parts[1]) < (5, 11)
    let need = UInt64(NodeSize.ringByteCount(wanted: nil)) * 2
    if !isCounted || limit >= need || facts.has(.sysResource) { return ok("locked memory", byteText(limit)) }
    return DoctorCheck(
      name: "locked memory", status: .limited, finding: "at most \(byteText(limit)), and the kernel's ring takes \(byteText(need))",
      consequence: "system calls may not be recorded", remedy: "ulimit -l unlimited, or a smaller --ring-buffer")
  }

  private static func openFiles(_ facts: NodeFacts) -> DoctorCheck {
    guard let limit = facts.openFileLimit else { return ok("open files", "unlimited") }
    let need = neededOpenFileCount + UInt64(facts.processorCount) + UInt64(facts.interfacesUp.count)
    if limit >= need { return ok("open files", "\(limit)") }
    return DoctorCheck(
      name: "open files", status: .limited, finding: "at most \(limit)", consequence: "a recording of all interfaces may not start",
      remedy: "ulimit -n \(max(1024, need))")
  }

  private static func fileSize(_ facts: NodeFacts) -> DoctorCheck {
    guard let limit = facts.fileSizeLimit else { return ok("file size", "unlimited") }
    return DoctorCheck(
      name: "file size", status: .limited, finding: "at most \(byteText(limit)) a file", consequence: "a recording ends at this size",
      remedy: "ulimit -f unlimited")
  }

  private static func diskSpace(_ facts: NodeFacts) -> DoctorCheck {
    guard let free = facts.freeDiskByteCount else {
      return DoctorCheck(
        name: "disk space", status: .limited, finding: "not known for this directory", consequence: "a recording may fail to be written",
        remedy: "go to a directory that you may write to")
    }
    if free >= lowDiskByteCount { return ok("disk space", "\(byteText(free)) free here") }
    return DoctorCheck(
      name: "disk space", status: free == 0 ? .missing : .limited, finding: "\(byteText(free)) free here",
      consequence: "a recording ends, readable, when the disk is full", remedy: "write elsewhere with -w, or keep it small with --max-size")
  }

  private static func memory(_ facts: NodeFacts) -> DoctorCheck {
    let ring = UInt64(NodeSize.ringByteCount(wanted: nil))
    let isSmall = ring < UInt64(NodeSize.ringByteCount)
    if !isSmall { return ok("memory", "\(byteText(facts.memoryByteCount)), of which the kernel's ring takes \(byteText(ring))") }
    return DoctorCheck(
      name: "memory", status: .limited, finding: "\(byteText(facts.memoryByteCount)): the kernel's ring has \(byteText(ring))",
      consequence: "bursts of events may be lost, and are counted", remedy: "give it more with --ring-buffer 64M")
  }

  private static func ok(_ name: String, _ finding: String) -> DoctorCheck {
    DoctorCheck(name: name, status: .ok, finding: finding, consequence: nil, remedy: nil)
  }

  /// `64 MiB`, rounded down.
  private static func byteText(_ count: UInt64) -> String {
    let units = ["bytes", "KiB", "MiB", "GiB", "TiB"]
    var value = count
    var unit = 0
    while value >= 1024, unit < units.count - 1 {
      value /= 1024
      unit += 1
    }
    return "\(value) \(units[unit])"
  }
}
