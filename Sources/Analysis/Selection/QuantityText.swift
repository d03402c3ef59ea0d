/// Reading the durations and times that flags take.
package enum QuantityText {
  /// Microseconds of `500ms`, `1.5s`, `2m`, `90us`, `1h`. `nil` without a unit, for a negative number, and beyond the range of `Int64`.
  package static func duration(_ text: String) -> Int64? {
    let digits = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
    let scale: Double
    switch text[digits.endIndex...] {
    case "ns": scale = 0.001
    case "us", "µs", "μs": scale = 1
    case "ms": scale = 1000
    case "s": scale = 1_000_000
    case "m", "min": scale = 60_000_000
    case "h": scale = 3_600_000_000
    default: return nil
    }
    guard let number = Double(digits), number.isFinite else { return nil }
    return Int64(exactly: (number * scale).rounded())
  }

  /// Microseconds since the epoch of an RFC 3339 time (`2026-11-22T08:12:03.5Z`, also with an offset), or of an integer that is
  /// that already.
  package static func time(_ text: String) -> Int64? {
    if let microseconds = Int64(text) { return microseconds }
    var reader = Reader(bytes: Array(text.utf8))
    guard let year = reader.number(digitCount: 4), reader.skip("-"), let month = reader.number(digitCount: 2), reader.skip("-"),
      let day = reader.number(digitCount: 2), (1...12).contains(month), day >= 1, day <= dayCount(year: year, month: month)
    else { return nil }
    guard reader.skip("T") || reader.skip("t") || reader.skip(" ") else { return nil }
    guard let hour = reader.number(digitCount: 2), reader.skip(":"), let minute = reader.number(digitCount: 2), reader.skip(":"),
      let second = reader.number(digitCount: 2), hour < 24, minute < 60, second < 61
    else { return nil }
    var fraction: Int64 = 0
    if reader.skip(".") {
      guard let read = reader.fractionMicroseconds() else { return nil }
      fraction = read
    }
    guard let offsetMinutes = reader.zoneMinutes(), reader.isAtEnd else { return nil }
    let seconds = daysSinceEpoch(year: year, month: month, day: day) * 86_400 + hour * 3600 + minute * 60 + second - offsetMinutes * 60
    return seconds * 1_000_000 + fraction
  }

  private static func dayCount(year: Int64, month: Int64) -> Int64 {
    let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    switch month {
    case 2: return isLeap ? 29 : 28
    case 4, 6, 9, 11: return 30
    default: return 31
    }
  }

  /// Days of the proleptic Gregorian calendar, counted in years that begin on 1 March.
  private static func daysSinceEpoch(year: Int64, month: Int64, day: Int64) -> Int64 {
    let shiftedYear = month <= 2 ? year - 1 : year
    let era = shiftedYear / 400
    let yearOfEra = shiftedYear - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }

  private struct Reader {
    let bytes: [UInt8]
    var offset = 0

    var isAtEnd: Bool { offset == bytes.count }

    mutating func skip(_ character: Unicode.Scalar) -> Bool {
      guard offset < bytes.count, UInt32(bytes[offset]) == character.value else { return false }
      offset += 1
      return true
    }

    mutating func number(digitCount: Int) -> Int64? {
      var value: Int64 = 0
      for _ in 0..<digitCount {
        guard let digit = digit() else { return nil }
        value = value * 10 + digit
      }
      return value
    }

    /// Digits after the point; what is finer than a microsecond is dropped.
    mutating func fractionMicroseconds() -> Int64? {
      var value: Int64 = 0
      var count = 0
      while let digit = digit() {
        if count < 6 { value = value * 10 + digit }
        count += 1
      }
      guard count > 0 else { return nil }
      for _ in 0..<max(0, 6 - count) { value *= 10 }
      return value
    }

    mutating func zoneMinutes() -> Int64? {
      if skip("Z") || skip("z") { return 0 }
      let isWest = skip("-")
      guard isWest || skip("+"), let hours = number(digitCount: 2), skip(":"), let minutes = number(digitCount: 2), hours < 24, minutes < 60
      else { return nil }
      return (isWest ? -1 : 1) * (hours * 60 + minutes)
    }

    private mutating func digit() -> Int64? {
      guard offset < bytes.count, bytes[offset] >= 0x30, bytes[offset] <= 0x39 else { return nil }
      offset += 1
      return Int64(bytes[offset - 1] - 0x30)
    }
  }
}
