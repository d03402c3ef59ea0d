import Capture
import Wire

/// A header field that the operator asked for, on its way into the attributes of a row.
struct CustomFieldText: Sendable {
  /// The attribute's name: the field's in small letters, with underscores.
  let attribute: String
  let isOfHTTP: Bool
  let isOfHTTP2: Bool
  /// Credentials never reach a row, whoever asks for them: only that they were there.
  let isCredential: Bool

  init(_ field: CustomHeaderField) {
    attribute = String(decoding: field.name.utf8.map { $0 == 0x2d ? 0x5f : $0.asciiLowercased }, as: UTF8.self)
    isOfHTTP = field.isOfHTTP
    isOfHTTP2 = field.isOfHTTP2
    isCredential = CustomFieldText.credentials.contains(attribute)
  }

  private static let credentials: Set<String> = [
    "authorization", "proxy_authorization", "cookie", "set_cookie", "x_api_key", "x_auth_token", "x_amz_security_token", "x_csrf_token",
  ]

  func add(_ value: Range<Int>, _ bytes: RawSpan, to summary: inout MessageSummary, _ texts: inout TextTable) {
    guard !value.isEmpty else { return }
    summary.add(texts.intern(attribute), isCredential ? texts.intern("***") : texts.intern(bytes, value))
  }
}
