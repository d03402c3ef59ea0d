import Capture
import Glibc

/// Turns stacks of addresses into frames with names, on the node, while the processes live. Used by one thread.
///
/// Frames are numbered from 0 in the order in which they are first met. A frame whose name is not known yet (a runtime tells of
/// its code late) is given out without one, and given out again when it has one: the later one counts.
struct Symbolizer {
  /// Distinct frames of a recording. What comes on top becomes the one unknown frame.
  static let largestFrameCount = 1 << 18
  /// Processes whose maps are remembered; beyond it the memory starts anew.
  static let largestImageCount = 16_384
  /// Frames without a name that are tried again.
  static let largestUnresolvedCount = 65_536

  private struct FrameKey: Hashable {
    var module: UInt32
    var address: UInt64
  }

  private struct ImageKey: Hashable {
    var processID: UInt32
    /// Programs it has executed since the recording began.
    var generation: UInt32
  }

  private struct Unresolved {
    var frame: StackFrame
    var image: ImageKey
  }

  /// Frames that were given a name since they were last taken, and frames that are new.
  private(set) var newFrames: [StackFrame] = []
  private(set) var newStacks: [SampledStack] = []
  /// Time after which no further file is read, CLOCK_MONOTONIC.
  var deadline: Int64 = .max

  private var frameCount: UInt64 = 0
  private var frames: [FrameKey: UInt64] = [:]
  private var unknownFrame: UInt64?
  private var images: [ImageKey: ProcessImage] = [:]
  private var unresolved: [Unresolved] = []
  private var modules = ModuleCache()
  /// Number of a module or of a process image within `FrameKey`.
  private var spaces: [Space: UInt32] = [:]
  private var kernelSymbols: SymbolTable?
  private var hasReadKernelSymbols = false
  /// Whether process numbers are those of our /proc.
  private let seesProcesses: Bool

  private enum Space: Hashable {
    case kernel
    case module(ModuleCache.Key)
    case image(ImageKey)
  }

  init(seesProcesses: Bool) { self.seesProcesses = seesProcesses }

  mutating func takeFrames() -> [StackFrame] {
    defer { newFrames.removeAll() }
    return newFrames
  }

  mutating func takeStacks() -> [SampledStack] {
    defer { newStacks.removeAll() }
    return newStacks
  }

  /// Reads the map of a process, at the first sample of it or when it has executed a program.
  mutating func readImage(processID: UInt32, generation: UInt32) {
    let key = ImageKey(processID: processID, generation: generation)
    guard seesProcesses, images[key]?.isInherited ?? true,
      let image = ProcessImage(processID: processID, now: NodeClock.monotonicNanoseconds())
    else {
      return
    }
    remember(image, key)
  }

  /// A process that forks gives its map to its child, which may not live until its own can be read.
  mutating func inheritImage(child: UInt32, childGeneration: UInt32, parent: UInt32, parentGeneration: UInt32) {
    guard let image = images[ImageKey(processID: parent, generation: parentGeneration)] else { return }
    remember(ProcessImage(child: child, of: image), ImageKey(processID: child, generation: childGeneration))
  }

  private mutating func remember(_ image: ProcessImage, _ key: ImageKey) {
    if images.count >= Symbolizer.largestImageCount { images.removeAll() }
    images[key] = image
  }

  /// Resolves a stack and adds it to `newStacks`.
  mutating func resolve(stack id: UInt64, processID: UInt32, generation: UInt32, kernel: [UInt64], user: [UInt64]) {
    let key = ImageKey(processID: processID, generation: generation)
    if !user.isEmpty { readImage(processID: processID, generation: generation) }
    var truncation: SampledStack.Truncation = []
    if kernel.count >= StackSampleRecord.frameLimit { truncation.insert(.kernelFrameLimit) }
    if user.count >= StackSampleRecord.frameLimit { truncation.insert(.userFrameLimit) }
    var numbers: [UInt64] = []
    var userFrames: [StackFrame] = []
    numbers.reserveCapacity(kernel.count + user.count)
    for (index, address) in kernel.enumerated() {
      numbers.append(kernelFrame(address, isCaller: index > 0))
    }
    for (index, address) in user.enumerated() {
      let frame = userFrame(address, isCaller: index > 0, key)
      numbers.append(frame.id)
      userFrames.append(frame)
    }
    if !user.isEmpty, !StackCompleteness.reachesThreadStart(userFrames) { truncation.insert(.userIncomplete) }
    newStacks.append(SampledStack(id: id, frames: numbers, truncation: truncation))
  }

  /// Tries frames without a name again.
  mutating func retry() {
    guard !unresolved.isEmpty else { return }
    var remaining: [Unresolved] = []
    for entry in unresolved {
      var frame = entry.frame
      let now = NodeClock.monotonicNanoseconds()
      if let name = images[entry.image]?.generatedName(at: frame.address, now: now) {
        frame.kind = .generated
        frame.name = SymbolName.readable(name)
        newFrames.append(frame)
        frameByID[frame.id] = frame
      } else {
        remaining.append(entry)
      }
    }
    unresolved = remaining
  }

  /// The frames so far, for the completeness of stacks that meet them again.
  private var frameByID: [UInt64: StackFrame] = [:]

  // MARK: Frames

  private mutating func kernelFrame(_ address: UInt64, isCaller: Bool) -> UInt64 {
    let lookup = isCaller ? address &- 1 : address
    let key = FrameKey(module: number(.kernel), address: lookup)
    if let known = frames[key] { return known }
    if !hasReadKernelSymbols {
      hasReadKernelSymbols = true
      kernelSymbols = KernelSymbols.read()
    }
    let name = kernelSymbols?.name(at: lookup) ?? ""
    return add(StackFrame(id: 0, kind: .kernel, address: lookup, moduleAddress: lookup, name: name), key).id
  }

  /// A return address is looked up one byte before, inside of the call: behind a call that never returns another function begins.
  private mutating func userFrame(_ address: UInt64, isCaller: Bool, _ image: ImageKey) -> StackFrame {
    let lookup = isCaller ? address &- 1 : address
    let now = NodeClock.monotonicNanoseconds()
    guard let region = images[image]?.region(at: lookup, now: now), region.isFile || region.path == "[vdso]" else {
      return generatedFrame(lookup, image, now)
    }
    let offset = region.fileOffset &+ (lookup - region.start)
    let module = ModuleCache.Key(device: region.device, inode: region.inode, path: region.path)
    let key = FrameKey(module: number(.module(module)), address: offset)
    if let known = frames[key], let frame = frameByID[known] { return frame }
    let readsFiles = now < deadline
    let file = modules.file(of: region, processID: image.processID, readsFiles: readsFiles)
    let isVDSO = region.path == "[vdso]"
    let address = isVDSO ? (file?.segments.first.map { $0.address &+ offset } ?? offset) : file?.address(ofFileOffset: offset) ?? offset
    let name = file?.symbols?.name(at: address).map { SymbolName.readable($0) } ?? ""
    let isExecutable = images[image]?.isExecutable(region) ?? false
    return add(
      StackFrame(
        id: 0, kind: isExecutable ? .application : .library, address: lookup, moduleAddress: address, name: name, module: region.path,
        buildID: file?.buildID ?? ""), key)
  }

  /// An address without a file: code that a runtime made, or nothing that is known.
  private mutating func generatedFrame(_ address: UInt64, _ image: ImageKey, _ now: Int64) -> StackFrame {
    let key = FrameKey(module: number(.image(image)), address: address)
    if let known = frames[key], let frame = frameByID[known] { return frame }
    if let name = images[image]?.generatedName(at: address, now: now) {
      return add(StackFrame(id: 0, kind: .generated, address: address, name: SymbolName.readable(name)), key)
    }
    let frame = add(StackFrame(id: 0, kind: .unknown, address: address, name: ""), key)
    if images[image] != nil, frame.address == address, unresolved.count < Symbolizer.largestUnresolvedCount {
      unresolved.append(Unresolved(frame: frame, image: image))
    }
    return frame
  }

  private mutating func add(_ frame: StackFrame, _ key: FrameKey) -> StackFrame {
    var frame = frame
    guard frames.count < Symbolizer.largestFrameCount else {
      if let unknownFrame, let known = frameByID[unknownFrame] { return known }
      frame = StackFrame(id: frameCount, kind: .unknown, name: "")
      unknownFrame = frameCount
      return give(frame)
    }
    frame.id = frameCount
    frames[key] = frame.id
    return give(frame)
  }

  private mutating func give(_ frame: StackFrame) -> StackFrame {
    frameCount += 1
    frameByID[frame.id] = frame
    newFrames.append(frame)
    return frame
  }

  private mutating func number(_ space: Space) -> UInt32 {
    if let known = spaces[space] { return known }
    let number = UInt32(clamping: spaces.count)
    spaces[space] = number
    return number
  }
}

/// Whether the unwinding of a stack came to where its thread began.
enum StackCompleteness {
  /// Where threads of the C library and of runtimes begin.
  private static let outermostFunctions: Set<String> = [
    "_start", "__libc_start_main", "__libc_start_main_impl", "__libc_start_call_main", "generic_start_main", "start_thread", "clone",
    "clone3", "__clone", "__clone3", "__GI___clone3", "_dl_start_user", "runtime.goexit", "runtime.goexit.abi0", "runtime.mstart",
    "runtime.mstart.abi0", "runtime.rt0_go", "runtime.rt0_go.abi0", "thread_start",
  ]
  /// Libraries that call a program's main or a thread's function; their own symbols for that are often stripped.
  private static let threadLibraries = ["libc.so", "libc-", "libpthread", "ld-musl", "libc.musl"]

  /// - Parameter frames: of the process, innermost first.
  static func reachesThreadStart(_ frames: [StackFrame]) -> Bool {
    guard let outermost = frames.last else { return true }
    if outermostFunctions.contains(outermost.name) { return true }
    let file = outermost.module.split(separator: "/").last ?? ""
    return threadLibraries.contains { file.hasPrefix($0) } && frames.contains { $0.module != outermost.module }
  }
}
