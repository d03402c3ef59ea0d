import Capture

/// How the timestamps of one interface count: the options `if_tsresol` and `if_tsoffset` of pcapng (draft-ietf-opsawg-pcapng §4.2).
struct InterfaceClock: Sendable {
  private enum Unit: Sendable {
    /// Nanoseconds of a tick.
    case nanoseconds(UInt64)
    /// Ticks of a nanosecond; 0 when a nanosecond has more of them than 64 bits can count.
    case ticks(UInt64)
    /// A tick is 2^-n seconds.
    case binary(UInt8)
  }

  private var unit = Unit.nanoseconds(1000)
  private var offsetNanoseconds: Int64 = 0

  /// Microseconds since the epoch, what holds without options.
  init() {}

  /// `resolution` as in `if_tsresol`: with the top bit clear a tick is 10^-n seconds, with it set 2^-n seconds.
  init(resolution: UInt8?, offsetSeconds: Int64?) {
    if let resolution {
      let exponent = resolution & 0x7f
      if resolution & 0x80 != 0 {
        unit = .binary(exponent)
      } else if exponent <= 9 {
        unit = .nanoseconds(InterfaceClock.powerOfTen(9 - exponent))
      } else {
        unit = .ticks(exponent <= 28 ? InterfaceClock.powerOfTen(exponent - 9) : 0)
      }
    }
    if let offsetSeconds {
      let (product, overflowed) = offsetSeconds.multipliedReportingOverflow(by: 1_000_000_000)
      offsetNanoseconds = overflowed ? (offsetSeconds < 0 ? .min : .max) : product
    }
  }

  /// Exact, or rounded down where a tick is shorter than a nanosecond; a time beyond `Int64` saturates.
  @inline(__always)
  func time(ticks: UInt64) -> Timestamp {
    let nanoseconds: UInt64
    switch unit {
    case .nanoseconds(let scale):
      let (product, overflowed) = ticks.multipliedReportingOverflow(by: scale)
      nanoseconds = overflowed ? .max : product
    case .ticks(let divisor): nanoseconds = divisor == 0 ? 0 : ticks / divisor
    case .binary(let exponent): nanoseconds = UInt64(clamping: (UInt128(ticks) * 1_000_000_000) >> UInt128(exponent))
    }
    let signed = Int64(clamping: nanoseconds)
    let (sum, overflowed) = signed.addingReportingOverflow(offsetNanoseconds)
    return Timestamp(nanoseconds: overflowed ? .max : sum)
  }

  private static func powerOfTen(_ exponent: UInt8) -> UInt64 {
    (0..<exponent).reduce(1) { power, _ in power * 10 }
  }
}
