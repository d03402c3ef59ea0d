package import Capture
import Profiles

/// One folded stack of one thread with its value: a row of `profile`.
package struct ProfileRow: Sendable {
  /// Position among the rows, from 1.
  package var id: UInt64
  package var eventType: StackSample.EventType
  package var unit: StackSample.Unit
  /// `nil` in profiles that do not say.
  package var processID: UInt32?
  package var threadID: UInt32?
  package var processName: TextID
  package var threadName: TextID
  /// `process;[t] thread;outermost;…;innermost`.
  package var stack: TextID
  package var value: UInt64
  package var sampleCount: UInt64
  /// Of the span in which the samples fell, when that is known.
  package var span: UInt64?
}

extension FoldedProfile {
  /// A row for each stack, in their order.
  func rows(_ texts: inout TextTable) -> [ProfileRow] {
    var rows: [ProfileRow] = []
    rows.reserveCapacity(stacks.count)
    for (index, stack) in stacks.enumerated() {
      rows.append(
        ProfileRow(
          id: UInt64(index + 1), eventType: stack.eventType, unit: stack.unit, processID: stack.processID == 0 ? nil : stack.processID,
          threadID: stack.threadID == 0 ? nil : stack.threadID, processName: texts.intern(stack.processName),
          threadName: texts.intern(stack.threadName), stack: texts.intern(foldedText(index)), value: stack.value,
          sampleCount: stack.sampleCount))
    }
    return rows
  }
}

/// Names of processes by time, as the process table has them.
struct ProcessNames {
  private var records: [UInt32: [(time: Timestamp, name: String)]] = [:]

  init(_ processes: [ProcessRecord]) {
    for process in processes where process.threadID == process.processID && !process.command.isEmpty && process.kind != .exited {
      records[process.processID, default: []].append((process.time, process.command))
    }
    for key in Array(records.keys) {
      // Records of one file are in order; several files need not be.
      records[key]?.sort { $0.time < $1.time }
    }
  }

  /// The name that a process had at a time; before its first record, the name it has there.
  func name(_ processID: UInt32, _ time: Timestamp?) -> String? {
    guard let known = records[processID], let first = known.first else { return nil }
    guard let time else { return known.last?.name }
    return known.last { $0.time <= time }?.name ?? first.name
  }
}
