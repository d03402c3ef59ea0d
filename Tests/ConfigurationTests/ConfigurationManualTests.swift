import Protocols
import Testing

@testable import Configuration

/// Holds man/deepflow-config.5 and the code together.
@Suite("Manual of the configuration")
struct ConfigurationManualTests {
  private static let page: String = {
    let path = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3).joined(separator: "/")
    let bytes = try? FileContents.read("\(path)/man/deepflow-config.5", limit: ConfigurationFile.largestFile)
    return String(decoding: bytes ?? [], as: UTF8.self)
  }()

  @Test("the page lists the keys that are used, and no others")
  func keys() {
    let prefix = ".It Li "
    let listed = Self.page.split(separator: "\n").filter { $0.hasPrefix(prefix) }.map { String($0.dropFirst(prefix.count)) }
    #expect(listed == ConfigurationUse.allCases.map(\.rawValue))
  }

  @Test("its example can be read, and uses every key in it")
  func example() throws {
    let lines = Self.page.split(separator: "\n", omittingEmptySubsequences: false)
    let start = try #require(lines.firstIndex(of: ".Bd -literal -offset indent"))
    let end = try #require(lines[start...].firstIndex(of: ".Ed"))
    let file = try ConfigurationFile(bytes: Array(lines[(start + 1)..<end].joined(separator: "\n").utf8), path: "example")
    #expect(file.unusedKeys == [])
    #expect(file.options.customFields.count == 1)
    #expect(file.options.endpointRules.count == 1)
  }
}
