import BundleFormat
import CDeepFlow
import Capture
import Testing

/// The header that BPF and Swift share, and the offsets by which a bundle is read, are one layout.
@Suite struct KernelRecordLayoutTests {
  @Test("every field of df_event lies where the reader looks for it")
  func offsets() {
    typealias Event = df_event
    #expect(MemoryLayout<Event>.size == KernelRecord.headerByteCount)
    let offsets: [(Int?, Int)] = [
      (MemoryLayout.offset(of: \Event.record_bytes), KernelRecord.Offset.recordByteCount),
      (MemoryLayout.offset(of: \Event.kind), KernelRecord.Offset.kind),
      (MemoryLayout.offset(of: \Event.syscall), KernelRecord.Offset.systemCall),
      (MemoryLayout.offset(of: \Event.direction), KernelRecord.Offset.direction),
      (MemoryLayout.offset(of: \Event.protocol), KernelRecord.Offset.ipProtocol),
      (MemoryLayout.offset(of: \Event.enter_ns), KernelRecord.Offset.enterTime),
      (MemoryLayout.offset(of: \Event.exit_ns), KernelRecord.Offset.exitTime),
      (MemoryLayout.offset(of: \Event.process_id), KernelRecord.Offset.processID),
      (MemoryLayout.offset(of: \Event.thread_id), KernelRecord.Offset.threadID),
      (MemoryLayout.offset(of: \Event.command), KernelRecord.Offset.command),
      (MemoryLayout.offset(of: \Event.socket_id), KernelRecord.Offset.socketID),
      (MemoryLayout.offset(of: \Event.cgroup_id), KernelRecord.Offset.cgroupID),
      (MemoryLayout.offset(of: \Event.local_address), KernelRecord.Offset.localAddress),
      (MemoryLayout.offset(of: \Event.remote_address), KernelRecord.Offset.remoteAddress),
      (MemoryLayout.offset(of: \Event.local_port), KernelRecord.Offset.localPort),
      (MemoryLayout.offset(of: \Event.remote_port), KernelRecord.Offset.remotePort),
      (MemoryLayout.offset(of: \Event.tcp_sequence), KernelRecord.Offset.tcpSequence),
      (MemoryLayout.offset(of: \Event.byte_count), KernelRecord.Offset.byteCount),
      (MemoryLayout.offset(of: \Event.captured_bytes), KernelRecord.Offset.capturedByteCount),
      (MemoryLayout.offset(of: \Event.fd), KernelRecord.Offset.fileDescriptor),
      (MemoryLayout.offset(of: \Event.error_number), KernelRecord.Offset.errorNumber),
      (MemoryLayout.offset(of: \Event.network_namespace), KernelRecord.Offset.networkNamespace),
      (MemoryLayout.offset(of: \Event.flags), KernelRecord.Offset.flags),
      (MemoryLayout.offset(of: \Event.old_state), KernelRecord.Offset.oldState),
      (MemoryLayout.offset(of: \Event.new_state), KernelRecord.Offset.newState),
    ]
    for (index, (found, expected)) in offsets.enumerated() { #expect(found == expected, "field \(index)") }
  }

  @Test("kinds, calls and flags have the same numbers on both sides")
  func numbers() {
    let kinds: [(df_kind, SocketEvent.Kind)] = [
      (DF_KIND_DATA, .data), (DF_KIND_CONNECT, .connect), (DF_KIND_ACCEPT, .accept), (DF_KIND_CLOSE, .close),
      (DF_KIND_STATE_CHANGE, .stateChange), (DF_KIND_EXISTING, .existing), (DF_KIND_LISTENING, .listening),
    ]
    for (kernel, kind) in kinds { #expect(kernel.rawValue == UInt32(kind.rawValue)) }
    let calls: [(df_syscall, SocketEvent.SystemCall)] = [
      (DF_SYSCALL_READ, .read), (DF_SYSCALL_READV, .readv), (DF_SYSCALL_RECVFROM, .recvfrom), (DF_SYSCALL_RECVMSG, .recvmsg),
      (DF_SYSCALL_RECVMMSG, .recvmmsg), (DF_SYSCALL_WRITE, .write), (DF_SYSCALL_WRITEV, .writev), (DF_SYSCALL_SENDTO, .sendto),
      (DF_SYSCALL_SENDMSG, .sendmsg), (DF_SYSCALL_SENDMMSG, .sendmmsg), (DF_SYSCALL_SENDFILE, .sendfile), (DF_SYSCALL_CONNECT, .connect),
      (DF_SYSCALL_ACCEPT, .accept), (DF_SYSCALL_ACCEPT4, .accept4), (DF_SYSCALL_CLOSE, .close),
    ]
    for (kernel, call) in calls { #expect(kernel.rawValue == UInt32(call.rawValue)) }
    #expect(DF_FLAG_TCP_SEQUENCE == Int32(KernelRecord.Flag.tcpSequence))
    #expect(DF_FLAG_FILE_DESCRIPTOR == Int32(KernelRecord.Flag.fileDescriptor))
    #expect(DF_FLAG_PAYLOAD_CUT == Int32(KernelRecord.Flag.payloadCut))
    #expect(DF_FLAG_BUFFERS_CUT == Int32(KernelRecord.Flag.buffersCut))
    #expect(DF_FLAG_UNREADABLE == Int32(KernelRecord.Flag.unreadable))
  }
}
