import CDeepFlow

/// System calls in which threads are blocked, by /proc/PID/task/TID/syscall (proc(5)).
enum CallsInFlight {
  /// Passes every thread that is blocked in a receiving or accepting call, with a slot that has no socket yet: the program on
  /// sys_exit looks the rest up.
  static func forEach(_ body: (UInt32, df_call) -> Void) {
    for processID in ProcessFiles.numbers("/proc") {
      for threadID in ProcessFiles.numbers("/proc/\(processID)/task") {
        guard let text = ProcessFiles.text("/proc/\(processID)/task/\(threadID)/syscall"), let call = parse(text),
          ProcessFiles.link("/proc/\(processID)/fd/\(call.fd)")?.hasPrefix("socket:") == true
        else { continue }
        body(threadID, call)
      }
    }
  }

  /// `45 0x7 0x7ffd… …` of a call that waits for a peer; `nil` for others, and for `running`.
  static func parse(_ text: String) -> df_call? {
    let fields = text.split(separator: " ")
    guard fields.count > 1, let number = UInt32(fields[0]), let systemCall = waitingCalls[number], fields[1].hasPrefix("0x"),
      let descriptor = UInt32(fields[1].dropFirst(2), radix: 16)
    else { return nil }
    var call = df_call()
    call.fd = Int32(bitPattern: descriptor)
    call.syscall = UInt8(systemCall.rawValue)
    return call
  }

  /// Numbers of the calls that wait for a peer.
  private static var waitingCalls: [UInt32: df_syscall] {
    #if arch(x86_64)
      [
        0: DF_SYSCALL_READ, 19: DF_SYSCALL_READV, 43: DF_SYSCALL_ACCEPT, 45: DF_SYSCALL_RECVFROM, 47: DF_SYSCALL_RECVMSG,
        288: DF_SYSCALL_ACCEPT4, 299: DF_SYSCALL_RECVMMSG,
      ]
    #elseif arch(arm64)
      [
        63: DF_SYSCALL_READ, 65: DF_SYSCALL_READV, 202: DF_SYSCALL_ACCEPT, 207: DF_SYSCALL_RECVFROM, 212: DF_SYSCALL_RECVMSG,
        242: DF_SYSCALL_ACCEPT4, 243: DF_SYSCALL_RECVMMSG,
      ]
    #endif
  }
}
