/// Which rows of a view, in which order: the flags that every view has. An empty list selects everything; several values of one
/// flag are alternatives, several flags must all hold.
package struct RowSelection: Sendable {
  package var protocols: [String] = []
  /// Names of `response_status` or `status`, `error` for any failure, or numbers of `response_code`.
  package var statuses: [String] = []
  package var services: [String] = []
  package var processes: [String] = []
  package var processIDs: [Int64] = []
  package var addresses: [AddressRange] = []
  package var ports: [Int64] = []
  package var paths: [String] = []
  package var resources: [String] = []
  package var traceIDs: [String] = []
  package var spanIDs: [String] = []
  package var requestIDs: [String] = []
  package var closeTypes: [String] = []
  /// Microseconds.
  package var minimumDuration: Int64?
  /// Rows that start at or after `since` and before `until`, µs since the epoch.
  package var since: Int64?
  package var until: Int64?
  package var limit: Int?
  package var sort: [SortField] = []
  /// Names of columns, in the order they shall have; empty for the view's own.
  package var fields: [String] = []

  package init() {}

  /// Everything is selected, whatever order it is shown in.
  package var isEmpty: Bool {
    protocols.isEmpty && statuses.isEmpty && services.isEmpty && processes.isEmpty && processIDs.isEmpty && addresses.isEmpty
      && ports.isEmpty
      && paths.isEmpty && resources.isEmpty && traceIDs.isEmpty && spanIDs.isEmpty && requestIDs.isEmpty && closeTypes.isEmpty
      && minimumDuration == nil && since == nil && until == nil
  }

  /// One field of `--sort`.
  package struct SortField: Hashable, Sendable {
    package var name: String
    package var isDescending: Bool

    package init(_ name: String, isDescending: Bool = false) {
      self.name = name
      self.isDescending = isDescending
    }

    /// `FIELD` or `-FIELD`.
    package init(_ text: String) {
      isDescending = text.hasPrefix("-")
      name = isDescending ? String(text.dropFirst()) : text
    }
  }
}

/// A selection that cannot be applied: the operator's mistake, known before a row is read.
package enum SelectionError: Error, Equatable {
  case unknownField(String, table: String, nearest: String?)
  /// The flag asks for something that the rows of this table do not have.
  case notApplicable(flag: String, table: String)
}

extension SelectionError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .unknownField(let name, let table, let nearest):
      let hint = nearest.map { "; did you mean '\($0)'?" } ?? ""
      return "'\(name)' is not a field of \(table)\(hint)"
    case .notApplicable(let flag, let table): return "rows of \(table) have nothing that \(flag) could select"
    }
  }
}
