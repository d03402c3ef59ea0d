import Synchronization

/// Reads the maps of processes as soon as they are wanted, on a thread of its own: processes do not wait to be read, and one that
/// is stuck in the kernel may hold up whoever asks for its map.
final class ImageReader: Sendable {
  /// Orders that may wait; further ones are refused.
  static let longestQueue = 4096
  /// How long the thread sleeps when nothing wakes it.
  private static let sleepNanoseconds: Int64 = 1_000_000_000

  private struct Shared {
    var orders: [ProcessImage.Key] = []
    var images: [(key: ProcessImage.Key, image: ProcessImage?)] = []
    var isFinishing = false
  }

  private let shared = Mutex(Shared())
  private let thread = BackgroundThread()
  private let deliver: @Sendable () -> Void

  /// - Parameter deliver: called on the thread when there are images to be taken.
  init(deliver: @escaping @Sendable () -> Void) { self.deliver = deliver }

  func start() -> Bool { BackgroundThread.start { self.run() } }

  /// Orders the map of a process. Returns whether there was room.
  func order(_ key: ProcessImage.Key) -> Bool {
    let isAdded = shared.withLock { shared in
      guard shared.orders.count < ImageReader.longestQueue else { return false }
      shared.orders.append(key)
      return true
    }
    if isAdded { thread.wake() }
    return isAdded
  }

  /// What was read since the last call; `nil` stands for a process that was gone.
  func take() -> [(key: ProcessImage.Key, image: ProcessImage?)] {
    shared.withLock { shared in
      defer { shared.images.removeAll() }
      return shared.images
    }
  }

  func finish() {
    shared.withLock { $0.isFinishing = true }
    thread.wake()
  }

  private func run() {
    while true {
      let (orders, isFinishing) = shared.withLock { shared in
        defer { shared.orders.removeAll(keepingCapacity: true) }
        return (shared.orders, shared.isFinishing)
      }
      var known: Set<ProcessImage.Key> = []
      for key in orders where known.insert(key).inserted {
        let image = ProcessImage(processID: key.processID, now: NodeClock.monotonicNanoseconds())
        shared.withLock { $0.images.append((key, image)) }
      }
      if orders.isEmpty {
        if isFinishing { return }
        thread.sleep(nanoseconds: ImageReader.sleepNanoseconds)
      } else {
        deliver()
      }
    }
  }
}
