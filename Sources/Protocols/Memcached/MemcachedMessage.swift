/// A message, or a further part of one: numbers, and ranges into the bytes it was parsed from.
struct MemcachedMessage: Sendable {
  enum Content: Sendable {
    case command(MemcachedCommand)
    case reply(MemcachedReply)
    /// A list of values ended; so many were found.
    case listEnd(valueCount: Int)
    case binaryRequest(MemcachedBinaryHeader)
    case binaryResponse(MemcachedBinaryHeader)
    /// A line of what WATCH asked for.
    case event(line: Range<Int>)
    /// A further datagram of a message that needs several.
    case furtherDatagram
  }

  var content: Content
  var role: MessageRole
  /// Of a datagram, the number in its header.
  var datagramIdentifier: UInt16?

  init(_ content: Content, _ role: MessageRole, datagramIdentifier: UInt16? = nil) {
    self.content = content
    self.role = role
    self.datagramIdentifier = datagramIdentifier
  }
}

/// A line of the text protocol that asks for something; of a storage command, without the data behind it.
struct MemcachedCommand: Sendable {
  var word: Range<Int>
  var line: Range<Int>
  /// No answer means that all went well: `noreply`, or a meta command's flag `q`.
  var isQuiet: Bool
}

struct MemcachedReply: Sendable {
  enum Outcome: Sendable { case ok, clientError, serverError }

  var line: Range<Int>
  var outcome: Outcome
}

/// The header of a binary message.
///
/// ```
///   0       1       2       4      5     6         8        12       16     24
///   | magic | opcode | key   | extras | type | vbucket | length | opaque | CAS |
///   |       |        | length| length |      | /status | (body) |        |     |
/// ```
struct MemcachedBinaryHeader: Sendable {
  var opcode: UInt8
  /// Of a response.
  var status: UInt16
  var opaque: UInt32
  var extrasByteCount: Int
  var key: Range<Int>
  /// The beginning of an error's text.
  var errorText: Range<Int>?
  /// Extras, key and value.
  var bodyByteCount: Int
}
