import Profiles

/// The colour of a bar in a profile: the hue says where the function belongs, the shade varies with its name.
enum FrameColor {
  static func of(_ name: String, _ kind: FlameTree.Kind) -> String {
    let hash = ServiceColor.hash(name)
    let shade = Double(hash >> 44 % 8)
    func color(_ hue: Double, _ saturation: Double, _ lightness: Double) -> String {
      ServiceColor.hexadecimal(hue: hue + shade * 1.6, saturation: saturation, lightness: lightness + shade * 0.012)
    }
    switch kind {
    case .root: return "#d5d9df"
    case .process: return color(205, 0.16, 0.76)
    case .thread: return color(205, 0.12, 0.83)
    case .function:
      if name.hasPrefix(FrameLabel.kernelPrefix) { return color(14, 0.72, 0.66) }
      if name.hasPrefix(FrameLabel.libraryPrefix) { return color(196, 0.52, 0.68) }
      if name.hasPrefix(FrameLabel.unknown) { return "#c9ccd1" }
      return color(36, 0.80, 0.66)
    }
  }
}
