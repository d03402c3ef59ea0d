/// Times and durations as a person reads them.
extension [UInt8] {
  /// RFC 3339 in UTC with microseconds: `2026-11-22T08:12:03.000120Z`. Years beyond four digits are written in full, as
  /// ISO 8601's expanded form has them, because a capture may carry any time.
  package mutating func append(time microseconds: Int64) {
    let (second, fraction) = floorDivide(microseconds, 1_000_000)
    let (day, secondOfDay) = floorDivide(second, 86_400)
    let date = civilDate(daysSinceEpoch: day)
    if date.year < 0 { append(UInt8(ascii: "-")) }
    appendDecimal(Int64(date.year.magnitude), width: 4)
    append(UInt8(ascii: "-"))
    appendDecimal(date.month, width: 2)
    append(UInt8(ascii: "-"))
    appendDecimal(date.day, width: 2)
    append(UInt8(ascii: "T"))
    appendDecimal(secondOfDay / 3600, width: 2)
    append(UInt8(ascii: ":"))
    appendDecimal(secondOfDay / 60 % 60, width: 2)
    append(UInt8(ascii: ":"))
    appendDecimal(secondOfDay % 60, width: 2)
    append(UInt8(ascii: "."))
    appendDecimal(fraction, width: 6)
    append(UInt8(ascii: "Z"))
  }

  /// Three significant digits or so, with the unit that keeps the number short: `45 µs`, `1.2 ms`, `61 ms`, `1.32 s`, `2 m 05 s`.
  package mutating func append(duration microseconds: Int64) {
    if microseconds < 0 {
      append(UInt8(ascii: "-"))
      append(duration: microseconds == .min ? .max : -microseconds)
      return
    }
    switch microseconds {
    case ..<1000:
      appendDecimal(microseconds)
      append(" µs")
    case ..<9950:
      appendFixed((microseconds + 50) / 100, fractionDigits: 1)
      append(" ms")
    case ..<999_500:
      appendDecimal((microseconds + 500) / 1000)
      append(" ms")
    case ..<9_995_000:
      appendFixed((microseconds + 5000) / 10_000, fractionDigits: 2)
      append(" s")
    case ..<59_950_000:
      appendFixed((microseconds + 50_000) / 100_000, fractionDigits: 1)
      append(" s")
    default:
      let seconds = microseconds / 1_000_000
      let hours = seconds / 3600
      if hours > 0 {
        appendDecimal(hours)
        append(" h ")
        appendDecimal(seconds / 60 % 60, width: 2)
        append(" m")
      } else {
        appendDecimal(seconds / 60)
        append(" m ")
        appendDecimal(seconds % 60, width: 2)
        append(" s")
      }
    }
  }
}

/// Quotient rounded down, and the remainder, which is never negative.
private func floorDivide(_ value: Int64, _ divisor: Int64) -> (quotient: Int64, remainder: Int64) {
  let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
  return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
}

/// Days since 1970-01-01 to a date of the proleptic Gregorian calendar, by 400-year eras that begin on 1 March.
private func civilDate(daysSinceEpoch: Int64) -> (year: Int64, month: Int64, day: Int64) {
  let (era, dayOfEra) = floorDivide(daysSinceEpoch + 719_468, 146_097)
  let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
  let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
  let shiftedMonth = (5 * dayOfYear + 2) / 153
  let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
  return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
}
