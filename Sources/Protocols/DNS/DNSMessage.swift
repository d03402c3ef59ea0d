/// The fixed header of a message.
///
///      0  1  2  3  4  5  6  7  8  9 10 11 12 13 14 15
///     |                      ID                       |
///     |QR|   Opcode  |AA|TC|RD|RA| Z|AD|CD|   RCODE   |
///     |    QDCOUNT, ANCOUNT, NSCOUNT, ARCOUNT         |
///
/// Source: RFC 1035 §4.1.1; AD and CD by RFC 2535 §6.1.
struct DNSHeader: Sendable {
  static let byteCount = 12

  var identifier: UInt16
  var flags: UInt16
  var questionCount: Int
  var answerCount: Int
  var authorityCount: Int
  var additionalCount: Int

  var isResponse: Bool { flags & 0x8000 != 0 }
  var opcode: UInt8 { UInt8(truncatingIfNeeded: flags >> 11) & 15 }
  var isAuthoritative: Bool { flags & 0x0400 != 0 }
  var recursionDesired: Bool { flags & 0x0100 != 0 }
  /// The one bit that must still be zero.
  var hasReservedBit: Bool { flags & 0x0040 != 0 }
  var responseCode: Int { Int(flags & 15) }
  var recordCount: Int { answerCount + authorityCount + additionalCount }
}

/// A message: its header, its first question, and where its records are in the bytes it was parsed from.
struct DNSMessage: Sendable {
  var header: DNSHeader
  /// The message without the length that precedes it on a stream; as much of it as is there.
  var range: Range<Int>
  /// The first question; `nil` when the message has none.
  var question: DNSQuestion?
  /// Where the first record begins, when all questions could be stepped over.
  var recordsStart: Int?
  /// What the exchange's key is made of: type and name of the first question, or those remembered for the identifier.
  var questionKey: UInt64
  /// A further message of a zone transfer's response. Source: RFC 5936 §2.2.
  var continuesTransfer: Bool

  /// Sent to whoever listens, with identifier zero and nobody's answer to wait for. Source: RFC 6762 §18.
  var isMulticast: Bool {
    header.identifier == 0 && !header.recursionDesired && header.opcode == 0 && (!header.isResponse || header.isAuthoritative)
  }
}

/// One entry of the question section. Source: RFC 1035 §4.1.2.
struct DNSQuestion: Sendable {
  /// Offset of the name in the bytes.
  var name: Int
  var type: UInt16
  var recordClass: UInt16
}

/// One resource record. Source: RFC 1035 §4.1.3.
struct DNSRecord {
  var name: Int
  var type: UInt16
  var recordClass: UInt16
  var timeToLive: UInt32
  var data: Range<Int>
}
