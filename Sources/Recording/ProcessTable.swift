import CDeepFlow
package import Capture
import Glibc

/// The processes of the node: what /proc says at the beginning, and afterwards what the kernel's fork, exec and exit records say.
///
/// A process that lives for a moment is gone before /proc can be asked, so an exec record carries path and arguments itself,
/// and a child has what its parent had until it executes something.
package struct ProcessTable {
  /// What a child inherits, and an exit record repeats.
  private struct Known {
    var executable = ""
    var arguments = ""
    var cgroup = ""
    var cgroupID: UInt64 = 0
  }

  /// Processes remembered. Beyond it (lost exit records) the memory starts anew.
  static let largestCount = 262_144
  /// Control groups remembered by their identifier.
  static let largestControlGroupCount = 65_536

  private var known: [UInt32: Known] = [:]
  private var controlGroupPaths: [UInt64: String] = [:]
  private var controlGroupIDs: [String: UInt64] = [:]
  private let ticksPerSecond = Int64(max(sysconf(Int32(_SC_CLK_TCK)), 1))

  package init() {}

  /// Reads every process and thread of /proc and passes a record of each to `body`, a process before its threads.
  package mutating func readExisting(clock: ClockSnapshot, _ body: (ProcessRecord) -> Void) {
    for processID in ProcessFiles.numbers("/proc").sorted() {
      guard let record = existing(processID, clock: clock) else { continue }
      body(record)
      for threadID in ProcessFiles.numbers("/proc/\(processID)/task").sorted() where threadID != processID {
        guard let name = ProcessFiles.text("/proc/\(processID)/task/\(threadID)/comm") else { continue }
        body(
          ProcessRecord(
            kind: .existing, time: clock.realTime, processID: processID, threadID: threadID, parentProcessID: record.parentProcessID,
            command: String(name.prefix { $0 != "\n" })))
      }
    }
  }

  /// The record of a fork, exec or exit. `time` is the record's, on the wall clock.
  package mutating func record(_ event: ProcessKernelEvent, time: Timestamp) -> ProcessRecord {
    switch event.kind {
    case .fork:
      var record = ProcessRecord(
        kind: .started, time: time, processID: event.processID, threadID: event.threadID, parentProcessID: event.parentProcessID,
        command: event.command)
      guard event.threadID == event.processID else { return record }
      var inherited = known[event.parentProcessID] ?? Known()
      if event.cgroupID != 0, event.cgroupID != inherited.cgroupID {
        (inherited.cgroup, inherited.cgroupID) = controlGroup(of: event.processID, id: event.cgroupID) ?? ("", event.cgroupID)
      }
      remember(event.processID, inherited)
      record.startTime = time
      fill(&record, inherited)
      return record
    case .exec:
      var process = known[event.processID] ?? Known()
      process.executable = ProcessFiles.link("/proc/\(event.processID)/exe") ?? event.path
      process.arguments = SecretMask.commandLine(event.arguments)
      if let (path, id) = controlGroup(of: event.processID, id: event.cgroupID) { (process.cgroup, process.cgroupID) = (path, id) }
      remember(event.processID, process)
      var record = ProcessRecord(
        kind: .executed, time: time, processID: event.processID, threadID: event.processID, parentProcessID: event.parentProcessID,
        command: event.command)
      fill(&record, process)
      return record
    case .exit:
      var record = ProcessRecord(
        kind: .exited, time: time, processID: event.processID, threadID: event.threadID, parentProcessID: event.parentProcessID,
        command: event.command)
      guard event.threadID == event.processID else { return record }
      if let process = known.removeValue(forKey: event.processID) { fill(&record, process) }
      // wait(2): the status is the exit code's low byte shifted left by eight, or the signal's number.
      record.exitCode = event.status & 0x7f != 0 ? 128 + (event.status & 0x7f) : event.status >> 8 & 0xff
      return record
    }
  }

  private func fill(_ record: inout ProcessRecord, _ process: Known) {
    record.executable = process.executable
    record.arguments = process.arguments
    record.cgroup = process.cgroup
    record.cgroupID = process.cgroupID
  }

  private mutating func remember(_ processID: UInt32, _ process: Known) {
    if known.count >= ProcessTable.largestCount { known.removeAll(keepingCapacity: true) }
    known[processID] = process
  }

  private mutating func existing(_ processID: UInt32, clock: ClockSnapshot) -> ProcessRecord? {
    guard let text = ProcessFiles.text("/proc/\(processID)/stat"), let status = ProcessStatus(text) else { return nil }
    var process = Known()
    process.executable = ProcessFiles.link("/proc/\(processID)/exe") ?? ""
    if let line = ProcessFiles.bytes("/proc/\(processID)/cmdline", limit: Int(DF_EXEC_ARGUMENT_BYTES)) {
      process.arguments = SecretMask.commandLine(ProcessKernelEvent.texts(line[...]))
    }
    if let (path, id) = controlGroup(of: processID, id: 0) { (process.cgroup, process.cgroupID) = (path, id) }
    remember(processID, process)
    // proc(5): the start is counted from boot; CLOCK_BOOTTIME leads from there to the wall clock.
    let sinceBoot = Int64(clamping: status.startTicks).multipliedReportingOverflow(by: 1_000_000_000 / ticksPerSecond)
    var record = ProcessRecord(
      kind: .existing, time: clock.realTime, processID: processID, threadID: processID, parentProcessID: status.parentProcessID,
      command: status.command)
    if !sinceBoot.overflow {
      record.startTime = Timestamp(nanoseconds: clock.realTime.nanoseconds - clock.bootTime + sinceBoot.partialValue)
    }
    fill(&record, process)
    return record
  }

  /// The path and identifier of a process's control group; `id` when the kernel told it, else 0.
  private mutating func controlGroup(of processID: UInt32, id: UInt64) -> (String, UInt64)? {
    if id != 0, let path = controlGroupPaths[id] { return (path, id) }
    guard let text = ProcessFiles.text("/proc/\(processID)/cgroup"), let path = ControlGroup.path(text) else { return nil }
    var id = id
    if id == 0 { id = identifier(ofControlGroup: path) }
    if controlGroupPaths.count >= ProcessTable.largestControlGroupCount { controlGroupPaths.removeAll() }
    if id != 0 { controlGroupPaths[id] = path }
    return (path, id)
  }

  /// The kernel's identifier of a control group (v2) is the inode of its directory.
  private mutating func identifier(ofControlGroup path: String) -> UInt64 {
    if let id = controlGroupIDs[path] { return id }
    var status = stat()
    let id = stat("/sys/fs/cgroup" + path, &status) == 0 ? UInt64(status.st_ino) : 0
    if controlGroupIDs.count >= ProcessTable.largestControlGroupCount { controlGroupIDs.removeAll() }
    controlGroupIDs[path] = id
    return id
  }
}

/// The file /proc/PID/cgroup (cgroups(7)).
enum ControlGroup {
  /// The path in the unified hierarchy (`0::/path`), or, where that says nothing, the first path that says something.
  static func path(_ text: String) -> String? {
    var first: String?
    for line in text.split(separator: "\n") {
      let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      guard parts.count == 3 else { continue }
      if parts[0] == "0", parts[2] != "/" { return String(parts[2]) }
      if first == nil || first == "/" { first = String(parts[2]) }
    }
    return first
  }
}

/// What the recorder reads of /proc/PID/stat (proc(5)).
struct ProcessStatus: Equatable {
  var command: String
  var parentProcessID: UInt32
  /// Clock ticks from boot to the process's start.
  var startTicks: UInt64

  /// The command stands in parentheses and may itself hold parentheses and spaces: it ends at the last one.
  init?(_ text: String) {
    guard let open = text.firstIndex(of: "("), let close = text.lastIndex(of: ")"), open < close else { return nil }
    command = String(text[text.index(after: open)..<close])
    let fields = text[text.index(after: close)...].split(whereSeparator: { $0 == " " || $0 == "\n" })
    // Field 3 (state) is the first here; the parent is field 4 and the start field 22.
    guard fields.count > 19, let parent = UInt32(fields[1]), let start = UInt64(fields[19]) else { return nil }
    parentProcessID = parent
    startTicks = start
  }
}
