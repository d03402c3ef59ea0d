import BundleFormat
import Capture
import Testing

#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// A real full disk: a file system in memory of a few hundred kilobytes, which only root may mount.
@Suite(.enabled(if: SmallDisk.isAvailable, "a full disk needs the privilege to mount one")) struct FullDiskTests {
  @Test("a full disk leaves a readable bundle with a closing block", arguments: [200, 252, 304] as [Int])
  func fullDisk(kibibytes: Int) throws {
    guard let disk = SmallDisk.make(kibibytes: kibibytes) else {
      Issue.record("the small disk was there a moment ago")
      return
    }
    let path = "\(disk.path)/t.pcapng"
    var writer = try BundleWriter(path: path)
    try SampleBundle.write(to: &writer)
    var appended: UInt64 = 2
    var failure: BundleError?
    while failure == nil, appended < 10_000 {
      do throws(BundleError) {
        for _ in 0..<500 {
          appended += 1
          try writer.append(packet: SampleBundle.packet(appended), bytes: [UInt8](repeating: 7, count: 33))
        }
        try writer.flush()
      } catch {
        failure = error
      }
    }
    #expect(failure?.reason == .full)
    let written = try BundleInspector.inspect(path: path)
    #expect(written.losses.allSatisfy { $0.source != .file })
    #expect(written.packetCount + writer.discardedPacketCount == appended)
    #expect(writer.discardedPacketCount < 1000)
    try writer.append(
      loss: LossRecord(
        time: SampleBundle.end.time, source: .packets, cause: .sizeLimit, place: path, count: writer.discardedPacketCount))
    try writer.finish(SampleBundle.end)
    let finished = try BundleInspector.inspect(path: path)
    #expect(finished.verification == .verified)
    #expect(finished.packetCount == written.packetCount)
    #expect(finished.losses.last?.count == writer.discardedPacketCount)
  }
}

/// A mounted file system of a given size, gone with the value.
struct SmallDisk: ~Copyable {
  let path: String

  private init(path: String) { self.path = path }

  /// - Returns: `nil` where mounting is not permitted.
  static func make(kibibytes: Int) -> SmallDisk? {
    var template = Array("/tmp/deepflow-disk-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { return nil }
    let path = template.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
    guard mount("tmpfs", path, "tmpfs", 0, "size=\(kibibytes)k") == 0 else {
      rmdir(path)
      return nil
    }
    return SmallDisk(path: path)
  }

  deinit {
    umount2(path, Int32(MNT_DETACH))
    rmdir(path)
  }

  static var isAvailable: Bool {
    let disk = SmallDisk.make(kibibytes: 64)
    return disk != nil
  }
}
