package import Capture

/// Stacks put together from the outermost frame on: what a flame graph shows.
package struct FlameTree: Sendable {
  /// What a node of the tree is.
  package enum Kind: UInt8, Sendable { case root, process, thread, function }

  package struct Node: Sendable {
    package var name: String
    package var kind: Kind
    /// Position of the parent, which stands before its children; of the root its own.
    package var parent: Int
    /// 0 for the root.
    package var depth: Int
    /// With everything above it.
    package var total: UInt64
    /// Of stacks that end here.
    package var selfValue: UInt64
  }

  /// Layers that are shown below the functions.
  package struct Layers: Sendable {
    package var processes = true
    package var threads = true
    package init() {}
  }

  /// The root first.
  package private(set) var nodes: [Node]
  package let unit: StackSample.Unit

  private struct Key: Hashable {
    var parent: Int
    var label: Int32
    var kind: Kind
  }

  package init(_ profile: FoldedProfile, chosen: [Int], layers: Layers = Layers()) {
    unit = profile.unit(of: chosen)
    nodes = [Node(name: "all", kind: .root, parent: 0, depth: 0, total: 0, selfValue: 0)]
    var children: [Key: Int] = [:]
    var names: [String: Int32] = [:]
    func number(_ name: String) -> Int32 {
      if let known = names[name] { return known }
      let number = Int32(clamping: names.count)
      names[name] = number
      return number
    }
    for index in chosen {
      let stack = profile.stacks[index]
      let value = profile.value(index, in: unit)
      var position = 0
      nodes[0].total &+= value
      func descend(_ key: Key, _ name: @autoclosure () -> String) {
        if let known = children[key] {
          position = known
        } else {
          children[key] = nodes.count
          nodes.append(
            Node(name: name(), kind: key.kind, parent: position, depth: nodes[position].depth + 1, total: 0, selfValue: 0))
          position = nodes.count - 1
        }
        nodes[position].total &+= value
      }
      if layers.processes {
        descend(Key(parent: position, label: number(stack.processName), kind: .process), stack.processName)
      }
      if layers.threads {
        let name = FrameLabel.threadPrefix + stack.threadName
        descend(Key(parent: position, label: number(name), kind: .thread), name)
      }
      for label in stack.frames {
        descend(Key(parent: position, label: label, kind: .function), profile.labels[Int(label)])
      }
      nodes[position].selfValue &+= value
    }
  }
}
