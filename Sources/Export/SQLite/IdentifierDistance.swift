/// How far two identifiers of rows lie apart, as a small number.
///
/// An identifier is the ordinal of an observation and, in its lowest 16 bits, the number of a message in it, which is mostly 0. Turned
/// round, with the number above the ordinal, identifiers that are near each other differ by little.
enum IdentifierDistance {
  /// Identifiers are below 2^53, so that ordinals are below 2^37.
  private static let ordinalBits: Int64 = 37
  private static let numberBits: Int64 = 16
  private static let ordinalMask: Int64 = (1 << ordinalBits) - 1
  private static let numberMask: Int64 = (1 << numberBits) - 1

  @inline(__always)
  static func from(_ own: Int64, to other: Int64) -> Int64 { turned(own) - turned(other) }

  /// The expression that gives the other identifier again.
  static func expression(own: String, distance: String) -> String {
    // In SQLite shifts, AND and OR bind alike, from the left.
    let turned = "(((\(own) & \(numberMask)) << \(ordinalBits)) | (\(own) >> \(numberBits)))"
    let other = "(\(turned) - \(distance))"
    return "(((\(other) & \(ordinalMask)) << \(numberBits)) | (\(other) >> \(ordinalBits)))"
  }

  @inline(__always)
  private static func turned(_ identifier: Int64) -> Int64 {
    precondition(identifier >> (ordinalBits + numberBits) == 0, "an identifier of a row is below 2^53")
    return (identifier & numberMask) << ordinalBits | identifier >> numberBits
  }
}
