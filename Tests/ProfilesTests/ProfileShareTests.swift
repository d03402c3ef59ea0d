import Capture
@testable import Profiles
import Testing

@Suite struct ProfileShareTests {
  @Test("shares of functions are what counting by hand gives", arguments: 0..<10)
  func functions(seed: Int) {
    let profile = RandomProfile.make(seed: UInt64(seed), stackCount: 200)
    let chosen = profile.stacks.indices.filter { $0 % 3 != 0 }
    let whole = chosen.reduce(0) { $0 + profile.stacks[$1].value }
    let shares = profile.shares(of: chosen, by: .function)
    for (label, name) in profile.labels.enumerated() {
      let through = chosen.filter { profile.stacks[$0].frames.contains(Int32(label)) }
      let ending = chosen.filter { profile.stacks[$0].frames.last == Int32(label) }
      guard let share = shares.first(where: { $0.name == name }) else {
        #expect(through.isEmpty, "seed \(seed)")
        continue
      }
      #expect(share.totalValue == through.reduce(0) { $0 + profile.stacks[$1].value }, "seed \(seed)")
      #expect(share.selfValue == ending.reduce(0) { $0 + profile.stacks[$1].value }, "seed \(seed)")
      #expect(share.sampleCount == UInt64(through.count))
      #expect(abs(share.selfShare - Double(share.selfValue) / Double(whole)) < 1e-9)
    }
    #expect(zip(shares, shares.dropFirst()).allSatisfy { $0.selfValue >= $1.selfValue })
  }

  @Test("shares of processes and threads add up to the whole", arguments: [ProfileGrouping.process, .thread])
  func groups(grouping: ProfileGrouping) {
    let profile = RandomProfile.make(seed: 4, stackCount: 300)
    let all = Array(profile.stacks.indices)
    let shares = profile.shares(of: all, by: grouping)
    #expect(shares.reduce(0) { $0 + $1.totalValue } == profile.stacks.reduce(0) { $0 + $1.value })
    #expect(shares.reduce(0) { $0 + $1.sampleCount } == 300)
    #expect(abs(shares.reduce(0) { $0 + $1.totalShare } - 1) < 1e-9)
    let keys = Set(
      profile.stacks.map { grouping == .process ? "\($0.processID)" : "\($0.processID)/\($0.threadID)/\($0.threadName)" })
    #expect(shares.count == keys.count)
  }

  @Test("stacks of different units are measured in samples")
  func units() {
    var profile = RandomProfile.make(seed: 1, stackCount: 4)
    #expect(profile.unit(of: [0, 1]) == .microseconds)
    profile.stacks[1].unit = .samples
    profile.stacks[1].value = 5
    profile.stacks[1].sampleCount = 5
    #expect(profile.unit(of: [0, 1]) == .samples)
    #expect(profile.shares(of: [0, 1], by: .process).reduce(0) { $0 + $1.totalValue } == 6)
  }
}
