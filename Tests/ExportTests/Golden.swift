import Glibc
import Testing

/// Expected output in files beside the tests. `DEEPFLOW_UPDATE_GOLDEN=1` rewrites them; a file that is missing fails the test.
enum Golden {
  static func check(_ bytes: [UInt8], _ name: String, sourceLocation: SourceLocation = #_sourceLocation) {
    let path = directory + "/" + name
    if getenv("DEEPFLOW_UPDATE_GOLDEN") != nil {
      guard let file = fopen(path, "w") else {
        Issue.record("cannot write \(name)", sourceLocation: sourceLocation)
        return
      }
      bytes.withUnsafeBytes { _ = fwrite($0.baseAddress, 1, $0.count, file) }
      fclose(file)
      return
    }
    guard let expected = read(path) else {
      Issue.record("\(name) is missing; DEEPFLOW_UPDATE_GOLDEN=1 writes it", sourceLocation: sourceLocation)
      return
    }
    let matches = expected == bytes
    #expect(matches, "\(name) differs:\n\(String(decoding: bytes, as: UTF8.self))", sourceLocation: sourceLocation)
  }

  static func read(_ path: String) -> [UInt8]? {
    guard let file = fopen(path, "r") else { return nil }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = fread(&buffer, 1, buffer.count, file)
      if count == 0 { return bytes }
      bytes += buffer[0..<count]
    }
  }

  private static var directory: String {
    var parts = "\(#filePath)".split(separator: "/", omittingEmptySubsequences: false)
    parts.removeLast()
    return parts.joined(separator: "/") + "/golden"
  }
}
