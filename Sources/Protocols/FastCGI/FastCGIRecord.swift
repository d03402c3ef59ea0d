import Wire

/// What every record begins with. Source: FastCGI Specification 1.0, §3.3.
///
///     version (1) | type (1) | request id (2) | content length (2) | padding length (1) | reserved (1)
struct FastCGIRecordHeader: Hashable, Sendable {
  static let byteCount = 8

  var type: FastCGIRecordType
  /// 0 for records about the connection.
  var request: UInt16
  var contentByteCount: Int
  var paddingByteCount: Int

  /// `nil` when there are too few bytes; the fault of what is there is in `fault(_:)`.
  init?(_ bytes: RawSpan, at offset: Int = 0) {
    guard let type = bytes.uint8(at: offset + 1), let request = bytes.bigEndian16(at: offset + 2),
      let content = bytes.bigEndian16(at: offset + 4), let padding = bytes.uint8(at: offset + 6), offset + 8 <= bytes.byteCount
    else { return nil }
    self.type = FastCGIRecordType(type)
    self.request = request
    contentByteCount = Int(content)
    paddingByteCount = Int(padding)
  }

  /// Bytes of the record, header and padding included.
  var byteCount: Int { FastCGIRecordHeader.byteCount + contentByteCount + paddingByteCount }

  /// What makes the record impossible; the version is the first byte's.
  func fault(version: UInt8) -> StaticString? {
    guard version == 1 else { return "a record of another version than 1" }
    switch type {
    case .beginRequest, .endRequest:
      return request == 0 || contentByteCount != 8 ? "a malformed FCGI_BEGIN_REQUEST or FCGI_END_REQUEST" : nil
    case .abortRequest, .parameters, .standardInput, .standardOutput, .standardError, .data:
      return request == 0 ? "a record of a request without a request" : nil
    case .getValues, .getValuesResult, .unknownType: return request != 0 ? "a record of the connection with a request" : nil
    case .other: return "a record of an unknown type"
    }
  }
}

/// Source: FastCGI Specification 1.0, §8.
enum FastCGIRecordType: Hashable, Sendable {
  case beginRequest, abortRequest, endRequest, parameters, standardInput, standardOutput, standardError, data, getValues, getValuesResult
  case unknownType
  case other(UInt8)

  init(_ code: UInt8) {
    switch code {
    case 1: self = .beginRequest
    case 2: self = .abortRequest
    case 3: self = .endRequest
    case 4: self = .parameters
    case 5: self = .standardInput
    case 6: self = .standardOutput
    case 7: self = .standardError
    case 8: self = .data
    case 9: self = .getValues
    case 10: self = .getValuesResult
    case 11: self = .unknownType
    default: self = .other(code)
    }
  }

  /// Which side sends records of this type.
  var sender: MessageSender? {
    switch self {
    case .beginRequest, .abortRequest, .parameters, .standardInput, .data, .getValues: .client
    case .endRequest, .standardOutput, .standardError, .getValuesResult, .unknownType: .server
    case .other: nil
    }
  }
}
