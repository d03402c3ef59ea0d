#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// Why a capture or a bundle could not be read or written: mistakes of the operator and of the machine, never of the bytes inside.
/// Damage inside a file is a `LossRecord`.
package struct BundleError: Error, Hashable, Sendable {
  package enum Reason: Hashable, Sendable {
    case cannotOpen
    case cannotRead
    /// The file has no byte.
    case empty
    /// Neither pcap nor pcapng, plain or compressed.
    case notACapture
    /// A capture in a version of its format that nobody has documented.
    case unsupportedVersion
    case cannotCreate
    case cannotWrite
    /// The file system is full, or a quota or a file size limit is reached.
    case full
    /// A block longer than the format lets a reader accept.
    case tooLarge
  }

  /// As the operator wrote it; `-` is standard input or output.
  package var path: String
  package var reason: Reason
  /// The `errno` of the system call that failed.
  package var errorNumber: Int32?
  /// What was found instead, or where; a phrase, empty when there is nothing to add.
  package var detail: String

  package init(path: String, reason: Reason, errorNumber: Int32? = nil, detail: String = "") {
    self.path = path
    self.reason = reason
    self.errorNumber = errorNumber
    self.detail = detail
  }
}

extension BundleError: CustomStringConvertible {
  /// `FILE: WHAT FAILED: WHY; WHAT TO DO`, without the program's name in front.
  package var description: String {
    let why = errorNumber.map { BundleError.text(ofError: $0) } ?? detail
    return "\(place): \(what): \(why); \(advice)"
  }

  private var place: String {
    guard path == "-" else { return path }
    switch reason {
    case .cannotCreate, .cannotWrite, .full, .tooLarge: return "standard output"
    case .cannotOpen, .cannotRead, .empty, .notACapture, .unsupportedVersion: return "standard input"
    }
  }

  private var what: String {
    switch reason {
    case .cannotOpen: "cannot open"
    case .cannotRead: "cannot read"
    case .empty, .notACapture, .unsupportedVersion: "cannot read as a capture"
    case .cannotCreate: "cannot create"
    case .cannotWrite, .full, .tooLarge: "cannot write"
    }
  }

  private var advice: String {
    switch reason {
    case .cannotOpen: "check the name and the permissions"
    case .cannotRead: "check that it is a file or a pipe, and the disk it is on"
    case .empty: "record it again, or name another file"
    case .notACapture: "name a pcap, pcapng or deepflow file, plain or compressed with gzip or zstd"
    case .unsupportedVersion: "convert it with editcap or tcpdump -w first"
    case .cannotCreate: "choose another name or folder, or check the permissions"
    case .cannotWrite: "check the disk or the program that reads the pipe"
    case .full: "free some space or choose another folder; what was written before is readable"
    case .tooLarge: "write less into one record"
    }
  }

  private static func text(ofError number: Int32) -> String {
    guard let text = strerror(number) else { return "error \(number)" }
    return String(cString: text)
  }
}
