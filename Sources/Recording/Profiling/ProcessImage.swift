/// The memory of one process from one `execve` to the next: which file is behind an address.
struct ProcessImage {
  /// The map is not read again more often than this, however many addresses it does not cover.
  private static let rereadNanoseconds: Int64 = 50_000_000

  let processID: UInt32
  private var map: MemoryMap
  private var executable: String
  private var readTime: Int64
  private var generatedCode = GeneratedCodeMap()
  private var generatedCodePaths: [String]
  private var generatedCodeTime: Int64 = .min
  /// Whether this is still the map of the process that forked it.
  private(set) var isInherited = false

  /// `nil` when the process is gone.
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

  /// The region at `address`; the map is read again when it does not cover it.
  mutating func region(at address: UInt64, now: Int64) -> MappedRegion? {
    if let region = map.region(at: address) { return region }
    guard now - readTime >= ProcessImage.rereadNanoseconds else { return nil }
    readTime = now
    guard let newer = MemoryMap.read(processID: processID) else { return nil }
    map = newer
    return map.region(at: address)
  }

  func isExecutable(_ region: MappedRegion) -> Bool { region.path == executable }

  /// The function that the runtime made at `address`, by what its map says so far.
  mutating func generatedName(at address: UInt64, now: Int64) -> String? {
    if let name = generatedCode.name(at: address) { return name }
    guard generatedCodeTime == .min || now - generatedCodeTime >= ProcessImage.rereadNanoseconds else { return nil }
    generatedCodeTime = now
    return generatedCode.update(paths: generatedCodePaths) ? generatedCode.name(at: address) : nil
  }
}
