import Analysis
import BundleFormat
import Capture
import Glibc

/// Any bytes as a capture file, through everything that packets pass: reading, decoding, tunnels, fragments, flows, reassembly, protocols, rows
/// and groups. A trap, a leak of time or memory, or a count that cannot be is a finding.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  guard let bytes, count > 0 else { return 0 }
  let file = InputFile.descriptor
  guard ftruncate(file, 0) == 0, pwrite(file, bytes, count, 0) == count else { fatalError("the file in memory takes every input") }

  // Half of the inputs are grouped, so that both ways of finishing a flow are seen.
  var options = AnalysisOptions.everything
  let grouping = count % 2 == 0 ? try? FlowGrouping(by: ["path", "process", "close_type"], RowSelection()) : nil
  options.flowGrouping = grouping
  var pipeline = Pipeline(options)
  do {
    var inputs = try CaptureInputs(paths: ["/proc/self/fd/\(file)"])
    try inputs.read(into: &pipeline)
  } catch {
    // What is no capture is refused, and what was read before a failure still counts.
  }
  let result = pipeline.finish()

  var packetCount: UInt64 = 0
  for row in result.flows {
    for column in Table.flows.columns { _ = column.value(row) }
    if row.source == .packet { packetCount += row.toServer.packetCount + row.toClient.packetCount }
    precondition(row.startTime <= row.endTime, "a flow ends after it began")
  }
  precondition(packetCount <= result.packetCount, "no flow has packets that were not captured")
  if let grouping {
    let view = result.flowGroups(grouping)
    for row in view.rows { for column in view.table.columns { _ = column.value(row) } }
  }
  return 0
}

/// The file that inputs are put into: readers take paths.
private enum InputFile {
  static let descriptor: CInt = {
    var template = Array("/dev/shm/deepflow-fuzz.XXXXXX".utf8CString)
    let descriptor = mkstemp(&template)
    precondition(descriptor >= 0, "a file in memory can be made")
    // It lives as long as it is open.
    unlink(template)
    return descriptor
  }()
}
