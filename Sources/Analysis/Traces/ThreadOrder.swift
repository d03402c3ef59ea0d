import Capture
import Transport

/// Joins what a thread received with what it sent because of it.
///
/// The messages that passed one thread's system calls are walked in order. What a thread sends belongs to what it received
/// last: a request from a client, or the response to an earlier request that it sent for one. So a worker that serves one
/// request at a time and an event loop that serves many are the same case.
struct ThreadOrder {
  /// A parent found for a client-process row.
  struct Parent {
    var row: Int
    var confidence: Double
    /// The thread worked for this request alone, or for others as well.
    var isAlone: Bool
  }

  private struct Passage {
    var thread: ThreadOrigin
    var time: Timestamp
    var row: Int
    var isRequest: Bool
    var isReceived: Bool
  }

  private struct Walk {
    /// Server-process row that the thread works for.
    var owner: Int?
    /// Server-process rows received and not answered.
    var open: [Int] = []
    var traceID: UInt64?
  }

  /// Requests that are open on one thread at a time; an event loop beyond it loses the oldest.
  static let openLimit = 4096

  /// Parents by row, and the rows' thread-order identifiers filled in.
  static func parents(of rows: inout [RequestRow]) -> [Parent?] {
    var parents: [Parent?] = Array(repeating: nil, count: rows.count)
    let passages = passages(of: rows)
    var walk = Walk()
    var nextID: UInt64 = 0
    for (position, passage) in passages.enumerated() {
      if position == 0 || passages[position - 1].thread != passage.thread { walk = Walk() }
      if passage.isReceived {
        nextID += 1
        walk.traceID = nextID
        if passage.isRequest {
          walk.owner = passage.row
          if rows[passage.row].kind == .session || walk.open.isEmpty { walk.open.append(passage.row) }
          if walk.open.count > openLimit { walk.open.removeFirst() }
        } else {
          walk.owner = parents[passage.row]?.row
        }
      } else if passage.isRequest {
        if let owner = walk.owner {
          let others = walk.open.count { $0 != owner }
          parents[passage.row] = Parent(row: owner, confidence: others == 0 ? 1 : 0.95, isAlone: others == 0)
        }
      } else {
        walk.open.removeAll { $0 == passage.row }
        if walk.owner == passage.row { walk.owner = nil }
      }
      if passage.isRequest {
        rows[passage.row].requestSystemCallTraceID = walk.traceID
      } else {
        rows[passage.row].responseSystemCallTraceID = walk.traceID
      }
    }
    return parents
  }

  /// Every message of a system-call row, by thread, then in time.
  private static func passages(of rows: [RequestRow]) -> [Passage] {
    var passages: [Passage] = []
    for (index, row) in rows.enumerated() where row.source == .ebpf {
      let isServer = row.observationPoint == .serverProcess
      if let thread = row.requestThread {
        passages.append(Passage(thread: thread, time: row.startTime, row: index, isRequest: true, isReceived: isServer))
      }
      if let thread = row.responseThread {
        passages.append(Passage(thread: thread, time: row.endTime, row: index, isRequest: false, isReceived: !isServer))
      }
    }
    passages.sort { left, right in
      if left.thread != right.thread {
        return (left.thread.processID, left.thread.threadID) < (right.thread.processID, right.thread.threadID)
      }
      if left.time != right.time { return left.time < right.time }
      // What was received is the cause of what was sent.
      if left.isReceived != right.isReceived { return left.isReceived }
      return left.row < right.row
    }
    return passages
  }
}
