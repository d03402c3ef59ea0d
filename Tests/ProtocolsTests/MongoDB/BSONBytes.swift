/// Writes documents, element by element.
struct BSONBytes {
  private var body: [UInt8] = []

  private static func little(_ value: some FixedWidthInteger) -> [UInt8] { withUnsafeBytes(of: value.littleEndian) { Array($0) } }

  private func adding(_ type: UInt8, _ name: String, _ value: [UInt8]) -> BSONBytes {
    var copy = self
    copy.body += [type] + Array(name.utf8) + [0] + value
    return copy
  }

  func string(_ name: String, _ value: String) -> BSONBytes {
    adding(0x02, name, Self.little(Int32(value.utf8.count + 1)) + Array(value.utf8) + [0])
  }
  func int(_ name: String, _ value: Int32) -> BSONBytes { adding(0x10, name, Self.little(value)) }
  func long(_ name: String, _ value: Int64) -> BSONBytes { adding(0x12, name, Self.little(value)) }
  func double(_ name: String, _ value: Double) -> BSONBytes { adding(0x01, name, Self.little(value.bitPattern)) }
  func bool(_ name: String, _ value: Bool) -> BSONBytes { adding(0x08, name, [value ? 1 : 0]) }
  func null(_ name: String) -> BSONBytes { adding(0x0a, name, []) }
  func binary(_ name: String, _ value: [UInt8]) -> BSONBytes { adding(0x05, name, Self.little(Int32(value.count)) + [0] + value) }
  func document(_ name: String, _ value: BSONBytes) -> BSONBytes { adding(0x03, name, value.bytes) }
  func array(_ name: String, _ values: [BSONBytes]) -> BSONBytes {
    var array = BSONBytes()
    for (index, value) in values.enumerated() { array = array.document("\(index)", value) }
    return adding(0x04, name, array.bytes)
  }
  func raw(_ type: UInt8, _ name: String, _ value: [UInt8]) -> BSONBytes { adding(type, name, value) }

  var bytes: [UInt8] { Self.little(Int32(body.count + 5)) + body + [0] }

  /// A message of an operation.
  static func message(_ operation: Int32, _ identifier: Int32, to: Int32 = 0, _ body: [UInt8]) -> [UInt8] {
    little(Int32(16 + body.count)) + little(identifier) + little(to) + little(operation) + body
  }

  static func opMsg(_ identifier: Int32, to: Int32 = 0, flags: UInt32 = 0, _ document: BSONBytes, behind: [UInt8] = []) -> [UInt8] {
    message(2013, identifier, to: to, little(flags) + [0] + document.bytes + behind)
  }

  /// A section of kind 1.
  static func sequence(_ name: String, _ documents: [BSONBytes]) -> [UInt8] {
    let inside = Array(name.utf8) + [0] + documents.flatMap(\.bytes)
    return [1] + little(Int32(inside.count + 4)) + inside
  }
}
