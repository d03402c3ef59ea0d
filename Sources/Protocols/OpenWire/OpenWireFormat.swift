import Wire

/// How commands are written once both sides have said what they can do.
struct OpenWireFormat: Hashable, Sendable {
  var version: UInt8
  /// Flags of a command stand together before its other fields, as bits.
  var isTight: Bool
  var isCached: Bool
  var hasStackTraces: Bool
  var hasSizePrefix = true
}

/// What one side can do: the content of its WireFormatInfo. Source: org.apache.activemq.command.WireFormatInfo.
struct OpenWireOffer: Sendable {
  var version: UInt8
  var isTight = false
  var isCached = false
  var hasStackTraces = false
  var hasSizePrefix = true

  /// The format of a connection is what both can do. Source: OpenWireFormat.renegotiateWireFormat.
  func settled(with other: OpenWireOffer) -> OpenWireFormat {
    OpenWireFormat(
      version: min(version, other.version), isTight: isTight && other.isTight, isCached: isCached && other.isCached,
      hasStackTraces: hasStackTraces && other.hasStackTraces, hasSizePrefix: hasSizePrefix || other.hasSizePrefix)
  }
}

/// A WireFormatInfo: a length (4), the type (1), "ActiveMQ", a version (4), whether there are properties (1), their length (4), and they. It is
/// written loose and with its length, whatever is settled on later.
enum OpenWireFormatInfo {
  static let magic: StaticString = "\u{1}ActiveMQ"
  /// Up to the version.
  static let shortestByteCount = 17

  static func isHere(_ bytes: RawSpan) -> Bool { bytes.hasBytes(magic, at: 4) }

  /// What a whole one in `range` says, its length included; `nil` when it says nothing sensible.
  static func read(_ range: Range<Int>, _ bytes: RawSpan) -> OpenWireOffer? {
    let start = range.lowerBound
    guard range.count >= shortestByteCount, let version = bytes.bigEndian32(at: start + 13), (1...255).contains(version) else { return nil }
    var offer = OpenWireOffer(version: UInt8(version))
    guard bytes.uint8(at: start + 17) == 1, let length = bytes.bigEndian32(at: start + 18), Int(length) <= range.upperBound - start - 22
    else {
      return offer
    }
    var properties = OpenWireProperties(start + 22..<start + 22 + Int(length), bytes)
    while let property = properties.next(bytes) {
      guard property.type == OpenWireProperties.boolean, let value = bytes.uint8(at: property.value.lowerBound) else { continue }
      if bytes.equals("TightEncodingEnabled", in: property.name) {
        offer.isTight = value != 0
      } else if bytes.equals("CacheEnabled", in: property.name) {
        offer.isCached = value != 0
      } else if bytes.equals("StackTraceEnabled", in: property.name) {
        offer.hasStackTraces = value != 0
      } else if bytes.equals("SizePrefixDisabled", in: property.name) {
        offer.hasSizePrefix = value == 0
      }
    }
    return offer
  }
}

/// The formats that a connection may have, when its beginning was not seen: those that every command so far was written in.
struct OpenWireCandidates: Sendable {
  /// Formats beside the version: tight, with a cache, with stack traces.
  private static let variantCount = 8
  /// Bit 8 · (version − 1) + variant: at most 96 formats.
  private var low: UInt64 = .max
  private var high: UInt64 = .max

  /// All that `offer` allows, when one side's was seen.
  init(_ offer: OpenWireOffer?) {
    guard let offer else { return }
    for index in 0..<OpenWireCandidates.count {
      let format = OpenWireCandidates.format(index)
      let isPossible =
        format.version <= offer.version && (offer.isTight || !format.isTight) && (offer.isCached || !format.isCached)
        && (offer.hasStackTraces || !format.hasStackTraces)
      if !isPossible { remove(index) }
    }
  }

  static var count: Int { variantCount * Int(OpenWireLayout.latestVersion) }

  /// The latest version first, and what clients do unless they are told otherwise.
  static func format(_ index: Int) -> OpenWireFormat {
    let variant = index % variantCount
    return OpenWireFormat(
      version: OpenWireLayout.latestVersion - UInt8(index / variantCount), isTight: variant & 4 == 0, isCached: variant & 1 == 0,
      hasStackTraces: variant & 2 == 0)
  }

  func contains(_ index: Int) -> Bool { (index < 64 ? low >> UInt64(index) : high >> UInt64(index - 64)) & 1 == 1 }

  mutating func remove(_ index: Int) {
    if index < 64 { low &= ~(1 << UInt64(index)) } else { high &= ~(1 << UInt64(index - 64)) }
  }

  /// Whether what is left is all loose or all tight.
  var isDecided: Bool {
    var hasLoose = false
    var hasTight = false
    for index in 0..<OpenWireCandidates.count where contains(index) {
      if OpenWireCandidates.format(index).isTight { hasTight = true } else { hasLoose = true }
    }
    return hasLoose != hasTight
  }

  /// The first that is left.
  var first: Int? { (0..<OpenWireCandidates.count).first { contains($0) } }
}
