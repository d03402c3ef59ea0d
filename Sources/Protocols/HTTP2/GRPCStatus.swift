import Wire

/// The call that a path names: `/` service `/` method. Source: grpc/doc/PROTOCOL-HTTP2.md, "Call-Definition".
struct GRPCCall: Hashable, Sendable {
  var service: Range<Int>
  var method: Range<Int>

  /// `nil` when the path has no such form. A service's name may hold slashes, a method's not.
  init?(_ path: Range<Int>, _ bytes: RawSpan) {
    guard !path.isEmpty, bytes.load8(at: path.lowerBound) == 0x2f else { return nil }
    var slash = path.upperBound - 1
    while bytes.load8(at: slash) != 0x2f { slash -= 1 }
    guard slash > path.lowerBound + 1, slash + 1 < path.upperBound else { return nil }
    service = path.lowerBound + 1..<slash
    method = slash + 1..<path.upperBound
  }
}

/// A status of gRPC. Source: grpc/doc/statuscodes.md.
struct GRPCStatus: Hashable, Sendable {
  var code: Int32

  private static let names: [StaticString] = [
    "OK", "CANCELLED", "UNKNOWN", "INVALID_ARGUMENT", "DEADLINE_EXCEEDED", "NOT_FOUND", "ALREADY_EXISTS", "PERMISSION_DENIED",
    "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION", "ABORTED", "OUT_OF_RANGE", "UNIMPLEMENTED", "INTERNAL", "UNAVAILABLE", "DATA_LOSS",
    "UNAUTHENTICATED",
  ]

  /// `nil` for a code that is not registered.
  var name: StaticString? { GRPCStatus.names.indices.contains(Int(code)) ? GRPCStatus.names[Int(code)] : nil }

  /// The codes that are the client's fault are DeepFlow's.
  var responseStatus: ResponseStatus {
    switch code {
    case 0: .ok
    case 1, 3, 5, 6, 7, 9, 11, 16: .clientError
    default: .serverError
    }
  }

  /// `grpc-message` without its percent-encoding; what is malformed stays as it is. Source: grpc/doc/PROTOCOL-HTTP2.md, "Status-Message".
  static func decodedMessage(_ range: Range<Int>, _ bytes: RawSpan) -> [UInt8] { bytes.percentDecoded(range) }
}
