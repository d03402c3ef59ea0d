import CDeepFlow
import CLibbpf
import Capture

/// Reads the counters of the BPF side's map `losses` and says what is new.
struct LossCounters {
  struct Entry {
    var cause: df_loss
    var count: UInt64
    var byteCount: UInt64
  }

  private let descriptor: Int32
  private let processorCount = Int(max(libbpf_num_possible_cpus(), 1))
  private var counts: [UInt64]
  private var byteCounts: [UInt64]

  init(descriptor: Int32) {
    self.descriptor = descriptor
    counts = Array(repeating: 0, count: Int(DF_LOSS_CAUSES.rawValue))
    byteCounts = counts
  }

  /// What was added since the last call; causes without anything new are left out.
  mutating func readNew() -> [Entry] {
    var entries: [Entry] = []
    var perProcessor = Array(repeating: df_loss_counter(), count: processorCount)
    for cause in 0..<DF_LOSS_CAUSES.rawValue {
      var key = UInt32(cause)
      guard bpf_map_lookup_elem(descriptor, &key, &perProcessor) == 0 else { continue }
      var count: UInt64 = 0
      var byteCount: UInt64 = 0
      for counter in perProcessor {
        count &+= counter.count
        byteCount &+= counter.bytes
      }
      let index = Int(cause)
      if count != counts[index] {
        entries.append(Entry(cause: df_loss(cause), count: count &- counts[index], byteCount: byteCount &- byteCounts[index]))
      }
      counts[index] = count
      byteCounts[index] = byteCount
    }
    return entries
  }
}

extension LossCounters.Entry {
  /// The line for the loss ledger.
  func record(time: Timestamp) -> LossRecord {
    let (source, cause, place): (LossRecord.Source, LossRecord.Cause, String) =
      switch self.cause {
      case DF_LOSS_RING_FULL: (.socketEvents, .ringBufferFull, "")
      case DF_LOSS_CALLS_FULL: (.socketEvents, .inFlightTableFull, "")
      case DF_LOSS_PAYLOAD_CUT: (.socketEvents, .payloadLimit, "")
      case DF_LOSS_BUFFERS_CUT: (.socketEvents, .bufferCountLimit, "")
      case DF_LOSS_MESSAGES_CUT: (.socketEvents, .messageCountLimit, "")
      case DF_LOSS_PROCESS_RING_FULL: (.processes, .ringBufferFull, "")
      case DF_LOSS_SAMPLE_RING_FULL: (.samples, .ringBufferFull, "")
      case DF_LOSS_COMPAT_CALL: (.socketEvents, .unreadableMemory, "32-bit programs")
      default: (.socketEvents, .unreadableMemory, "")
      }
    return LossRecord(time: time, source: source, cause: cause, place: place, count: count, byteCount: byteCount)
  }
}
