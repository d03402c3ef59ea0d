/// The functions of the running kernel and its modules, by /proc/kallsyms.
package enum KernelSymbols {
  /// `nil` when the kernel does not tell addresses (kernel.kptr_restrict, or no privilege for it).
  static func read() -> SymbolTable? {
    ProcessFiles.bytes("/proc/kallsyms").flatMap { table($0[...]) }
  }

  /// Lines `address type name [module]`; those of the types t, T, w and W are functions.
  package static func table(_ text: ArraySlice<UInt8>) -> SymbolTable? {
    var symbols: [SymbolTable.Symbol] = []
    var names: [UInt8] = []
    for line in text.split(separator: UInt8(ascii: "\n")) {
      let fields = line.split(maxSplits: 2, whereSeparator: { $0 == UInt8(ascii: " ") })
      guard fields.count == 3, let type = fields[1].first, "tTwW".utf8.contains(type),
        let address = UInt64(String(decoding: fields[0], as: UTF8.self), radix: 16), address != 0
      else { continue }
      symbols.append(SymbolTable.Symbol(address: address, byteCount: 0, name: UInt32(clamping: names.count), rank: 0))
      names.append(contentsOf: fields[2].prefix { $0 != UInt8(ascii: "\t") && $0 != UInt8(ascii: " ") })
      names.append(0)
    }
    return symbols.isEmpty ? nil : SymbolTable(symbols, names: names)
  }
}
