/// The memory of one process from one `execve` to the next: which file is behind an address.
struct ProcessImage: Sendable {
  /// Neither the map nor the runtime's own list is read again more often than this, however many addresses they do not cover.
  private static let rereadNanoseconds: Int64 = 50_000_000

  struct Key: Hashable, Sendable {
    var processID: UInt32
    /// Tells apart the programs that a process executes, and processes that have had the same number.
    var generation: UInt32
  }

  let processID: UInt32
  private var map: MemoryMap
  private var executable: String
  private var readTime: Int64
  private var generatedCode = GeneratedCodeMap()
  private var generatedCodePaths: [String]
  private var generatedCodeTime: Int64?
  /// Whether this is still the map of the process that forked it.
  private(set) var isInherited = false

  /// Reads what /proc says; `nil` when the process is gone.
  init?(processID: UInt32, now: Int64) {
    guard let map = MemoryMap.read(processID: processID) else { return nil }
    self.processID = processID
    self.map = map
    readTime = now
    executable = ProcessFiles.link("/proc/\(processID)/exe") ?? map.regions.first { $0.isFile }?.path ?? ""
    // In a container the runtime knows another number of its own.
    let status = ProcessFiles.text("/proc/\(processID)/status") ?? ""
    let numbers = status.split(separator: "\n").first { $0.hasPrefix("NSpid:") }?.split(separator: "\t") ?? []
    let innerID = numbers.last.flatMap { UInt32($0) } ?? processID
    generatedCodePaths = ["/proc/\(processID)/root/tmp/perf-\(innerID).map"]
    if innerID == processID { generatedCodePaths.append("/tmp/perf-\(processID).map") }
  }

  /// A child before its own map could be read has its parent's.
  init(child processID: UInt32, of parent: ProcessImage) {
    self.processID = processID
    map = parent.map
    executable = parent.executable
    readTime = parent.readTime
    generatedCodePaths = []
    isInherited = true
  }

  /// Takes over what was read anew. What is known of generated code stays known.
  mutating func update(_ newer: ProcessImage) {
    map = newer.map
    executable = newer.executable
    readTime = newer.readTime
    generatedCodePaths = newer.generatedCodePaths
    isInherited = false
  }

  func region(at address: UInt64) -> MappedRegion? { map.region(at: address) }

  func isExecutable(_ region: MappedRegion) -> Bool { region.path == executable }

  /// Whether the map is old enough to be read again for an address that it does not cover. Says so once.
  mutating func wantsReading(now: Int64) -> Bool {
    guard now - readTime >= ProcessImage.rereadNanoseconds else { return false }
    readTime = now
    return true
  }

  /// The function that the runtime made at `address`, by what its list says so far.
  mutating func generatedName(at address: UInt64, now: Int64) -> String? {
    if let name = generatedCode.name(at: address) { return name }
    if let generatedCodeTime, now - generatedCodeTime < ProcessImage.rereadNanoseconds { return nil }
    generatedCodeTime = now
    return generatedCode.update(paths: generatedCodePaths) ? generatedCode.name(at: address) : nil
  }
}
