/// The colour of a service, from its name alone: the same service has the same colour in every graph.
enum ServiceColor {
  static let network = "#c4c7cc"

  /// A hue by hash (FNV-1a), at a saturation and lightness on which dark text is readable.
  static func of(_ name: String) -> String {
    let mixed = hash(name)
    let hue = Double(mixed >> 40 % 36) * 10
    let lightness = [0.62, 0.70, 0.76][Int(mixed >> 52) % 3]
    return hexadecimal(hue: hue, saturation: 0.62, lightness: lightness)
  }

  static func hash(_ name: String) -> UInt64 {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in name.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
    // The low bits of FNV-1a of short names are alike; folding mixes the high ones in.
    return (hash ^ hash >> 32) &* 0x9e37_79b9_7f4a_7c15
  }

  static func hexadecimal(hue: Double, saturation: Double, lightness: Double) -> String {
    let chroma = (1 - abs(2 * lightness - 1)) * saturation
    let sector = hue / 60
    let second = chroma * (1 - abs(sector.truncatingRemainder(dividingBy: 2) - 1))
    let (red, green, blue): (Double, Double, Double)
    switch Int(sector) {
    case 0: (red, green, blue) = (chroma, second, 0)
    case 1: (red, green, blue) = (second, chroma, 0)
    case 2: (red, green, blue) = (0, chroma, second)
    case 3: (red, green, blue) = (0, second, chroma)
    case 4: (red, green, blue) = (second, 0, chroma)
    default: (red, green, blue) = (chroma, 0, second)
    }
    let base = lightness - chroma / 2
    var text: [UInt8] = [UInt8(ascii: "#")]
    for part in [red, green, blue] { text.appendHexadecimal(UInt32(((part + base) * 255).rounded()), digitCount: 2) }
    return String(decoding: text, as: UTF8.self)
  }
}
