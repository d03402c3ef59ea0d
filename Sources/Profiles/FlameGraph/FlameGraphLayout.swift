/// Where the bars of a profile's flame graph stand: x is a share of the whole (not time), y the depth. Pure arithmetic.
package struct FlameGraphLayout: Sendable {
  package struct Bar: Equatable, Sendable {
    /// Position in the tree's nodes.
    package var node: Int
    /// Position of the parent among the bars; of the root its own.
    package var parent: Int
    /// 0…1 of the whole.
    package var left: Double
    package var right: Double
    package var row: Int
  }

  /// Bars that are drawn at most; a tree with more keeps its widest.
  package static let largestBarCount = 20_000

  /// Parents before their children, siblings by name.
  package private(set) var bars: [Bar] = []
  package private(set) var rowCount = 0
  /// Nodes too narrow to be drawn.
  package private(set) var omittedCount = 0

  /// - Parameter narrowest: share of the whole below which a node is left out, with all above it.
  package init(_ tree: FlameTree, narrowest: Double) {
    let whole = Double(max(tree.nodes[0].total, 1))
    var limit = narrowest
    if tree.nodes.count > FlameGraphLayout.largestBarCount {
      let totals = tree.nodes.map(\.total).sorted(by: >)
      limit = max(limit, Double(totals[FlameGraphLayout.largestBarCount]) / whole)
    }
    var children: [[Int]] = Array(repeating: [], count: tree.nodes.count)
    for index in tree.nodes.indices.dropFirst() {
      // A child is never wider than its parent, so that no drawn bar hangs in the air.
      if Double(tree.nodes[index].total) / whole >= limit {
        children[tree.nodes[index].parent].append(index)
      } else {
        omittedCount += 1
      }
    }
    guard tree.nodes[0].total > 0 else { return }
    var pending = [Bar(node: 0, parent: 0, left: 0, right: 1, row: 0)]
    while let bar = pending.popLast() {
      let position = bars.count
      bars.append(bar)
      rowCount = max(rowCount, bar.row + 1)
      var left = bar.left
      var above: [Bar] = []
      for child in children[bar.node].sorted(by: { FlameGraphLayout.isBefore(tree.nodes[$0], tree.nodes[$1]) }) {
        let right = left + Double(tree.nodes[child].total) / whole
        above.append(Bar(node: child, parent: position, left: left, right: min(1, right), row: bar.row + 1))
        left = right
      }
      pending.append(contentsOf: above.reversed())
    }
  }

  private static func isBefore(_ left: FlameTree.Node, _ right: FlameTree.Node) -> Bool {
    left.name != right.name ? left.name < right.name : left.kind.rawValue < right.kind.rawValue
  }
}
