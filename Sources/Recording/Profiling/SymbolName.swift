import CDeepFlow
import Glibc

/// Makes a name that people know out of a linker's name.
package enum SymbolName {
  private typealias CxxDemangle =
    @convention(c) (
      UnsafePointer<CChar>, UnsafeMutablePointer<CChar>?, UnsafeMutablePointer<Int>?, UnsafeMutablePointer<Int32>?
    ) -> UnsafeMutablePointer<CChar>?

  /// `__cxa_demangle` of the C++ runtime (Itanium C++ ABI §3.4), when the process has one.
  private static let cxxDemangle: CxxDemangle? = dlsym(nil, "__cxa_demangle").map { unsafeBitCast($0, to: CxxDemangle.self) }

  /// Demangled when it is a C++ or Swift name, otherwise as it is. At most `SymbolTable.longestName` bytes.
  package static func readable(_ name: String) -> String {
    var text = name
    if name.hasPrefix("_Z"), let cxxDemangle {
      text = taken(cxxDemangle(name, nil, nil, nil)) ?? name
    } else if name.hasPrefix("$s") || name.hasPrefix("$S") || name.hasPrefix("_$s") {
      text = taken(swift_demangle(name, name.utf8.count, nil, nil, 0)) ?? name
    }
    guard text.utf8.count > SymbolTable.longestName else { return text }
    return String(decoding: text.utf8.prefix(SymbolTable.longestName), as: UTF8.self)
  }

  /// The text of a buffer that the demangler allocated.
  private static func taken(_ buffer: UnsafeMutablePointer<CChar>?) -> String? {
    guard let buffer else { return nil }
    defer { free(buffer) }
    return String(cString: buffer)
  }
}
