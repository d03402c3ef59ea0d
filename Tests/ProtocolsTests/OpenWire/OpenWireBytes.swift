/// Commands of OpenWire, put together by hand.
enum OpenWireBytes {
  static func number(_ value: Int, _ byteCount: Int) -> [UInt8] {
    (0..<byteCount).map { UInt8(truncatingIfNeeded: value >> (8 * (byteCount - 1 - $0))) }
  }

  /// A loose text: that it is there, its length, its bytes.
  static func text(_ text: String) -> [UInt8] { [1] + number(text.utf8.count, 2) + Array(text.utf8) }

  /// A command behind its length.
  static func command(_ bytes: [UInt8]) -> [UInt8] { number(bytes.count, 4) + bytes }

  /// A map of flags.
  private static func flags(_ names: [String: Bool]) -> [UInt8] {
    number(names.count, 4)
      + names.sorted { $0.key < $1.key }.flatMap { number($0.key.utf8.count, 2) + Array($0.key.utf8) + [1, $0.value ? 1 : 0] }
  }

  static func offer(
    version: Int = 12, tight: Bool = false, cached: Bool = false, stackTraces: Bool = false, unprefixed: Bool = false
  ) -> [UInt8] {
    let map = flags([
      "TightEncodingEnabled": tight, "CacheEnabled": cached, "StackTraceEnabled": stackTraces, "SizePrefixDisabled": unprefixed,
    ])
    return command([1] + Array("ActiveMQ".utf8) + number(version, 4) + [1] + number(map.count, 4) + map)
  }

  /// A loose message of version 12: to a queue "q", or to one by its place in the cache.
  static func textMessage(_ number: Int, content: [UInt8], toKnownQueue: Bool = false, wantsResponse: Bool = true) -> [UInt8] {
    let properties = self.number(1, 4) + self.number(2, 2) + Array("b3".utf8) + [9] + self.number(3, 2) + Array("a-b".utf8)
    let long = [UInt8](repeating: 0, count: 8)
    let producer: [UInt8] = [123] + text("ID:1") + long + long
    // Places 0, 1 and 2: the producer, the queue, nothing.
    var bytes: [UInt8] = [28] + self.number(number, 4) + [wantsResponse ? 1 : 0]
    bytes += toKnownQueue ? [0, 0, 0] + [0, 0, 1] + [0, 0, 2] : [1, 0, 0, 1] + producer + [1, 0, 1, 1, 100] + text("q") + [1, 0, 2, 0]
    bytes += [0, 0, 2]  // no original destination
    bytes += [1, 110, 0, 0, 0, 0] + long + long  // the message's identifier: no text, the producer by its place
    bytes += [0, 0, 2] + [0] + self.number(0, 4) + text("k") + [1] + long + [4] + [0] + long + [0]
    bytes += [1] + self.number(content.count, 4) + content + [1] + self.number(properties.count, 4) + properties
    bytes += [0] + [0, 0, 2] + [0] + self.number(0, 4) + [0] + long + [0, 0, 0, 0] + long + long + [0]
    return command(bytes)
  }
}
