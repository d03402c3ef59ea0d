import Glibc
import Testing

/// `struct mmsghdr`, and the calls that take it: GNU extensions, which Swift does not see.
struct ManyMessage {
  var header = msghdr()
  var byteCount: UInt32 = 0

  typealias Send = @convention(c) (Int32, UnsafeMutableRawPointer?, UInt32, Int32) -> Int32
  typealias Receive = @convention(c) (Int32, UnsafeMutableRawPointer?, UInt32, Int32, UnsafeMutableRawPointer?) -> Int32
  static let send = unsafeBitCast(dlsym(nil, "sendmmsg"), to: Send.self)
  static let receive = unsafeBitCast(dlsym(nil, "recvmmsg"), to: Receive.self)
}

/// A socket on 127.0.0.1, with each system call under its own name.
struct LoopbackSocket: Sendable {
  let descriptor: Int32

  static func tcp() -> LoopbackSocket { LoopbackSocket(descriptor: socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)) }
  static func udp() -> LoopbackSocket { LoopbackSocket(descriptor: socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)) }

  static func address(port: UInt16) -> sockaddr_in {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    address.sin_port = port.bigEndian
    return address
  }

  /// Binds to a free port and returns it.
  func bound() -> UInt16 {
    var address = LoopbackSocket.address(port: 0)
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        _ = Glibc.bind(descriptor, $0, length)
        _ = getsockname(descriptor, $0, &length)
      }
    }
    return UInt16(bigEndian: address.sin_port)
  }

  func listening() -> UInt16 {
    let port = bound()
    listen(descriptor, 16)
    return port
  }

  func accepted() -> LoopbackSocket { LoopbackSocket(descriptor: accept(descriptor, nil, nil)) }

  @discardableResult
  func connected(to port: UInt16) -> Int32 {
    var address = LoopbackSocket.address(port: port)
    return withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
    }
  }

  func closed() { close(descriptor) }

  @discardableResult func writing(_ text: String) -> Int {
    text.utf8.withContiguousStorageIfAvailable { write(descriptor, $0.baseAddress, $0.count) } ?? -1
  }
  @discardableResult func sending(_ text: String) -> Int {
    text.utf8.withContiguousStorageIfAvailable { send(descriptor, $0.baseAddress, $0.count, 0) } ?? -1
  }

  /// One `read`.
  func reading(_ limit: Int = 65_536) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: limit)
    let count = read(descriptor, &bytes, limit)
    return Array(bytes.prefix(max(count, 0)))
  }

  /// One `recv`.
  func receiving(_ limit: Int = 65_536, flags: Int32 = 0) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: limit)
    let count = recv(descriptor, &bytes, limit, flags)
    return Array(bytes.prefix(max(count, 0)))
  }

  /// The parts as one call: `writev`, or `sendmsg` to `port`.
  @discardableResult
  func gathering(_ parts: [String], asMessage: Bool = false, to port: UInt16? = nil) -> Int {
    withBuffers(parts.map { Array($0.utf8) }) { buffers in
      guard asMessage else { return writev(descriptor, buffers.baseAddress, Int32(buffers.count)) }
      return withMessage(buffers, to: port) { sendmsg(descriptor, &$0, 0) }
    }
  }

  /// `readv` or `recvmsg` into buffers of these sizes.
  @discardableResult
  func scattering(_ sizes: [Int], asMessage: Bool = false, flags: Int32 = 0) -> Int {
    withBuffers(sizes.map { [UInt8](repeating: 0, count: $0) }) { buffers in
      guard asMessage else { return readv(descriptor, buffers.baseAddress, Int32(buffers.count)) }
      return withMessage(buffers, to: nil) { recvmsg(descriptor, &$0, flags) }
    }
  }

  /// One `sendmmsg` with a message of each text.
  @discardableResult
  func sendingMany(_ texts: [String], to port: UInt16? = nil) -> Int32 {
    withMany(texts.map { Array($0.utf8) }, to: port) { ManyMessage.send(descriptor, $0.baseAddress, UInt32($0.count), 0) }
  }

  /// One `recvmmsg` with `count` buffers.
  @discardableResult
  func receivingMany(_ count: Int) -> Int32 {
    withMany(Array(repeating: [UInt8](repeating: 0, count: 2048), count: count), to: 0) {
      ManyMessage.receive(descriptor, $0.baseAddress, UInt32($0.count), 0, nil)
    }
  }

  @discardableResult
  func sending(_ text: String, to port: UInt16) -> Int {
    var address = LoopbackSocket.address(port: port)
    let bytes = Array(text.utf8)
    return withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        sendto(descriptor, bytes, bytes.count, 0, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
  }

  /// One `recvfrom`, and the sender's port.
  func receivingFrom(_ limit: Int = 2048, flags: Int32 = 0) -> (bytes: [UInt8], port: UInt16) {
    var address = sockaddr_in()
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    var bytes = [UInt8](repeating: 0, count: limit)
    let count = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { recvfrom(descriptor, &bytes, limit, flags, $0, &length) }
    }
    return (Array(bytes.prefix(max(count, 0))), UInt16(bigEndian: address.sin_port))
  }

  private func withBuffers<Result>(_ contents: [[UInt8]], _ body: (UnsafeMutableBufferPointer<iovec>) -> Result) -> Result {
    var buffers = contents.map { content in
      let memory = UnsafeMutableRawPointer.allocate(byteCount: max(content.count, 1), alignment: 1)
      memory.copyMemory(from: content, byteCount: content.count)
      return iovec(iov_base: memory, iov_len: content.count)
    }
    defer { for buffer in buffers { buffer.iov_base.deallocate() } }
    return buffers.withUnsafeMutableBufferPointer { body($0) }
  }

  private func withMessage<Result>(_ buffers: UnsafeMutableBufferPointer<iovec>, to port: UInt16?, _ body: (inout msghdr) -> Result)
    -> Result
  {
    var address = LoopbackSocket.address(port: port ?? 0)
    return withUnsafeMutablePointer(to: &address) { name in
      var message = msghdr()
      if port != nil {
        message.msg_name = UnsafeMutableRawPointer(name)
        message.msg_namelen = socklen_t(MemoryLayout<sockaddr_in>.size)
      }
      message.msg_iov = buffers.baseAddress
      message.msg_iovlen = buffers.count
      return body(&message)
    }
  }

  private func withMany<Result>(_ contents: [[UInt8]], to port: UInt16?, _ body: (UnsafeMutableBufferPointer<ManyMessage>) -> Result)
    -> Result
  {
    withBuffers(contents) { buffers in
      var names = contents.map { _ in LoopbackSocket.address(port: port ?? 0) }
      return names.withUnsafeMutableBufferPointer { names in
        var messages = contents.indices.map { index in
          var message = ManyMessage()
          if port != nil {
            message.header.msg_name = UnsafeMutableRawPointer(names.baseAddress! + index)
            message.header.msg_namelen = socklen_t(MemoryLayout<sockaddr_in>.size)
          }
          message.header.msg_iov = buffers.baseAddress! + index
          message.header.msg_iovlen = 1
          return message
        }
        return messages.withUnsafeMutableBufferPointer { body($0) }
      }
    }
  }
}
