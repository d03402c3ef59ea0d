import CLibbpf
import Glibc

/// Numbers of the BPF programs, maps and links that a process holds open, as /proc/PID/fdinfo tells them (proc_pid_fdinfo(5)).
struct KernelObjects {
  private(set) var programs: Set<UInt32> = []
  private(set) var maps: Set<UInt32> = []
  private(set) var links: Set<UInt32> = []

  /// Adds what the process holds now.
  mutating func add(of process: pid_t) {
    let folder = "/proc/\(process)/fdinfo"
    guard let directory = opendir(folder) else { return }
    defer { closedir(directory) }
    while let entry = readdir(directory) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      for line in KernelObjects.text(folder + "/" + name).split(separator: "\n") {
        let fields = line.split { $0 == ":" || $0 == "\t" || $0 == " " }
        guard fields.count == 2, let number = UInt32(fields[1]) else { continue }
        switch fields[0] {
        case "prog_id": programs.insert(number)
        case "map_id": maps.insert(number)
        case "link_id": links.insert(number)
        default: break
        }
      }
    }
  }

  /// Those of them that the kernel still has. It frees them a little after the last reference is gone.
  var remaining: [String] {
    func open(_ numbers: Set<UInt32>, _ kind: String, _ open: (UInt32) -> Int32) -> [String] {
      numbers.sorted().filter { number in
        let descriptor = open(number)
        if descriptor >= 0 { close(descriptor) }
        return descriptor >= 0
      }.map { "\(kind) \($0)" }
    }
    return open(programs, "program", bpf_prog_get_fd_by_id) + open(maps, "map", bpf_map_get_fd_by_id)
      + open(links, "link", bpf_link_get_fd_by_id)
  }

  private static func text(_ path: String) -> String {
    let descriptor = Glibc.open(path, O_RDONLY)
    guard descriptor >= 0 else { return "" }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: 4096)
    let count = read(descriptor, &bytes, bytes.count)
    return String(decoding: bytes.prefix(max(count, 0)), as: UTF8.self)
  }
}
