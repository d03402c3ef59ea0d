import Analysis

/// Why a statement of the operator's is not run.
package enum QueryError: Error, Equatable {
  /// SQLite does not understand it.
  case refused(message: String, byteOffset: Int?)
  case notReadOnly
  case severalStatements
  case empty
  /// It was understood, and failed while it ran.
  case failed(message: String)
}

extension QueryError: CustomStringConvertible {
  /// `<what failed>: <why>; <what to do>`, without the program's name.
  package var description: String {
    switch self {
    case .refused(let message, _): "the query cannot be run: \(message); \(QueryError.advice(message))"
    case .notReadOnly: "the query cannot be run: it would change something, and queries only read; use SELECT"
    case .severalStatements: "the query cannot be run: it is several statements; give one at a time"
    case .failed(let message): "the query failed: \(message); everything before was printed"
    case .empty: "the query cannot be run: there is nothing in it; write a SELECT statement"
    }
  }

  private static func advice(_ message: String) -> String {
    let hint = nearest(message).map { "did you mean '\($0)'? " } ?? ""
    if message.hasPrefix("no such table") { return hint + "'deepflow schema' lists the tables" }
    if message.hasPrefix("no such column") { return hint + "'deepflow schema TABLE' lists the columns of a table" }
    if message.hasPrefix("no such function") { return "SQLite's own functions are there, and no others" }
    return "it is SQLite's SQL, see https://sqlite.org/lang_select.html"
  }

  /// A name of the catalog like the one that does not exist.
  private static func nearest(_ message: String) -> String? {
    guard let separator = message.lastIndex(of: ":") else { return nil }
    let name = message[message.index(after: separator)...].drop { $0 == " " }
    let last = String(name.split(separator: ".").last ?? "")
    let catalog = SchemaCatalog()
    if message.hasPrefix("no such table") { return NearestName.of(last, among: catalog.tables.map(\.name)) }
    guard message.hasPrefix("no such column") else { return nil }
    return NearestName.of(last, among: catalog.tables.flatMap { $0.fields.map(\.name) })
  }
}
