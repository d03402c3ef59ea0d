import Capture
package import Profiles

/// Draws a profile as one SVG file: no network, no other file, the same bytes for the same profile. Without scripts it is the
/// picture; with them it can be zoomed, searched, turned over, and layers can be folded.
package struct ProfileDrawing: Sendable {
  // Pixels of the drawing's own coordinates; the script has the same.
  private static let width = 1280.0
  private static let margin = 10.0
  private static let chartTop = 76.0
  private static let rowHeight = 18.0
  private static let barHeight = 17.0
  private static let footerHeight = 30.0
  /// Mean advance of a character of the bar's font: decides what fits.
  private static let characterWidth = 6.4
  /// Bars narrower than this would not be seen.
  private static let narrowestBar = 0.15
  /// Characters kept of a name.
  private static let longestText = 300

  private let title: String
  /// Sentences below the title.
  private let notes: [String]
  private let tree: FlameTree
  private let layout: FlameGraphLayout

  package init(title: String, notes: [String], _ tree: FlameTree) {
    self.title = title
    self.notes = notes
    self.tree = tree
    layout = FlameGraphLayout(tree, narrowest: ProfileDrawing.narrowestBar / (ProfileDrawing.width - 2 * ProfileDrawing.margin))
  }

  package func append(to bytes: inout [UInt8]) {
    let chartHeight = Double(max(layout.rowCount, 1)) * ProfileDrawing.rowHeight
    let height = ProfileDrawing.chartTop + chartHeight + ProfileDrawing.footerHeight
    bytes.append("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<svg xmlns=\"http://www.w3.org/2000/svg\" version=\"1.1\" viewBox=\"0 0 ")
    bytes.append(coordinate: ProfileDrawing.width)
    bytes.append(" ")
    bytes.append(coordinate: height)
    bytes.append("\"")
    bytes.append(attribute: "width", ProfileDrawing.width)
    bytes.append(attribute: "height", height)
    bytes.append(attribute: "data-unit", tree.unit.name.description)
    bytes.append(attribute: "data-rows", "\(max(layout.rowCount, 1))")
    bytes.append(">\n<title>")
    bytes.append(xml: title)
    bytes.append("</title>\n<style>")
    bytes.append(ProfileScript.style)
    bytes.append("</style>\n<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n")
    appendText(x: ProfileDrawing.margin, y: 24, class: "title", shortened(title), to: &bytes)
    var notes = notes
    if layout.omittedCount > 0 { notes.append("\(layout.omittedCount) places too narrow to be seen are left out") }
    appendText(x: ProfileDrawing.margin, y: 44, class: "faint", notes.joined(separator: " · "), to: &bytes)
    appendButtons(to: &bytes)
    bytes.append("<g id=\"bars\">\n")
    for bar in layout.bars { append(bar, chartHeight: chartHeight, to: &bytes) }
    bytes.append("</g>\n")
    appendText(x: ProfileDrawing.margin, y: height - 10, class: "faint", id: "details", "", to: &bytes)
    bytes.append("\n<script><![CDATA[\n")
    bytes.append(ProfileScript.script)
    bytes.append("\n]]></script>\n</svg>\n")
  }

  /// What can be done; the script hides what does not apply.
  private func appendButtons(to bytes: inout [UInt8]) {
    let buttons = [
      ("search", "Search"), ("reset", "Reset"), ("invert", "Inverted"), ("threads", "Fold threads"), ("processes", "Fold processes"),
    ]
    var x = ProfileDrawing.margin
    for (action, text) in buttons {
      let width = Double(text.count) * 7 + 16
      bytes.append("<g class=\"button\" tabindex=\"0\" role=\"button\"")
      bytes.append(attribute: "data-do", action)
      bytes.append("><rect rx=\"3\" y=\"52\" height=\"18\"")
      bytes.append(attribute: "x", x)
      bytes.append(attribute: "width", width)
      bytes.append("/>")
      appendText(x: x + 8, y: 65, class: "action", text, to: &bytes)
      bytes.append("</g>\n")
      x += width + 6
    }
    appendText(x: ProfileDrawing.width - ProfileDrawing.margin, y: 65, class: "matched", id: "matched", "", to: &bytes)
  }

  private func append(_ bar: FlameGraphLayout.Bar, chartHeight: Double, to bytes: inout [UInt8]) {
    let node = tree.nodes[bar.node]
    let chartWidth = ProfileDrawing.width - 2 * ProfileDrawing.margin
    let left = ProfileDrawing.margin + bar.left * chartWidth
    let width = max(0.1, (bar.right - bar.left) * chartWidth)
    // The root is at the bottom, as flames are.
    let top = ProfileDrawing.chartTop + chartHeight - Double(bar.row + 1) * ProfileDrawing.rowHeight
    let name = shortened(node.name)
    bytes.append("<g class=\"bar\"")
    bytes.append(attribute: "data-name", name)
    bytes.append(attribute: "data-kind", node.kind.name)
    bytes.append(attribute: "data-parent", String(bar.parent))
    bytes.append(attribute: "data-total", String(node.total))
    bytes.append(attribute: "data-self", String(node.selfValue))
    bytes.append("><title>")
    bytes.append(
      xml:
        "\(name) \(ProfileText.value(node.total, tree.unit)), \(ProfileText.share(Double(node.total) / Double(max(tree.nodes[0].total, 1))))"
    )
    bytes.append("</title><rect")
    bytes.append(attribute: "x", left)
    bytes.append(attribute: "y", top)
    bytes.append(attribute: "width", width)
    bytes.append(attribute: "height", ProfileDrawing.barHeight)
    bytes.append(attribute: "fill", FrameColor.of(node.name, node.kind))
    bytes.append("/>")
    let room = Int((width - 6) / ProfileDrawing.characterWidth)
    if room >= 3 {
      let label = name.count > room ? String(name.prefix(room - 1)) + "…" : name
      appendText(x: left + 3, y: top + 12.5, class: "label", label, to: &bytes)
    }
    bytes.append("</g>\n")
  }

  private func appendText(x: Double, y: Double, class name: String, id: String? = nil, _ text: String, to bytes: inout [UInt8]) {
    bytes.append("<text")
    if let id { bytes.append(attribute: "id", id) }
    bytes.append(attribute: "class", name)
    bytes.append(attribute: "x", x)
    bytes.append(attribute: "y", y)
    bytes.append(">")
    bytes.append(xml: text)
    bytes.append("</text>")
  }

  private func shortened(_ text: String) -> String {
    text.count > ProfileDrawing.longestText ? String(text.prefix(ProfileDrawing.longestText - 1)) + "…" : text
  }
}

extension FlameTree.Kind {
  fileprivate var name: String {
    switch self {
    case .root: "root"
    case .process: "process"
    case .thread: "thread"
    case .function: "function"
    }
  }
}
