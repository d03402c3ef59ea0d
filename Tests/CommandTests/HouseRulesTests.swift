import Glibc
import Testing

/// What the sources, tests and fixtures have to keep to, and no compiler checks.
@Suite("House rules")
struct HouseRulesTests {
  /// Lines at which a file surely holds more than one noun.
  static let lineLimit = 600

  private static let root = String(#filePath.split(separator: "/").dropLast(3).reduce(into: "") { $0 += "/" + $1 })

  /// Paths below the repository's root of all regular files of one of its folders, in order.
  private static func files(in folder: String) -> [String] {
    var found: [String] = []
    func walk(_ folder: String) {
      guard let directory = opendir("\(root)/\(folder)") else { return }
      defer { closedir(directory) }
      while let entry = readdir(directory) {
        let name = withUnsafePointer(to: &entry.pointee.d_name) {
          $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        }
        if name.hasPrefix(".") || name == "__pycache__" { continue }
        if entry.pointee.d_type == DT_DIR { walk("\(folder)/\(name)") } else { found.append("\(folder)/\(name)") }
      }
    }
    walk(folder)
    return found.sorted()
  }

  private static func text(_ path: String) throws -> String {
    let file = try #require(fopen("\(root)/\(path)", "r"), "\(path) can be read")
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while case let count = fread(&buffer, 1, buffer.count, file), count > 0 { bytes += buffer[..<count] }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static let swiftFiles = (files(in: "Sources") + files(in: "Tests") + files(in: "bpf")).filter { $0.hasSuffix(".swift") }

  private static func baseName(_ path: String) -> Substring { path.split(separator: "/").last ?? "" }

  @Test("files are named after what they hold")
  func names() {
    let forbidden = ["Util", "Common", "Helper", "Manager", "Misc", "New", "misc", "utils"]
    #expect(Self.swiftFiles.count > 400)
    for path in Self.swiftFiles {
      let words = Self.words(Self.baseName(path).dropLast(".swift".count))
      for word in forbidden { #expect(!words.contains { $0 == word || $0 == word + "s" }, "\(path): a name that says nothing") }
    }
  }

  /// The words of a name in camel case.
  private static func words(_ name: Substring) -> [String] {
    name.reduce(into: []) { words, letter in
      if letter.isUppercase || words.isEmpty { words.append(String(letter)) } else { words[words.count - 1].append(letter) }
    }
  }

  @Test("no file holds everything, and none waits for somebody to come back to it")
  func contents() throws {
    let marks = ["TO" + "DO", "FIX" + "ME", "XX" + "X:"]
    for path in Self.swiftFiles {
      let text = try Self.text(path)
      #expect(text.utf8.count { $0 == UInt8(ascii: "\n") } <= Self.lineLimit, "\(path) is too long")
      for mark in marks { #expect(!text.contains(mark), "\(path) holds \(mark)") }
      if path.hasPrefix("Sources/") { #expect(!text.contains("import Foundation"), "\(path) imports Foundation") }
    }
  }

  @Test("every fixture has its line of provenance, and every line its fixture")
  func provenance() throws {
    let fixtures = Self.files(in: "fixtures").filter { Self.baseName($0) != "README.md" }
    let lines = try Self.text("fixtures/README.md")
    #expect(fixtures.count > 60)
    for path in fixtures { #expect(lines.contains("`\(Self.baseName(path))"), "\(path) is not in fixtures/README.md") }
    let known = Set(fixtures.map { String(Self.baseName($0)) })
    for line in lines.split(separator: "\n") where line.hasPrefix("| `") {
      let name = line.dropFirst(3).prefix { $0 != "`" }
      #expect(known.contains(String(name)), "fixtures/README.md names \(name), which is not there")
    }
  }

  @Test("every protocol has tests, a registry line and a page-long overview")
  func protocols() throws {
    let registry = try Self.text("Sources/Protocols/ProtocolRegistry.swift")
    var count = 0
    for path in Self.files(in: "Sources/Protocols") {
      let name = Self.baseName(path).dropLast(".swift".count)
      guard path.hasSuffix("/\(name)/\(name).swift"), case let text = try Self.text(path),
        text.contains("enum \(name): ApplicationProtocol")
      else {
        continue
      }
      count += 1
      #expect(registry.contains("(\(name).self)"), "\(name) is not registered")
      #expect(!Self.files(in: "Tests/ProtocolsTests/\(name)").isEmpty, "\(name) has no tests")
      #expect(text.utf8.count { $0 == UInt8(ascii: "\n") } <= 160, "\(path) is an overview, and longer than a page or two")
    }
    #expect(count == registry.split(separator: "\n").count { $0.contains(".self),") })
  }
}
