import Capture
import Wire

/// What the request log shows of a message of SOME/IP: decimal numbers, as in DeepFlow; names are
/// not on the wire.
enum SOMEIPSummary {
  /// Entries of service discovery that are shown.
  private static let entryLimit = 8

  static func summarize(_ message: SOMEIPMessage, _ bytes: RawSpan, into summary: inout MessageSummary, _ texts: inout TextTable) {
    // Segments say what the first one said.
    guard !message.isSegmentAfterFirst else { return }
    summary.version = texts.intern("1.\(message.interfaceVersion)")
    summary.requestID = UInt64(message.session)
    switch message.kind {
    case .request, .requestNoReturn, .notification:
      summary.requestType = texts.intern(message.isDiscovery ? "SD" : message.kind.name)
      summary.requestResource = texts.intern("\(message.service)")
      summary.endpoint = texts.intern("\(message.method)")
      summary.add(texts.intern("client_id"), texts.intern("\(message.client)"))
      if message.isDiscovery { discovery(message.payload, bytes, into: &summary, &texts) }
    case .response, .error:
      summary.responseCode = Int32(message.returnCode)
      summary.responseStatus =
        message.returnCode == 0
        ? (message.kind == .error ? .serverError : .ok) : SOMEIPReturnCode.isClients(message.returnCode) ? .clientError : .serverError
      if message.returnCode != 0 { summary.responseException = texts.intern(SOMEIPReturnCode.name(message.returnCode)) }
    case .acknowledgement: break
    }
  }

  /// Flags (1), reserved (3), the length of the entries (4), entries of 16 bytes: type, two indices, numbers of options, service, instance,
  /// major version, time to live (3), and more. Source: PRS_SOMEIPSD_00254, PRS_SOMEIPSD_00268.
  private static func discovery(_ payload: Range<Int>, _ bytes: RawSpan, into summary: inout MessageSummary, _ texts: inout TextTable) {
    guard payload.count >= 8, let length = bytes.bigEndian32(at: payload.lowerBound + 4) else { return }
    let start = payload.lowerBound + 8
    let count = min(Int(length), payload.upperBound - start) / 16
    for index in 0..<min(count, entryLimit) {
      let entry = start + index * 16
      guard let type = bytes.uint8(at: entry), let service = bytes.bigEndian16(at: entry + 4),
        let instance = bytes.bigEndian16(at: entry + 6),
        let life = bytes.bigEndian24(at: entry + 9)
      else { return }
      summary.add(texts.intern(name(type, life)), texts.intern("\(service).\(instance)"))
    }
  }

  /// A time to live of 0 takes back what the entry says.
  private static func name(_ type: UInt8, _ life: UInt32) -> StaticString {
    switch (type, life) {
    case (0, _): "find_service"
    case (1, 0): "stop_offer_service"
    case (1, _): "offer_service"
    case (6, 0): "stop_subscribe"
    case (6, _): "subscribe"
    case (7, 0): "subscribe_nack"
    case (7, _): "subscribe_ack"
    default: "entry"
    }
  }
}
