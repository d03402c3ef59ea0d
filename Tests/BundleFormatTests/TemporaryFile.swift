import BundleFormat
import Capture

#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// A path of its own, removed with the value.
struct TemporaryFile: ~Copyable {
  let path: String

  /// - Parameter suffix: of the name, for writers that go by it.
  init(_ bytes: [UInt8]? = nil, suffix: String = "") {
    var template = Array("/tmp/deepflow-test-XXXXXX\(suffix)".utf8CString)
    let descriptor = mkstemps(&template, Int32(suffix.utf8.count))
    precondition(descriptor >= 0, "a temporary file can be made")
    path = template.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
    close(descriptor)
    if let bytes { write(bytes) } else { unlink(path) }
  }

  deinit { unlink(path) }

  func write(_ bytes: [UInt8]) {
    guard let file = fopen(path, "w") else { preconditionFailure("a temporary file can be written") }
    _ = fwrite(bytes, 1, bytes.count, file)
    fclose(file)
  }

  var bytes: [UInt8] { TemporaryFile.contents(path) }

  /// All bytes of a file; none when it cannot be read.
  static func contents(_ path: String) -> [UInt8] {
    guard let file = fopen(path, "r") else { return [] }
    defer { fclose(file) }
    var result: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = fread(&chunk, 1, chunk.count, file)
      if count == 0 { return result }
      result += chunk[0..<count]
    }
  }
}

/// Everything a file holds.
func observations(in bytes: [UInt8]) throws(BundleError) -> ObservationLog {
  let file = TemporaryFile(bytes)
  return try observations(at: file.path)
}

func observations(at path: String) throws(BundleError) -> ObservationLog {
  var log = ObservationLog()
  var reader = try CaptureReader(path: path)
  try reader.read(into: &log)
  return log
}

/// A generator whose sequence a seed decides (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }
}
