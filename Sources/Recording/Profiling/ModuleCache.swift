/// Programs and libraries by the file they are, each read once, as long as memory allows.
struct ModuleCache {
  /// Memory for symbols. Beyond it the cache starts anew.
  static let largestByteCount = 192 << 20

  struct Key: Hashable {
    var device: String
    var inode: UInt64
    var path: String
  }

  private var files: [Key: ELFFile?] = [:]
  private var byteCount = 0

  /// The file behind a region; `nil` when it cannot be read, which is remembered.
  ///
  /// - Parameter readsFiles: `false` when there is no time left: only what is known already counts.
  mutating func file(of region: MappedRegion, processID: UInt32, readsFiles: Bool) -> ELFFile? {
    let key = Key(device: region.device, inode: region.inode, path: region.path)
    if let known = files[key] { return known }
    guard readsFiles else { return nil }
    let file: ELFFile?
    if region.path == "[vdso]" {
      file = ModuleFiles.readVDSO()
    } else if region.isFile {
      file = ModuleFiles.read(region, processID: processID)
    } else {
      file = nil
    }
    byteCount += (file?.symbols?.byteCount ?? 0) + 256
    if byteCount > ModuleCache.largestByteCount {
      files.removeAll()
      byteCount = (file?.symbols?.byteCount ?? 0) + 256
    }
    files[key] = file
    return file
  }
}
