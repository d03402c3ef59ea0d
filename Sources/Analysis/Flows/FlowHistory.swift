package import Transport

/// What each end of a flow did, in the order in which it first did it: Zeek's `history`, without the repetitions that Zeek has for the
/// letters of faults, which have counters here.
///
/// Source: Zeek, `base/protocols/conn/main.zeek`, field `history`.
package struct FlowHistory: Sendable {
  /// Letters in the order in which one packet adds them. Their position is their code.
  private static let letters: StaticString = "shadtwfriq"
  /// Each letter takes four bits for its code and one for its side.
  private static let bitsPerLetter: UInt64 = 5
  private static let lettersPerWord = 12

  package struct Marks: OptionSet, Sendable {
    package var rawValue: UInt16
    @inlinable package init(rawValue: UInt16) { self.rawValue = rawValue }
    /// SYN; SYN/ACK.
    static var syn: Marks { Marks(rawValue: 1 << 0) }
    static var synAck: Marks { Marks(rawValue: 1 << 1) }
    /// A segment that does nothing but acknowledge.
    static var acknowledgment: Marks { Marks(rawValue: 1 << 2) }
    static var data: Marks { Marks(rawValue: 1 << 3) }
    static var retransmission: Marks { Marks(rawValue: 1 << 4) }
    static var zeroWindow: Marks { Marks(rawValue: 1 << 5) }
    static var fin: Marks { Marks(rawValue: 1 << 6) }
    static var reset: Marks { Marks(rawValue: 1 << 7) }
    /// FIN with RST.
    static var inconsistent: Marks { Marks(rawValue: 1 << 8) }
    /// SYN with FIN or RST.
    static var multipleFlags: Marks { Marks(rawValue: 1 << 9) }
  }

  /// Twenty letters at most: ten of each side, every one once.
  private var firstWord: UInt64 = 0
  private var secondWord: UInt64 = 0
  private var seenByInitiator: Marks = []
  private var seenByResponder: Marks = []
  private var count: UInt8 = 0

  package init() {}

  @inline(__always)
  mutating func note(_ marks: Marks, from side: FlowSide) {
    let fresh = marks.subtracting(side == .initiator ? seenByInitiator : seenByResponder)
    if !fresh.isEmpty { append(fresh, side) }
  }

  private mutating func append(_ marks: Marks, _ side: FlowSide) {
    if side == .initiator { seenByInitiator.formUnion(marks) } else { seenByResponder.formUnion(marks) }
    var rest = marks.rawValue
    while rest != 0 {
      let code = UInt64(rest.trailingZeroBitCount) << 1 | UInt64(side.rawValue)
      rest &= rest - 1
      if Int(count) < FlowHistory.lettersPerWord {
        firstWord |= code << (UInt64(count) * FlowHistory.bitsPerLetter)
      } else {
        secondWord |= code << (UInt64(Int(count) - FlowHistory.lettersPerWord) * FlowHistory.bitsPerLetter)
      }
      count += 1
    }
  }

  /// The letters, the client's in capitals; `^` in front when the server's end was seen first. Empty when nothing was noted.
  package func text(client: FlowSide) -> String {
    if count == 0 { return "" }
    var text = client == .initiator ? "" : "^"
    for index in 0..<Int(count) {
      let (word, position) =
        index < FlowHistory.lettersPerWord ? (firstWord, index) : (secondWord, index - FlowHistory.lettersPerWord)
      let code = word >> (UInt64(position) * FlowHistory.bitsPerLetter)
      let isClient = UInt8(code & 1) == client.rawValue
      let letter = FlowHistory.letters.utf8Start[Int(code >> 1 & 0x0f)]
      text.unicodeScalars.append(Unicode.Scalar(isClient ? letter & 0xdf : letter))
    }
    return text
  }
}

extension FlowHistory.Marks {
  /// What a segment does, apart from what only a comparison with earlier ones tells.
  @inline(__always)
  init(_ segment: borrowing TCPSegment) {
    let flags = segment.flags
    var marks: FlowHistory.Marks = segment.byteCount > 0 ? .data : []
    if flags.isDisjoint(with: [.syn, .fin, .rst]) {
      if marks.isEmpty, flags.contains(.ack) { marks = .acknowledgment }
      if segment.window == 0 { marks.insert(.zeroWindow) }
    } else if flags.contains(.syn) {
      marks.insert(!flags.isDisjoint(with: [.fin, .rst]) ? .multipleFlags : flags.contains(.ack) ? .synAck : .syn)
    } else {
      marks.insert(flags.isSuperset(of: [.fin, .rst]) ? .inconsistent : flags.contains(.fin) ? .fin : .reset)
    }
    self = marks
  }
}
