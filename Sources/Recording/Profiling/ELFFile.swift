import CLibelf
import Glibc

/// What is read of a program or library: its symbols, and what it takes to get from an address of a process to one of the file.
package struct ELFFile {
  /// Symbols of one table, and bytes of its names, that are read; a file with more is taken as without symbols.
  private static let largestSymbolCount = 8_000_000
  private static let largestNameByteCount = 512 << 20
  private static let largestNoteByteCount = 1 << 20

  /// A part of the file that is loaded (PT_LOAD).
  package struct Segment {
    var fileOffset: UInt64
    var fileByteCount: UInt64
    var address: UInt64
  }

  package private(set) var segments: [Segment] = []
  /// Hexadecimal; empty when there is none.
  package private(set) var buildID = ""
  /// Name of a separate debug file (`.gnu_debuglink`); empty when there is none.
  package private(set) var debugLink = ""
  /// All functions (`.symtab`), or those that others may call (`.dynsym`).
  package private(set) var symbols: SymbolTable?
  /// Whether `symbols` is the whole table.
  package private(set) var hasWholeTable = false

  /// `nil` when it is no ELF file that libelf can read. The descriptor stays the caller's.
  package init?(descriptor: Int32) {
    elf_version(UInt32(EV_CURRENT))
    guard let elf = elf_begin(descriptor, ELF_C_READ, nil) else { return nil }
    defer { elf_end(elf) }
    self.init(elf)
  }

  /// An image in memory, such as the vDSO.
  init?(image: inout [UInt8]) {
    elf_version(UInt32(EV_CURRENT))
    let count = image.count
    let read: ELFFile? = image.withUnsafeMutableBytes { bytes in
      guard let elf = elf_memory(bytes.baseAddress?.assumingMemoryBound(to: CChar.self), count) else { return nil }
      defer { elf_end(elf) }
      return ELFFile(elf)
    }
    guard let read else { return nil }
    self = read
  }

  private init?(_ elf: OpaquePointer) {
    guard elf_kind(elf) == ELF_K_ELF else { return nil }
    readSegments(elf)
    var nameSection = 0
    guard elf_getshdrstrndx(elf, &nameSection) == 0 else { return }
    var dynamic: SymbolTable?
    var section = elf_nextscn(elf, nil)
    while let current = section {
      var header = GElf_Shdr()
      if gelf_getshdr(current, &header) != nil {
        switch header.sh_type {
        case UInt32(SHT_SYMTAB):
          symbols = ELFFile.readSymbols(elf, current, header)
          hasWholeTable = symbols != nil
        case UInt32(SHT_DYNSYM): dynamic = ELFFile.readSymbols(elf, current, header)
        case UInt32(SHT_NOTE) where buildID.isEmpty: readNotes(current)
        case UInt32(SHT_PROGBITS):
          if let name = elf_strptr(elf, nameSection, Int(header.sh_name)), strcmp(name, ".gnu_debuglink") == 0 {
            debugLink = ELFFile.bytes(current, limit: Int(PATH_MAX)).map { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) } ?? ""
          }
        default: break
        }
      }
      section = elf_nextscn(elf, current)
    }
    symbols = symbols ?? dynamic
  }

  /// The address in the file's own terms of what lies at `fileOffset`.
  package func address(ofFileOffset fileOffset: UInt64) -> UInt64? {
    for segment in segments where fileOffset >= segment.fileOffset && fileOffset - segment.fileOffset < segment.fileByteCount {
      return segment.address &+ (fileOffset - segment.fileOffset)
    }
    return nil
  }

  /// The symbols of a separate debug file, which has the same addresses.
  mutating func takeSymbols(of debugFile: ELFFile) {
    guard debugFile.hasWholeTable else { return }
    symbols = debugFile.symbols
    hasWholeTable = true
  }

  private mutating func readSegments(_ elf: OpaquePointer) {
    var count = 0
    guard elf_getphdrnum(elf, &count) == 0 else { return }
    for index in 0..<min(count, Int(UInt16.max)) {
      var header = GElf_Phdr()
      guard gelf_getphdr(elf, Int32(index), &header) != nil, header.p_type == UInt32(PT_LOAD), header.p_filesz > 0 else { continue }
      // A mapping begins at a page, which may lie in front of its segment.
      let page = header.p_offset & 0xfff
      segments.append(
        Segment(fileOffset: header.p_offset - page, fileByteCount: header.p_filesz &+ page, address: header.p_vaddr &- page))
    }
  }

  /// Notes: three 32-bit lengths and type, then name and content, each padded to four bytes.
  private mutating func readNotes(_ section: OpaquePointer) {
    guard let bytes = ELFFile.bytes(section, limit: ELFFile.largestNoteByteCount) else { return }
    var offset = 0
    while offset + 12 <= bytes.count {
      func word(_ at: Int) -> Int { (0..<4).reduce(0) { $0 | Int(bytes[offset + at + $1]) << (8 * $1) } }
      let (nameCount, contentCount, type) = (word(0), word(4), word(8))
      let content = offset + 12 + (nameCount + 3) & ~3
      let end = content + (contentCount + 3) & ~3
      guard end <= bytes.count + 3, content + contentCount <= bytes.count else { return }
      // NT_GNU_BUILD_ID of "GNU\0".
      if type == 3, bytes[(offset + 12)...].starts(with: "GNU\0".utf8) {
        buildID = bytes[content..<content + contentCount].map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        return
      }
      offset = end
    }
  }

  private static func bytes(_ section: OpaquePointer, limit: Int) -> [UInt8]? {
    guard let data = elf_getdata(section, nil), let start = data.pointee.d_buf, data.pointee.d_size <= limit else { return nil }
    return Array(UnsafeRawBufferPointer(start: start, count: data.pointee.d_size))
  }

  private static func readSymbols(_ elf: OpaquePointer, _ section: OpaquePointer, _ header: GElf_Shdr) -> SymbolTable? {
    guard header.sh_entsize > 0, let data = elf_getdata(section, nil), let names = elf_getscn(elf, Int(header.sh_link)),
      let nameBytes = bytes(names, limit: largestNameByteCount)
    else { return nil }
    let count = data.pointee.d_size / Int(header.sh_entsize)
    guard count <= largestSymbolCount else { return nil }
    var symbols: [SymbolTable.Symbol] = []
    for index in 0..<count {
      var symbol = GElf_Sym()
      guard gelf_getsym(data, Int32(index), &symbol) != nil, symbol.st_value != 0, symbol.st_shndx != UInt16(SHN_UNDEF) else { continue }
      let type = Int32(symbol.st_info & 0xf)
      // Assembly often leaves its functions without a type.
      guard type == STT_FUNC || type == STT_GNU_IFUNC || (type == STT_NOTYPE && symbol.st_size > 0) else { continue }
      let isFunction: UInt8 = type == STT_NOTYPE ? 0 : 4
      let binding = Int32(symbol.st_info >> 4)
      let rank = isFunction + (binding == STB_GLOBAL ? 2 : binding == STB_WEAK ? 1 : 0)
      symbols.append(SymbolTable.Symbol(address: symbol.st_value, byteCount: symbol.st_size, name: symbol.st_name, rank: rank))
    }
    return symbols.isEmpty ? nil : SymbolTable(symbols, names: nameBytes)
  }
}
