import Capture
@testable import Profiles
import Testing

@Suite struct FlameTreeTests {
  @Test("the tree holds every stack: totals of children and own values make up their parent's", arguments: 0..<5)
  func sums(seed: Int) {
    let profile = RandomProfile.make(seed: UInt64(seed), stackCount: 400)
    let tree = FlameTree(profile, chosen: Array(profile.stacks.indices))
    #expect(tree.nodes[0].total == profile.stacks.reduce(0) { $0 + $1.value })
    var above = tree.nodes.map(\.selfValue)
    for (index, node) in tree.nodes.enumerated().dropFirst() {
      #expect(node.parent < index)
      #expect(node.depth == tree.nodes[node.parent].depth + 1)
      above[node.parent] += node.total
    }
    #expect(above == tree.nodes.map(\.total), "seed \(seed)")
  }

  @Test("without the layers of processes and threads their stacks are put together")
  func layers() {
    let profile = RandomProfile.make(seed: 9, stackCount: 400)
    let all = Array(profile.stacks.indices)
    var layers = FlameTree.Layers()
    layers.threads = false
    layers.processes = false
    let tree = FlameTree(profile, chosen: all, layers: layers)
    #expect(tree.nodes.allSatisfy { $0.kind == .root || $0.kind == .function })
    #expect(tree.nodes.filter { $0.depth == 1 }.count == Set(profile.stacks.compactMap(\.frames.first)).count)
    #expect(tree.nodes[0].total == FlameTree(profile, chosen: all).nodes[0].total)
  }

  @Test("bars lie inside their parents, side by side, in the order of names", arguments: 0..<5)
  func layout(seed: Int) {
    let profile = RandomProfile.make(seed: UInt64(seed), stackCount: 300)
    let tree = FlameTree(profile, chosen: Array(profile.stacks.indices))
    let layout = FlameGraphLayout(tree, narrowest: 0)
    #expect(layout.bars.count == tree.nodes.count)
    #expect(layout.omittedCount == 0)
    #expect(layout.rowCount == (tree.nodes.map(\.depth).max() ?? 0) + 1)
    var end: [Int: (right: Double, name: String)] = [:]
    for (index, bar) in layout.bars.enumerated().dropFirst() {
      let parent = layout.bars[bar.parent]
      #expect(bar.parent < index)
      #expect(bar.left >= parent.left - 1e-9 && bar.right <= parent.right + 1e-9)
      #expect(bar.row == parent.row + 1)
      if let previous = end[bar.parent] {
        #expect(abs(bar.left - previous.right) < 1e-9)
        #expect(previous.name <= tree.nodes[bar.node].name)
      } else {
        #expect(abs(bar.left - parent.left) < 1e-9)
      }
      end[bar.parent] = (bar.right, tree.nodes[bar.node].name)
    }
  }

  @Test("bars below the limit are left out and counted, with all above them")
  func narrow() {
    let profile = RandomProfile.make(seed: 2, stackCount: 500)
    let tree = FlameTree(profile, chosen: Array(profile.stacks.indices))
    let layout = FlameGraphLayout(tree, narrowest: 0.01)
    #expect(layout.bars.count + layout.omittedCount == tree.nodes.count)
    #expect(layout.omittedCount > 0)
    #expect(layout.bars.allSatisfy { $0.right - $0.left >= 0.01 - 1e-9 })
  }

  @Test("an empty profile has an empty layout")
  func empty() {
    let tree = FlameTree(FoldedProfile(), chosen: [])
    #expect(FlameGraphLayout(tree, narrowest: 0).bars.isEmpty)
  }
}
