/// Functions by address. Names stay in one piece of memory, as the file has them.
package struct SymbolTable {
  /// Bytes of one name that are kept.
  static let longestName = 1024
  /// A symbol without a size reaches to the next one, but not further than this.
  private static let largestUnsizedFunction: UInt64 = 1 << 20
  /// How many symbols in front of an address are looked at for one that covers it: functions rarely lie inside one another.
  private static let nestingLimit = 8

  struct Symbol {
    var address: UInt64
    /// 0 when the table does not say.
    var byteCount: UInt64
    /// Offset in `names`.
    var name: UInt32
    /// Of symbols at one address the one with the highest rank is kept.
    var rank: UInt8
  }

  private var starts: [UInt64] = []
  private var byteCounts: [UInt32] = []
  private var nameOffsets: [UInt32] = []
  private let names: [UInt8]

  /// - Parameter names: NUL-terminated texts.
  init(_ symbols: [Symbol], names: [UInt8]) {
    self.names = names
    let sorted = symbols.sorted { ($0.address, $1.rank, $0.name) < ($1.address, $0.rank, $1.name) }
    for symbol in sorted where starts.last != symbol.address {
      starts.append(symbol.address)
      byteCounts.append(UInt32(clamping: symbol.byteCount))
      nameOffsets.append(symbol.name)
    }
  }

  package var count: Int { starts.count }

  /// Memory it takes, roughly.
  var byteCount: Int { starts.count * 16 + names.count }

  /// The raw name of the function at `address`; `nil` when the table has none there.
  package func name(at address: UInt64) -> String? {
    var low = 0
    var high = starts.count
    while low < high {
      let middle = (low + high) / 2
      if starts[middle] <= address { low = middle + 1 } else { high = middle }
    }
    for index in (max(0, low - SymbolTable.nestingLimit)..<low).reversed() {
      let distance = address - starts[index]
      if byteCounts[index] > 0 ? distance < UInt64(byteCounts[index]) : index == low - 1 && distance < SymbolTable.largestUnsizedFunction {
        return text(Int(nameOffsets[index]))
      }
    }
    return nil
  }

  private func text(_ offset: Int) -> String? {
    guard offset < names.count else { return nil }
    let name = names[offset...].prefix(SymbolTable.longestName).prefix { $0 != 0 }
    return name.isEmpty ? nil : String(decoding: name, as: UTF8.self)
  }
}
