/// Writes folded text: one line a distinct text, in the order in which the texts come first, with values added up.
package struct FoldedText {
  package private(set) var lines: [(text: String, value: UInt64)] = []
  private var indexOfText: [String: Int] = [:]

  package init(_ profile: FoldedProfile, chosen: [Int]) {
    let unit = profile.unit(of: chosen)
    for index in chosen { add(profile.foldedText(index), profile.value(index, in: unit)) }
  }

  private mutating func add(_ text: String, _ value: UInt64) {
    if let index = indexOfText[text] {
      lines[index].value &+= value
    } else {
      indexOfText[text] = lines.count
      lines.append((text, value))
    }
  }
}
