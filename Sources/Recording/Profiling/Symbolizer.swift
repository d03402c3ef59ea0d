import Capture
import Glibc

/// Turns stacks of addresses into frames with names, on the node, while the processes live. Used by one thread.
///
/// Frames are numbered from 0 in the order in which they are first met. A frame whose name is not known yet (a library that was
/// just loaded, a runtime that tells of its code late) is given out without one, and given out again when it has one: the later
/// one counts.
struct Symbolizer {
  /// Distinct frames of a recording. What comes on top becomes the one unknown frame.
  static let largestFrameCount = 1 << 18
  /// Processes whose maps are remembered; beyond it the memory starts anew.
  static let largestImageCount = 16_384
  /// Frames without a name that are tried again, and stacks that wait for a map.
  static let largestUnresolvedCount = 65_536
  static let largestWaitingCount = 65_536

  /// A stack to be resolved.
  struct Stack {
    var id: UInt64
    var image: ProcessImage.Key
    /// Innermost first.
    var kernel: [UInt64]
    var user: [UInt64]
  }

  private struct FrameKey: Hashable {
    var space: UInt32
    var address: UInt64
  }

  /// What addresses are relative to.
  private enum Space: Hashable {
    case kernel
    case module(ModuleCache.Key)
    case image(ProcessImage.Key)
  }

  private struct Unresolved {
    var frame: UInt64
    var address: UInt64
    var image: ProcessImage.Key
  }

  /// Time after which no further file is read, CLOCK_MONOTONIC.
  var deadline: Int64 = .max

  private var newFrames: [StackFrame] = []
  private var newStacks: [SampledStack] = []
  private var wantedImages: [ProcessImage.Key] = []
  /// By number.
  private var frames: [StackFrame] = []
  private var numbers: [FrameKey: UInt64] = [:]
  private var overflowFrame: UInt64?
  private var spaces: [Space: UInt32] = [:]
  private var images: [ProcessImage.Key: ProcessImage] = [:]
  /// Processes that were gone when their map was to be read: their stacks need not wait.
  private var gone: Set<ProcessImage.Key> = []
  /// Stacks of processes whose map is being read.
  private var waiting: [ProcessImage.Key: [Stack]] = [:]
  private var waitingCount = 0
  private var unresolved: [Unresolved] = []
  private var modules = ModuleCache()
  private var kernelSymbols: SymbolTable?
  private var hasReadKernelSymbols = false
  private let seesProcesses: Bool

  init(seesProcesses: Bool) { self.seesProcesses = seesProcesses }

  // MARK: Results

  /// Frames that are new, or were given a name, since the last call.
  mutating func takeFrames() -> [StackFrame] {
    defer { newFrames.removeAll() }
    return newFrames
  }

  mutating func takeStacks() -> [SampledStack] {
    defer { newStacks.removeAll() }
    return newStacks
  }

  /// Processes whose maps do not cover what was found in their stacks.
  mutating func takeWantedImages() -> [ProcessImage.Key] {
    defer { wantedImages.removeAll() }
    return wantedImages
  }

  var isWaiting: Bool { waitingCount > 0 }

  // MARK: Processes

  /// The map of a process was read; `nil` when the process was gone.
  mutating func take(_ image: ProcessImage?, of key: ProcessImage.Key) {
    if let image {
      if images[key] == nil, images.count >= Symbolizer.largestImageCount { images.removeAll() }
      images[key]?.update(image)
      if images[key] == nil { images[key] = image }
    } else {
      if gone.count >= Symbolizer.largestImageCount { gone.removeAll() }
      gone.insert(key)
    }
    guard let stacks = waiting.removeValue(forKey: key) else { return }
    waitingCount -= stacks.count
    for stack in stacks { resolveNow(stack) }
  }

  /// A process that forks gives its map to its child, which may not live until its own can be read.
  mutating func inheritImage(_ child: ProcessImage.Key, from parent: ProcessImage.Key) {
    guard images[child] == nil, let image = images[parent] else { return }
    if images.count >= Symbolizer.largestImageCount { images.removeAll() }
    images[child] = ProcessImage(child: child.processID, of: image)
  }

  // MARK: Stacks

  /// Resolves a stack, now or when the map of its process has been read, which the caller has ordered.
  mutating func resolve(_ stack: Stack) {
    let isKnown = images[stack.image].map { !$0.isInherited } ?? false || gone.contains(stack.image)
    guard seesProcesses, !stack.user.isEmpty, !isKnown, waitingCount < Symbolizer.largestWaitingCount else { return resolveNow(stack) }
    waiting[stack.image, default: []].append(stack)
    waitingCount += 1
  }

  /// Resolves stacks whose maps did not come.
  mutating func stopWaiting() {
    let stacks = waiting.values.joined().sorted { $0.id < $1.id }
    waiting.removeAll()
    waitingCount = 0
    for stack in stacks { resolveNow(stack) }
  }

  private mutating func resolveNow(_ stack: Stack) {
    var truncation: SampledStack.Truncation = []
    if stack.kernel.count >= StackSampleRecord.frameLimit { truncation.insert(.kernelFrameLimit) }
    if stack.user.count >= StackSampleRecord.frameLimit { truncation.insert(.userFrameLimit) }
    var path: [UInt64] = []
    path.reserveCapacity(stack.kernel.count + stack.user.count)
    for (index, address) in stack.kernel.enumerated() { path.append(kernelFrame(Symbolizer.lookup(address, index))) }
    for (index, address) in stack.user.enumerated() { path.append(userFrame(Symbolizer.lookup(address, index), stack.image)) }
    let userFrames = path[stack.kernel.count...].map { frames[Int($0)] }
    if !StackCompleteness.reachesThreadStart(userFrames) { truncation.insert(.userIncomplete) }
    newStacks.append(SampledStack(id: stack.id, frames: path, truncation: truncation))
  }

  /// A return address is looked up one byte before, inside of the call: behind a call that never returns another function begins.
  private static func lookup(_ address: UInt64, _ index: Int) -> UInt64 { index > 0 ? address &- 1 : address }

  /// Tries frames without a name again.
  mutating func retry() {
    guard !unresolved.isEmpty else { return }
    let now = NodeClock.monotonicNanoseconds()
    var remaining: [Unresolved] = []
    for entry in unresolved {
      guard var frame = describe(entry.address, entry.image, now)?.frame else {
        remaining.append(entry)
        continue
      }
      frame.id = entry.frame
      frames[Int(entry.frame)] = frame
      newFrames.append(frame)
    }
    unresolved = remaining
  }

  // MARK: Frames

  private mutating func kernelFrame(_ address: UInt64) -> UInt64 {
    let key = FrameKey(space: number(.kernel), address: address)
    if let known = numbers[key] { return known }
    if !hasReadKernelSymbols {
      hasReadKernelSymbols = true
      kernelSymbols = KernelSymbols.read()
    }
    let name = kernelSymbols?.name(at: address) ?? ""
    return add(StackFrame(id: 0, kind: .kernel, address: address, moduleAddress: address, name: name), key)
  }

  private mutating func userFrame(_ address: UInt64, _ image: ProcessImage.Key) -> UInt64 {
    let now = NodeClock.monotonicNanoseconds()
    if let region = images[image]?.region(at: address), let key = moduleKey(address, region), let known = numbers[key] { return known }
    let imageKey = FrameKey(space: number(.image(image)), address: address)
    if let known = numbers[imageKey] { return known }
    if let described = describe(address, image, now) { return add(described.frame, described.key) }
    let frame = add(StackFrame(id: 0, kind: .unknown, address: address, name: ""), imageKey)
    if frame != overflowFrame, images[image] != nil, unresolved.count < Symbolizer.largestUnresolvedCount {
      unresolved.append(Unresolved(frame: frame, address: address, image: image))
    }
    return frame
  }

  /// The key of an address with a file behind it: the same in every process that has mapped it.
  private mutating func moduleKey(_ address: UInt64, _ region: MappedRegion) -> FrameKey? {
    guard region.isFile || region.path == "[vdso]" else { return nil }
    let module = ModuleCache.Key(device: region.device, inode: region.inode, path: region.path)
    return FrameKey(space: number(.module(module)), address: region.fileOffset &+ (address - region.start))
  }

  /// What is known of an address; `nil` when nothing is.
  private mutating func describe(_ address: UInt64, _ image: ProcessImage.Key, _ now: Int64) -> (frame: StackFrame, key: FrameKey)? {
    guard let region = images[image]?.region(at: address) else {
      if images[image]?.wantsReading(now: now) == true { wantedImages.append(image) }
      return nil
    }
    guard let key = moduleKey(address, region) else {
      guard let name = images[image]?.generatedName(at: address, now: now) else { return nil }
      let frame = StackFrame(id: 0, kind: .generated, address: address, name: SymbolName.readable(name))
      return (frame, FrameKey(space: number(.image(image)), address: address))
    }
    let file = modules.file(of: region, processID: image.processID, readsFiles: now < deadline)
    let isVDSO = region.path == "[vdso]"
    let moduleAddress = isVDSO ? file?.segments.first.map { $0.address &+ key.address } : file?.address(ofFileOffset: key.address)
    let name = file?.symbols?.name(at: moduleAddress ?? key.address).map { SymbolName.readable($0) } ?? ""
    let isExecutable = images[image]?.isExecutable(region) ?? false
    let frame = StackFrame(
      id: 0, kind: isExecutable ? .application : .library, address: address, moduleAddress: moduleAddress ?? key.address, name: name,
      module: region.path, buildID: file?.buildID ?? "")
    return (frame, key)
  }

  private mutating func add(_ frame: StackFrame, _ key: FrameKey) -> UInt64 {
    if let overflowFrame { return overflowFrame }
    var frame = frame
    frame.id = UInt64(frames.count)
    if frames.count >= Symbolizer.largestFrameCount {
      frame = StackFrame(id: frame.id, kind: .unknown, name: "")
      overflowFrame = frame.id
    } else {
      numbers[key] = frame.id
    }
    frames.append(frame)
    newFrames.append(frame)
    return frame.id
  }

  private mutating func number(_ space: Space) -> UInt32 {
    if let known = spaces[space] { return known }
    let number = UInt32(clamping: spaces.count)
    spaces[space] = number
    return number
  }
}
