/// Writes messages of Kafka, field by field.
struct KafkaBytes {
  private(set) var bytes: [UInt8] = []
  private let isFlexible: Bool

  init(isFlexible: Bool = false) { self.isFlexible = isFlexible }

  private func adding(_ more: [UInt8]) -> KafkaBytes {
    var copy = self
    copy.bytes += more
    return copy
  }

  static func number(_ value: some FixedWidthInteger) -> [UInt8] { withUnsafeBytes(of: value.bigEndian) { Array($0) } }

  static func unsigned(_ value: UInt32) -> [UInt8] { value < 0x80 ? [UInt8(value)] : [UInt8(value & 0x7f) | 0x80] + unsigned(value >> 7) }

  static func signed(_ value: Int) -> [UInt8] { unsigned(UInt32(bitPattern: Int32(value << 1) ^ Int32(value >> 31))) }

  func int8(_ value: Int8) -> KafkaBytes { adding(Self.number(value)) }
  func int16(_ value: Int16) -> KafkaBytes { adding(Self.number(value)) }
  func int32(_ value: Int32) -> KafkaBytes { adding(Self.number(value)) }
  func int64(_ value: Int64) -> KafkaBytes { adding(Self.number(value)) }
  func raw(_ value: [UInt8]) -> KafkaBytes { adding(value) }

  func string(_ value: String?) -> KafkaBytes {
    guard let value else { return adding(isFlexible ? [0] : Self.number(Int16(-1))) }
    return adding((isFlexible ? Self.unsigned(UInt32(value.utf8.count + 1)) : Self.number(Int16(value.utf8.count))) + Array(value.utf8))
  }

  func blob(_ value: [UInt8]) -> KafkaBytes {
    adding((isFlexible ? Self.unsigned(UInt32(value.count + 1)) : Self.number(Int32(value.count))) + value)
  }

  /// An array of structures, each of which ends with tagged fields where there are any.
  func array(_ elements: [KafkaBytes]) -> KafkaBytes {
    let count = isFlexible ? Self.unsigned(UInt32(elements.count + 1)) : Self.number(Int32(elements.count))
    return adding(count + elements.flatMap { $0.bytes + (isFlexible ? [0] : []) })
  }

  func plainArray(_ elements: [KafkaBytes]) -> KafkaBytes {
    let count = isFlexible ? Self.unsigned(UInt32(elements.count + 1)) : Self.number(Int32(elements.count))
    return adding(count + elements.flatMap(\.bytes))
  }

  // MARK: Messages

  static func request(
    _ api: Int16, _ version: Int16, _ correlation: Int32, _ body: KafkaBytes, client: String? = "shop", tags: [UInt8] = [0]
  )
    -> [UInt8]
  {
    let header = KafkaBytes().int16(api).int16(version).int32(correlation).string(client).bytes + (body.isFlexible ? tags : [])
    return number(Int32(header.count + body.bytes.count)) + header + body.bytes
  }

  static func response(_ correlation: Int32, _ body: KafkaBytes, hasTags: Bool? = nil) -> [UInt8] {
    let header = number(correlation) + (hasTags ?? body.isFlexible ? [0] : [])
    return number(Int32(header.count + body.bytes.count)) + header + body.bytes
  }

  /// A batch of one record with headers.
  static func batch(_ headers: [(String, String)], value: String = "value", attributes: Int16 = 0, compress: ([UInt8]) -> [UInt8] = { $0 })
    -> [UInt8]
  {
    var record: [UInt8] = [0] + signed(0) + signed(0) + signed(-1) + signed(value.utf8.count) + Array(value.utf8) + signed(headers.count)
    for (name, value) in headers {
      record += signed(name.utf8.count) + Array(name.utf8) + signed(value.utf8.count) + Array(value.utf8)
    }
    let records = compress(signed(record.count) + record)
    let behindLength =
      number(Int32(0)) + [2] + number(Int32(0)) + number(attributes) + number(Int32(0)) + number(Int64(0)) + number(Int64(0))
      + number(Int64(-1)) + number(Int16(-1)) + number(Int32(-1)) + number(Int32(1)) + records
    return number(Int64(0)) + number(Int32(behindLength.count)) + behindLength
  }
}
