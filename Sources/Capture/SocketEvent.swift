/// A thread's command name (`comm`): up to 15 bytes, as the kernel holds it.
package struct CommandName: Hashable, Sendable {
  /// The sixteen bytes, NUL-padded, each word in little-endian order.
  package var words: (UInt64, UInt64)

  @inlinable package init(words: (UInt64, UInt64)) { self.words = words }

  package init(_ text: String) {
    var bytes = [UInt8](text.utf8.prefix(15))
    bytes += repeatElement(0, count: 16 - bytes.count)
    func word(_ start: Int) -> UInt64 { (0..<8).reduce(0) { $0 | UInt64(bytes[start + $1]) << UInt64(8 * $1) } }
    words = (word(0), word(8))
  }

  package static func == (left: CommandName, right: CommandName) -> Bool { left.words == right.words }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(words.0)
    hasher.combine(words.1)
  }

  /// The name up to its first NUL; what is not UTF-8 becomes U+FFFD.
  package var description: String {
    let bytes = (0..<16).map { UInt8(truncatingIfNeeded: ($0 < 8 ? words.0 : words.1) >> UInt64(8 * ($0 % 8))) }
    return String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
  }
}

extension CommandName: CustomStringConvertible {}

/// Something a thread did with a socket, or that happened to the socket: one record of the eBPF side.
///
/// Addresses and ports are seen from the owning process: `local` is its own end.
package struct SocketEvent: Sendable {
  package enum Kind: UInt8, Sendable {
    /// Bytes passed a system call; the payload is what was captured of them.
    case data = 1
    case connect = 2
    case accept = 3
    case close = 4
    /// `inet_sock_set_state`.
    case stateChange = 5
    /// The socket was there when the recording began.
    case existing = 6
    /// The socket listens (seen at the start, or by its state change).
    case listening = 7
  }

  package enum Direction: UInt8, Sendable { case send = 1, receive = 2 }

  package enum SystemCall: UInt8, Sendable {
    case read = 1, readv, recvfrom, recvmsg, recvmmsg
    case write = 16, writev, sendto, sendmsg, sendmmsg, sendfile
    case connect = 32, accept, accept4, close
  }

  /// Position among all observations of the analysis, from 1.
  package var ordinal: UInt64
  package var kind: Kind
  package var systemCall: SystemCall?
  package var direction: Direction?
  /// Entry to and exit from the system call; equal where there is only one time. In files these are CLOCK_MONOTONIC; a reader
  /// converts them with the file's clock snapshots.
  package var enterTime: Timestamp
  package var exitTime: Timestamp
  package var processID: UInt32
  package var threadID: UInt32
  package var command: CommandName
  package var fileDescriptor: Int32?
  /// Identity of the kernel's socket within the recording; reused by the kernel after the socket is closed.
  package var socketID: UInt64
  package var ipProtocol: IPProtocol
  package var local: Endpoint
  package var remote: Endpoint
  /// Sequence number of the first byte of the call (`data` on TCP).
  package var tcpSequence: UInt32?
  /// Bytes the call moved; the captured payload may be fewer.
  package var byteCount: UInt32
  /// 0, or the errno of a call that failed.
  package var errorNumber: Int32
  /// TCP states (`TCP_ESTABLISHED` = 1 …) around a `stateChange`.
  package var oldState: UInt8
  package var newState: UInt8
  package var cgroupID: UInt64
  package var networkNamespace: UInt32

  package init(
    ordinal: UInt64, kind: Kind, systemCall: SystemCall? = nil, direction: Direction? = nil, enterTime: Timestamp, exitTime: Timestamp,
    processID: UInt32, threadID: UInt32, command: CommandName, fileDescriptor: Int32? = nil, socketID: UInt64 = 0, ipProtocol: IPProtocol,
    local: Endpoint, remote: Endpoint, tcpSequence: UInt32? = nil, byteCount: UInt32 = 0, errorNumber: Int32 = 0, oldState: UInt8 = 0,
    newState: UInt8 = 0, cgroupID: UInt64 = 0, networkNamespace: UInt32 = 0
  ) {
    self.ordinal = ordinal
    self.kind = kind
    self.systemCall = systemCall
    self.direction = direction
    self.enterTime = enterTime
    self.exitTime = exitTime
    self.processID = processID
    self.threadID = threadID
    self.command = command
    self.fileDescriptor = fileDescriptor
    self.socketID = socketID
    self.ipProtocol = ipProtocol
    self.local = local
    self.remote = remote
    self.tcpSequence = tcpSequence
    self.byteCount = byteCount
    self.errorNumber = errorNumber
    self.oldState = oldState
    self.newState = newState
    self.cgroupID = cgroupID
    self.networkNamespace = networkNamespace
  }
}
