import Wire

/// Receives the fields of a header block, in order. The spans are valid during the call.
protocol HPACKFieldConsumer {
  mutating func take(_ name: RawSpan, _ value: RawSpan)
  /// A field that refers to what was not seen.
  mutating func takeUnknown()
}

/// What became of a header block.
enum HPACKOutcome: Hashable, Sendable {
  case whole
  /// The bytes are no header block, or name entries that cannot exist. The fields before the fault were delivered, and the table is
  /// forgotten from here on.
  case malformed
}

/// Decodes the header blocks of one direction of a connection. Source: RFC 7541.
struct HPACKDecoder: Sendable {
  /// Room that is kept between blocks for strings that had to be put together; more is given back.
  private static let keptScratch = 4096

  private(set) var table = HPACKDynamicTable()
  private var name: [UInt8] = []
  private var value: [UInt8] = []

  /// Blocks were lost: see `HPACKDynamicTable.forget`.
  mutating func forget() { table.forget() }

  mutating func decode<Consumer: HPACKFieldConsumer>(_ block: RawSpan, into consumer: inout Consumer) -> HPACKOutcome {
    var offset = 0
    while offset < block.byteCount {
      guard field(block, &offset, &consumer) else {
        table.forget()
        return .malformed
      }
    }
    if name.capacity > HPACKDecoder.keptScratch { name = [] }
    if value.capacity > HPACKDecoder.keptScratch { value = [] }
    return .whole
  }

  /// One field representation; its first bits say which. Source: RFC 7541 §6.
  ///
  ///     1xxxxxxx  indexed                      0001xxxx  literal, never indexed
  ///     01xxxxxx  literal, added to the table  0000xxxx  literal, not added
  ///     001xxxxx  size of the table
  private mutating func field<Consumer: HPACKFieldConsumer>(
    _ block: RawSpan, _ offset: inout Int, _ consumer: inout Consumer
  ) -> Bool {
    let first = block.load8(at: offset)
    if first & 0x80 != 0 {
      guard let index = HPACKDecoder.integer(block, &offset, prefixBitCount: 7), index > 0 else { return false }
      return indexed(index, &consumer)
    }
    if first & 0xe0 == 0x20 {
      guard let limit = HPACKDecoder.integer(block, &offset, prefixBitCount: 5) else { return false }
      table.resize(limit)
      return true
    }
    let isAdded = first & 0x40 != 0
    guard let index = HPACKDecoder.integer(block, &offset, prefixBitCount: isAdded ? 6 : 4) else { return false }
    // The room for strings leaves the decoder meanwhile, so that the table can change while they are read.
    var name: [UInt8] = []
    var value: [UInt8] = []
    swap(&name, &self.name)
    swap(&value, &self.value)
    defer {
      swap(&name, &self.name)
      swap(&value, &self.value)
    }
    name.removeAll(keepingCapacity: true)
    value.removeAll(keepingCapacity: true)
    var isNameKnown = true
    if index == 0 {
      guard HPACKDecoder.string(block, &offset, into: &name) else { return false }
    } else if index <= HPACKStaticTable.count {
      name.append(contentsOf: HPACKStaticTable.text[HPACKStaticTable.entry(index).name])
    } else if let entry = table.entry(index - HPACKStaticTable.count - 1) {
      name.append(contentsOf: table.text[entry.name])
    } else {
      guard table.mayHold(index - HPACKStaticTable.count - 1) else { return false }
      isNameKnown = false
    }
    guard HPACKDecoder.string(block, &offset, into: &value) else { return false }
    let nameSpan = name.span
    let valueSpan = value.span
    if isNameKnown { consumer.take(nameSpan.bytes, valueSpan.bytes) } else { consumer.takeUnknown() }
    if isAdded {
      if isNameKnown { table.insert(nameSpan.bytes, valueSpan.bytes) } else { table.insert(nil, valueSpan.bytes) }
    }
    return true
  }

  private func indexed<Consumer: HPACKFieldConsumer>(_ index: Int, _ consumer: inout Consumer) -> Bool {
    if index <= HPACKStaticTable.count {
      let entry = HPACKStaticTable.entry(index)
      let all = HPACKStaticTable.text
      let text = all.span
      consumer.take(text.bytes.extracting(entry.name), text.bytes.extracting(entry.value))
    } else if let entry = table.entry(index - HPACKStaticTable.count - 1) {
      let text = table.text.span
      consumer.take(text.bytes.extracting(entry.name), text.bytes.extracting(entry.value))
    } else {
      guard table.mayHold(index - HPACKStaticTable.count - 1) else { return false }
      consumer.takeUnknown()
    }
    return true
  }

  /// An integer whose first bits share a byte with other things; `nil` when it is cut short or beyond 2^28, which no index, length or size of
  /// a table reaches. Source: RFC 7541 §5.1.
  static func integer(_ bytes: RawSpan, _ offset: inout Int, prefixBitCount: Int) -> Int? {
    guard let first = bytes.uint8(at: offset) else { return nil }
    offset += 1
    let largest = 1 << prefixBitCount - 1
    var value = Int(first) & largest
    guard value == largest else { return value }
    for shift in stride(from: 0, through: 21, by: 7) {
      guard let byte = bytes.uint8(at: offset) else { return nil }
      offset += 1
      value += Int(byte & 0x7f) << shift
      if byte & 0x80 == 0 { return value }
    }
    return nil
  }

  /// A string, Huffman-coded or not. Source: RFC 7541 §5.2.
  static func string(_ bytes: RawSpan, _ offset: inout Int, into text: inout [UInt8]) -> Bool {
    guard let first = bytes.uint8(at: offset), let length = integer(bytes, &offset, prefixBitCount: 7),
      length <= bytes.byteCount - offset
    else { return false }
    let content = bytes.extracting(offset..<offset + length)
    offset += length
    if first & 0x80 != 0 { return HPACKHuffman.decode(content, into: &text) }
    content.withUnsafeBytes { text.append(contentsOf: $0) }
    return true
  }
}
