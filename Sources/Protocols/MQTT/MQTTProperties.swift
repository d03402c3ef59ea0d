import Wire

/// Walks the properties of a packet of version 5. Source: MQTT 5.0 §2.2.2.2.
struct MQTTProperties {
  struct Property {
    var identifier: UInt8
    /// Of texts and bytes; of user properties the name.
    var text: Range<Int>?
    /// Of user properties.
    var value: Range<Int>?
    var number: UInt32 = 0
  }

  private var reader: MQTTReader

  init(_ range: Range<Int>) { reader = MQTTReader(range) }

  /// Where the next property begins.
  var offset: Int { reader.offset }

  /// The next property; `nil` at the end, and where the bytes make no sense.
  mutating func next(_ bytes: RawSpan) -> Property? {
    guard let identifier = reader.byte(bytes) else { return nil }
    var property = Property(identifier: identifier)
    switch identifier {
    case 0x01, 0x17, 0x19, 0x24, 0x25, 0x28, 0x29, 0x2a:
      guard let byte = reader.byte(bytes) else { return nil }
      property.number = UInt32(byte)
    case 0x13, 0x21, 0x22, 0x23:
      guard let number = reader.number(bytes) else { return nil }
      property.number = UInt32(number)
    case 0x02, 0x11, 0x18, 0x27:
      guard let high = reader.number(bytes), let low = reader.number(bytes) else { return nil }
      property.number = UInt32(high) << 16 | UInt32(low)
    case 0x0b:
      guard let number = reader.variable(bytes) else { return nil }
      property.number = UInt32(number)
    case 0x03, 0x08, 0x09, 0x12, 0x15, 0x16, 0x1a, 0x1c, 0x1f:
      guard let text = reader.text(bytes) else { return nil }
      property.text = text
    case 0x26:
      guard let name = reader.text(bytes), let value = reader.text(bytes) else { return nil }
      property.text = name
      property.value = value
    default: return nil
    }
    return property
  }
}
