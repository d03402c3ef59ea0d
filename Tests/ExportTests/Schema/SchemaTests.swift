import Analysis
import Glibc
import Testing

@testable import Export

@Suite struct SchemaTests {
  private static let manual: String = {
    var parts = "\(#filePath)".split(separator: "/", omittingEmptySubsequences: false)
    parts.removeLast(4)
    return parts.joined(separator: "/") + "/man/deepflow-schema.5"
  }()

  @Test("man/deepflow-schema.5 is what the catalog makes of it; DEEPFLOW_UPDATE_GOLDEN=1 writes it")
  func manualIsCurrent() throws {
    let text = SchemaManual.text(SchemaCatalog())
    if getenv("DEEPFLOW_UPDATE_GOLDEN") != nil {
      let file = try #require(fopen(Self.manual, "w"))
      text.withUnsafeBytes { _ = fwrite($0.baseAddress, 1, $0.count, file) }
      fclose(file)
    }
    #expect(text.allSatisfy { $0 < 0x80 }, "the page is readable to every roff")
    let isCurrent = Golden.read(Self.manual) == text
    #expect(isCurrent, "man/deepflow-schema.5 is out of date: run the tests with DEEPFLOW_UPDATE_GOLDEN=1")
  }

  @Test("every table of the data model is there")
  func tables() {
    let names = SchemaCatalog().tables.map(\.name)
    for name in [
      "l4_flow_log", "l7_flow_log", "network", "network_map", "application", "application_map", "trace", "span", "process", "interface",
      "clock", "loss", "meta", "anomaly",
    ] { #expect(names.contains(name), "\(name)") }
    #expect(Set(names).count == names.count)
  }

  @Test("a table has each name once, and every column says what it means; times and durations have their unit")
  func columns() {
    for table in SchemaCatalog().tables {
      #expect(Set(table.fields.map(\.name)).count == table.fields.count, "\(table.name)")
      for field in table.fields {
        #expect(!field.summary.isEmpty && !field.summary.contains("\n"), "\(table.name).\(field.name)")
        #expect(!field.summary.hasSuffix("."), "\(table.name).\(field.name)")
        if field.kind == .duration { #expect(field.unit == "µs") }
        if field.kind == .time { #expect(field.unit == "µs since the epoch") }
        if field.name.hasSuffix("_ratio") { #expect(field.unit == "%" && field.kind == .real) }
      }
    }
  }

  @Test("the schema of a table in text and in JSON")
  func forms() throws {
    let clock = try #require(SchemaCatalog().table("clock"))
    var text: [UInt8] = []
    SchemaText.append(clock, to: &text)
    #expect(
      String(decoding: text, as: UTF8.self) == """
        clock: the node's clocks, read together
          time          INTEGER  µs since the epoch  wall clock
          monotonic_ns  INTEGER  ns                  CLOCK_MONOTONIC
          boottime_ns   INTEGER  ns                  CLOCK_BOOTTIME
          realtime_ns   INTEGER  ns                  CLOCK_REALTIME, ns since the epoch

        """)
    var json: [UInt8] = []
    SchemaText.append(json: [clock], isLines: true, to: &json)
    #expect(
      String(decoding: json, as: UTF8.self).hasPrefix(
        "{\"table\":\"clock\",\"summary\":\"the node's clocks, read together\",\"columns\":[{\"name\":\"time\",\"type\":\"INTEGER\",\"unit\":\"µs"
      ))
  }
}
