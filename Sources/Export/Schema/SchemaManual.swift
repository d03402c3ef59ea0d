/// The manual page `deepflow-schema(5)`, made of the catalog.
package enum SchemaManual {
  /// Source of the page, in mdoc(7).
  package static func text(_ catalog: SchemaCatalog) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.append(head)
    for table in catalog.tables {
      bytes.append(text: ".Ss \(table.name)")
      bytes.append("\n")
      bytes.append(roff: table.summary.first.map { $0.uppercased() + table.summary.dropFirst() } ?? "")
      bytes.append(".\n.Bl -tag -width Ds -compact\n")
      for field in table.fields {
        bytes.append(text: ".It Li \(field.name)")
        if let unit = field.unit {
          bytes.append(" Pq ")
          bytes.append(roff: unit)
        }
        bytes.append("\n")
        bytes.append(roff: field.summary)
        bytes.append(".\n")
      }
      bytes.append(".El\n")
    }
    bytes.append(tail)
    return bytes
  }

  private static let head: StaticString = """
    .\\" Made from the catalog by Tests/ExportTests/Schema/SchemaTests.swift: DEEPFLOW_UPDATE_GOLDEN=1 writes it anew.
    .Dd November 22, 2026
    .Dt DEEPFLOW-SCHEMA 5
    .Os
    .Sh NAME
    .Nm deepflow-schema
    .Nd tables of deepflow
    .Sh DESCRIPTION
    These are the tables that
    .Ic deepflow query
    answers questions about, that
    .Ic deepflow export
    writes, and whose columns are the keys of
    .Fl -json
    and the names that
    .Fl -fields
    takes.
    .Pp
    Names and meanings are DeepFlow's where DeepFlow has them.
    The suffix
    .Li _0
    is the client,
    .Li _1
    the server;
    .Li _tx
    is what the client sent,
    .Li _rx
    what the server sent.
    Times are integers, microseconds since 1970-01-01T00:00:00Z; durations are microseconds.
    Codes
    .Pq Li protocol , close_type , response_code
    are numbers here and names in text output.
    A value that is not known is null.
    .Pp
    The logs have a row for each point at which something was seen.
    The metric tables count each exchange and each flow once, as the point nearest the server saw it: in the interval in which the
    request began, and in the second in which the flow's packets were seen.
    A table whose name ends in
    .Li _1m
    has a row a minute, the one without a row a second.
    Percentiles come from HdrHistograms with three significant digits: exact below 2 ms, at most 0.1 % too high above.
    .Sh TABLES

    """

  private static let tail: StaticString = """
    .Sh SEE ALSO
    .Xr deepflow 1 ,
    .Xr deepflow-bundle 5

    """
}

extension [UInt8] {
  /// A line of text: what roff would take for a request or an escape is protected, and what is not ASCII is named, because not every
  /// roff reads UTF-8.
  fileprivate mutating func append(roff text: String) {
    if text.hasPrefix(".") || text.hasPrefix("'") { append("\\&") }
    for scalar in text.unicodeScalars {
      if scalar == "\\" {
        append("\\e")
      } else if scalar.isASCII {
        append(UInt8(truncatingIfNeeded: scalar.value))
      } else {
        // groff_char(7): at least four digits, in capitals.
        let digits = String(scalar.value, radix: 16, uppercase: true)
        append(text: "\\[u" + String(repeating: "0", count: Swift.max(0, 4 - digits.count)) + digits + "]")
      }
    }
  }
}
