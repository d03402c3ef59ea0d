package import Capture

/// What profiles can be grouped by.
package enum ProfileGrouping: String, CaseIterable, Sendable {
  case function, process, thread
}

/// How much of a profile belongs to one function, process or thread.
package struct ProfileShare: Hashable, Sendable {
  package var name: String
  /// Of processes and threads.
  package var processID: UInt32?
  package var processName: String?
  package var threadID: UInt32?
  /// What the function itself took, without what it called; of a process or thread, everything.
  package var selfValue: UInt64
  /// With what it called. A stack that goes through a function several times counts once.
  package var totalValue: UInt64
  package var sampleCount: UInt64
  /// Of everything that was chosen: 0…1.
  package var selfShare: Double
  package var totalShare: Double
  package var unit: StackSample.Unit
}

extension FoldedProfile {
  /// The shares of the chosen stacks, largest own share first; equals by total, then by name and number.
  package func shares(of chosen: [Int], by grouping: ProfileGrouping) -> [ProfileShare] {
    let unit = unit(of: chosen)
    var shares: [ProfileShare] = []
    var whole: UInt64 = 0
    switch grouping {
    case .function:
      var indexOfLabel: [Int32: Int] = [:]
      var lastStackOfShare: [Int] = []
      func share(_ label: Int32) -> Int {
        if let index = indexOfLabel[label] { return index }
        indexOfLabel[label] = shares.count
        shares.append(ProfileShare(name: labels[Int(label)], unit: unit))
        lastStackOfShare.append(-1)
        return shares.count - 1
      }
      for stackIndex in chosen {
        let value = value(stackIndex, in: unit)
        whole &+= value
        for label in stacks[stackIndex].frames {
          let index = share(label)
          guard lastStackOfShare[index] != stackIndex else { continue }
          lastStackOfShare[index] = stackIndex
          shares[index].totalValue &+= value
          shares[index].sampleCount &+= stacks[stackIndex].sampleCount
        }
        if let innermost = stacks[stackIndex].frames.last { shares[share(innermost)].selfValue &+= value }
      }
    case .process, .thread:
      struct Key: Hashable {
        var processID: UInt32
        var processName: String
        var threadID: UInt32
        var threadName: String
      }
      var indexOfKey: [Key: Int] = [:]
      for stackIndex in chosen {
        let stack = stacks[stackIndex]
        let isThread = grouping == .thread
        let key = Key(
          processID: stack.processID, processName: stack.processName, threadID: isThread ? stack.threadID : 0,
          threadName: isThread ? stack.threadName : "")
        let value = value(stackIndex, in: unit)
        whole &+= value
        let index = indexOfKey[key] ?? shares.count
        if index == shares.count {
          indexOfKey[key] = index
          var share = ProfileShare(name: isThread ? stack.threadName : stack.processName, unit: unit)
          if stack.processID != 0 { share.processID = stack.processID }
          if isThread {
            share.processName = stack.processName
            if stack.threadID != 0 { share.threadID = stack.threadID }
          }
          shares.append(share)
        }
        shares[index].selfValue &+= value
        shares[index].totalValue &+= value
        shares[index].sampleCount &+= stack.sampleCount
      }
    }
    for index in shares.indices where whole > 0 {
      shares[index].selfShare = Double(shares[index].selfValue) / Double(whole)
      shares[index].totalShare = Double(shares[index].totalValue) / Double(whole)
    }
    return shares.sorted(by: ProfileShare.isLarger)
  }
}

extension ProfileShare {
  fileprivate init(name: String, unit: StackSample.Unit) {
    self.init(name: name, selfValue: 0, totalValue: 0, sampleCount: 0, selfShare: 0, totalShare: 0, unit: unit)
  }

  fileprivate static func isLarger(_ left: ProfileShare, _ right: ProfileShare) -> Bool {
    if left.selfValue != right.selfValue { return left.selfValue > right.selfValue }
    if left.totalValue != right.totalValue { return left.totalValue > right.totalValue }
    if left.name != right.name { return left.name < right.name }
    return (left.processID ?? 0, left.threadID ?? 0) < (right.processID ?? 0, right.threadID ?? 0)
  }
}
