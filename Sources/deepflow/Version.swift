/// The version of the program: `--version`, and what recordings and exports say made them.
enum Version {
  static let number = "0.1.0"
  static let text = "deepflow \(number)"
}
