import Testing

@testable import Recording

@Suite struct DoctorTests {
  /// A node on which everything is possible.
  private static var healthy: NodeFacts {
    var facts = NodeFacts()
    facts.kernelRelease = "6.12.1-generic"
    facts.isRoot = true
    facts.capabilities = UInt64.max
    facts.hasTypeInformation = true
    facts.lockdown = "[none] integrity confidentiality"
    facts.ringBuffer = .present
    facts.tracingPrograms = .present
    facts.justInTimeCompiler = 1
    facts.tracingDirectory = "/sys/kernel/tracing"
    facts.perfEventParanoia = 2
    facts.perfEventSampleRate = 100_000
    facts.kernelPointerRestriction = 1
    facts.interfacesUp = ["lo", "eth0"]
    facts.clockSource = "tsc"
    facts.openFileLimit = 1024
    facts.freeDiskByteCount = 1 << 40
    facts.memoryByteCount = 16 << 30
    facts.processorCount = 2
    return facts
  }

  @Test("a healthy node has nothing to complain of but, perhaps, its memory")
  func healthyNode() {
    for check in Doctor.checks(Self.healthy) where check.name != "memory" {
      #expect(check.status == .ok, "\(check)")
      #expect(check.consequence == nil && check.remedy == nil)
    }
    #expect(Doctor.canRecord(Self.healthy) == (true, true))
  }

  struct Case: Sendable, CustomStringConvertible {
    var name: String
    var status: DoctorCheck.Status
    var systemCalls = true
    var packets = true
    var change: @Sendable (inout NodeFacts) -> Void

    var description: String { name }
  }

  @Test(
    "what is wrong is found, with its consequence and a remedy",
    arguments: [
      Case(name: "kernel", status: .missing) { $0.kernelRelease = "5.4.0" },
      Case(name: "kernel", status: .limited) { $0.kernelRelease = "custom" },
      Case(name: "privileges", status: .missing, systemCalls: false, packets: false) {
        $0.isRoot = false
        $0.capabilities = 0
      },
      Case(name: "packet privilege", status: .missing, systemCalls: false, packets: false) { $0.capabilities = 0 },
      Case(name: "packet privilege", status: .missing, packets: false) { $0.capabilities = UInt64.max & ~(1 << 13) },
      Case(name: "BTF", status: .missing, systemCalls: false) { $0.hasTypeInformation = false },
      Case(name: "lockdown", status: .missing, systemCalls: false) { $0.lockdown = "none integrity [confidentiality]" },
      Case(name: "BPF programs", status: .missing, systemCalls: false) {
        $0.tracingPrograms = .absent
        $0.programFailure = "refused"
      },
      Case(name: "BPF programs", status: .limited) { $0.tracingPrograms = .unknown },
      Case(name: "ring buffer", status: .missing, systemCalls: false) { $0.ringBuffer = .absent },
      Case(name: "BPF compiler", status: .limited) { $0.justInTimeCompiler = 0 },
      Case(name: "perf events", status: .limited) { $0.perfEventParanoia = nil },
      Case(name: "perf events", status: .limited) { $0.perfEventSampleRate = 50 },
      Case(name: "kernel symbols", status: .limited) { $0.kernelPointerRestriction = 2 },
      Case(name: "interfaces", status: .missing, packets: false) { $0.interfacesUp = [] },
      Case(name: "process namespace", status: .limited) { $0.isInRootProcessNamespace = false },
      Case(name: "clock source", status: .limited) { $0.clockSource = "hpet" },
      Case(name: "locked memory", status: .limited) {
        $0.kernelRelease = "5.10.0"
        $0.lockedMemoryLimit = 65_536
        $0.capabilities = UInt64.max & ~(1 << 24)
      },
      Case(name: "open files", status: .limited) { $0.openFileLimit = 64 },
      Case(name: "file size", status: .limited) { $0.fileSizeLimit = 1 << 20 },
      Case(name: "disk space", status: .limited) { $0.freeDiskByteCount = 1 << 20 },
      Case(name: "disk space", status: .missing) { $0.freeDiskByteCount = 0 },
    ])
  func findings(example: Case) throws {
    var facts = Self.healthy
    example.change(&facts)
    let checks = Doctor.checks(facts)
    let check = try #require(checks.first { $0.name == example.name })
    #expect(check.status == example.status, "\(check)")
    let possible = Doctor.canRecord(facts)
    #expect(possible == (example.systemCalls, example.packets))
    for check in checks where check.status != .ok {
      #expect(check.consequence != nil && check.remedy != nil && !check.finding.isEmpty, "\(check)")
    }
  }

  @Test("memory limits of BPF do not matter from Linux 5.11 on")
  func lockedMemory() throws {
    var facts = Self.healthy
    facts.lockedMemoryLimit = 65_536
    facts.capabilities = UInt64.max & ~(1 << 24)
    let check = try #require(Doctor.checks(facts).first { $0.name == "locked memory" })
    #expect(check.status == .ok)
  }

  @Test("this node is described without a trap, and names are unique")
  func here() {
    let facts = NodeFacts.here()
    let checks = Doctor.checks(facts)
    #expect(Set(checks.map(\.name)).count == checks.count)
    #expect(!facts.kernelRelease.isEmpty)
    // What the doctor says of system calls is what a recording would meet with.
    if facts.canLoadPrograms { #expect(facts.tracingPrograms != .unknown) }
  }
}
