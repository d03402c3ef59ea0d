import Capture
package import Profiles

extension Table where Row == ProfileRow {
  package static let profile = Table(
    "profile", "a distinct stack of one thread, with what it cost",
    [
      Column("_id", .integer, "number of the row") { Cell($0.id) },
      Column("event_type", .text, "on-cpu, off-cpu, mem-alloc or mem-inuse") { .name($0.eventType.name) },
      Column("process_id", .integer, "identifier of the process") { Cell($0.processID) },
      Column("thread_id", .integer, "identifier of the thread") { Cell($0.threadID) },
      Column("process_kname", .text, "name of the process") { .text($0.processName) },
      Column("thread_name", .text, "name of the thread") { .text($0.threadName) },
      Column("stack", .text, "process, thread and functions, outermost first, separated by semicolons") { .text($0.stack) },
      Column("value", .integer, "what the samples amount to, in value_unit") { Cell($0.value) },
      Column("value_unit", .text, "us (microseconds), bytes or samples") { .name($0.unit.name) },
      Column("sample_count", .integer, "samples") { Cell($0.sampleCount) },
      Column("span", .integer, "_id of the span in which the samples fell, when they fell into one") { Cell($0.span) },
    ])
}

extension Table where Row == ProfileShare {
  /// What `deepflow profile` shows: not a stored table.
  package static let profileShares = Table(
    "profile_share", "how much of a profile belongs to a function, process or thread",
    [
      Column("name", .text, "function, process or thread") { .string($0.name) },
      Column("process_id", .integer, "identifier of the process, of processes and threads") { Cell($0.processID) },
      Column("process_kname", .text, "name of the process, of threads") { $0.processName.map { .string($0) } ?? .null },
      Column("thread_id", .integer, "identifier of the thread, of threads") { Cell($0.threadID) },
      Column("self_ratio", .real, "share of the function alone, 0 to 1") { .real($0.selfShare) },
      Column("total_ratio", .real, "share with what it called, 0 to 1") { .real($0.totalShare) },
      Column("self_value", .integer, "what the function alone cost, in value_unit") { Cell($0.selfValue) },
      Column("total_value", .integer, "with what it called, in value_unit") { Cell($0.totalValue) },
      Column("value_unit", .text, "us (microseconds), bytes or samples") { .name($0.unit.name) },
      Column("sample_count", .integer, "samples whose stack goes through it") { Cell($0.sampleCount) },
    ])
}
