import Capture
import Glibc
import Testing

@testable import Recording

/// The symbolizer on this process's own memory.
@Suite struct SymbolizerTests {
  private let own = ProcessImage.Key(processID: UInt32(getpid()), generation: 0)

  private func ownImage() throws -> ProcessImage { try #require(ProcessImage(processID: own.processID, now: 0)) }

  /// The address of a function of the C library, by the dynamic linker.
  private func address(_ name: String) throws -> UInt64 {
    let symbol = try #require(dlsym(nil, name))
    return UInt64(UInt(bitPattern: symbol))
  }

  @Test("a stack waits for the map of its process, and then its functions have names")
  func names() throws {
    var symbolizer = Symbolizer(seesProcesses: true)
    let target = try address("qsort")
    symbolizer.resolve(.init(id: 1, image: own, kernel: [], user: [target + 4]))
    #expect(symbolizer.isWaiting)
    #expect(symbolizer.takeStacks().isEmpty)
    symbolizer.take(try ownImage(), of: own)
    let isWaiting = symbolizer.isWaiting
    #expect(!isWaiting)
    let stack = try #require(symbolizer.takeStacks().first)
    let frame = try #require(symbolizer.takeFrames().first)
    #expect(stack.frames == [frame.id])
    #expect(frame.kind == .library)
    #expect(frame.name.contains("qsort"))
    #expect(frame.module.contains("libc"))
    // One frame in the middle of the C library does not reach the thread's beginning.
    #expect(stack.truncation == .userIncomplete)
  }

  @Test("a caller is looked up inside of its call, the innermost address where it is")
  func callers() throws {
    var symbolizer = Symbolizer(seesProcesses: true)
    let target = try address("qsort")
    symbolizer.take(try ownImage(), of: own)
    symbolizer.resolve(.init(id: 1, image: own, kernel: [], user: [target, target + 1]))
    let frames = symbolizer.takeFrames()
    #expect(frames.count == 1)
    #expect(symbolizer.takeStacks().first?.frames == [0, 0])
    #expect(frames.first?.address == target)
  }

  @Test("the stacks of a process that is gone have no names, and do not wait, whichever comes first")
  func gone() {
    let key = ProcessImage.Key(processID: 4_000_000, generation: 7)
    var symbolizer = Symbolizer(seesProcesses: true)
    symbolizer.resolve(.init(id: 1, image: key, kernel: [], user: [4096]))
    symbolizer.take(nil, of: key)
    symbolizer.resolve(.init(id: 2, image: key, kernel: [], user: [8192]))
    #expect(symbolizer.takeStacks().map(\.id) == [1, 2])
    #expect(symbolizer.takeFrames().map(\.kind) == [.unknown, .unknown])
  }

  @Test("a child that is gone is named by its parent's map")
  func inherited() throws {
    let child = ProcessImage.Key(processID: 4_000_000, generation: 8)
    var symbolizer = Symbolizer(seesProcesses: true)
    symbolizer.take(try ownImage(), of: own)
    symbolizer.inheritImage(child, from: own)
    symbolizer.take(nil, of: child)
    symbolizer.resolve(.init(id: 1, image: child, kernel: [], user: [try address("qsort")]))
    #expect(symbolizer.takeFrames().first?.kind == .library)
  }

  @Test("what waits at the end is resolved without names, in the order of numbers")
  func stopWaiting() {
    var symbolizer = Symbolizer(seesProcesses: true)
    for id: UInt64 in 1...20 {
      let key = ProcessImage.Key(processID: UInt32(id), generation: 1)
      symbolizer.resolve(.init(id: id, image: key, kernel: [], user: [id << 12]))
    }
    symbolizer.stopWaiting()
    #expect(symbolizer.takeStacks().map(\.id) == Array(1...20))
    let isWaiting = symbolizer.isWaiting
    #expect(!isWaiting)
  }

  @Test("generated code gets its name when the runtime has told of it, under the number that it had")
  func generatedCode() throws {
    // Anonymous executable memory, as a runtime has it.
    let page = try #require(mmap(nil, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0))
    let path = "/tmp/perf-\(getpid()).map"
    defer {
      munmap(page, 4096)
      unlink(path)
    }
    let start = UInt64(UInt(bitPattern: page))
    var symbolizer = Symbolizer(seesProcesses: true)
    symbolizer.take(try ownImage(), of: own)
    symbolizer.resolve(.init(id: 1, image: own, kernel: [], user: [start + 16]))
    let unnamed = try #require(symbolizer.takeFrames().first)
    #expect(unnamed.kind == .unknown)
    let file = try #require(fopen(path, "w"))
    fputs("\(String(start, radix: 16)) 100 JS:*hot /a.js:1:1\n", file)
    fclose(file)
    // The list is not read more often than every 50 ms.
    usleep(60_000)
    symbolizer.retry()
    let named = try #require(symbolizer.takeFrames().first)
    #expect(named.id == unnamed.id)
    #expect(named.kind == .generated)
    #expect(named.name == "JS:*hot /a.js:1:1")
  }

  @Test("kernel addresses get names where the kernel tells them")
  func kernel() throws {
    var symbolizer = Symbolizer(seesProcesses: false)
    symbolizer.resolve(
      .init(id: 1, image: .init(processID: 0, generation: 0), kernel: [0xffff_ffff_8100_0010, 0xffff_ffff_8100_0020], user: []))
    let frames = symbolizer.takeFrames()
    #expect(frames.allSatisfy { $0.kind == .kernel })
    #expect(symbolizer.takeStacks().first?.truncation == [])
    let hasSymbols = KernelSymbols.read() != nil
    #expect(hasSymbols == (geteuid() == 0) || !hasSymbols)
  }
}
