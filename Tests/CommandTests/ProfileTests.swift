import Glibc
import Testing

/// Profiles through the whole program: text in, bundle, views and text out.
@Suite struct ProfileTests {
  private static let folded = """
    nginx;[t] nginx;main;serve;[l] write;[k] tcp_sendmsg 6
    nginx;[t] worker;main;parse 3
    node;[t] node;[unknown] node 1

    """

  /// A directory of its own, removed with the value.
  private struct Folder: ~Copyable {
    let path: String
    init() {
      var template = Array("/tmp/deepflow-profile-test-XXXXXX".utf8CString)
      _ = mkdtemp(&template)
      path = template.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
    }
    deinit { for name in ["in", "b.pcapng", "out.svg", "out"] { unlink("\(path)/\(name)") }; rmdir(path) }

    func write(_ text: String) -> String {
      let name = "\(path)/in"
      guard let file = fopen(name, "w") else { return name }
      fputs(text, file)
      fclose(file)
      return name
    }
  }

  private func imported(_ text: String, _ folder: borrowing Folder) -> String {
    let bundle = "\(folder.path)/b.pcapng"
    let outcome = Program.run(["import", folder.write(text), "-o", bundle])
    #expect(outcome.status == 0)
    #expect(outcome.errors == "")
    return bundle
  }

  @Test("folded stacks come out of a bundle as they went in")
  func folded() {
    let folder = Folder()
    let outcome = Program.run(["export", "folded", imported(Self.folded, folder), "-o", "-"])
    #expect(outcome.status == 0)
    #expect(outcome.output.split(separator: "\n").sorted() == Self.folded.split(separator: "\n").sorted())
  }

  @Test("the top functions, processes and threads are shown, the largest first")
  func top() {
    let folder = Folder()
    let bundle = imported(Self.folded, folder)
    let functions = Program.run(["profile", bundle, "--format", "csv", "--fields", "name,self_value,total_value,self_ratio"])
    #expect(
      functions.output == """
        name,self_value,total_value,self_ratio
        [k] tcp_sendmsg,6,6,0.6
        parse,3,3,0.3
        [unknown] node,1,1,0.1
        main,0,9,0.0
        [l] write,0,6,0.0
        serve,0,6,0.0

        """)
    let processes = Program.run(["profile", bundle, "--by", "process", "--format", "csv", "--fields", "name,total_ratio"])
    #expect(processes.output == "name,total_ratio\nnginx,0.9\nnode,0.1\n")
    let threads = Program.run([
      "profile", bundle, "--by", "thread", "--process", "nginx", "--format", "csv", "--fields", "name,total_value",
    ])
    #expect(threads.output == "name,total_value\nnginx,6\nworker,3\n")
    let text = Program.run(["profile", bundle])
    #expect(text.status == 0)
    #expect(text.output.hasPrefix("on-cpu · 10 samples\n"))
  }

  @Test("the table is in every export")
  func table() {
    let folder = Folder()
    let outcome = Program.run(["export", "json", imported(Self.folded, folder), "-o", "-"])
    #expect(
      outcome.output.contains(
        "\"event_type\":\"on-cpu\",\"process_kname\":\"nginx\",\"thread_name\":\"nginx\",\"stack\":\"nginx;[t] nginx;main;serve;[l] write;[k] tcp_sendmsg\",\"value\":6,\"value_unit\":\"samples\",\"sample_count\":6"
      ))
  }

  @Test("the flame graph is drawn to a file")
  func flameGraph() {
    let folder = Folder()
    let bundle = imported(Self.folded, folder)
    let outcome = Program.run(["export", "flamegraph", "--profile", "on-cpu", bundle, "-o", "\(folder.path)/out.svg"])
    #expect(outcome.status == 0)
    #expect(outcome.errors == "")
    let drawn = Program.run(["export", "flamegraph", "--profile", "on-cpu", "--no-threads", bundle, "-o", "-"])
    #expect(drawn.output.contains("data-name=\"nginx\" data-kind=\"process\""))
    #expect(!drawn.output.contains("data-kind=\"thread\""))
  }

  @Test("perf script text is imported, and lines that are not understood are told and counted")
  func perfScript() {
    let folder = Folder()
    let bundle = "\(folder.path)/b.pcapng"
    let text = "a 7/7 [000] 1.0: 10101010 cpu-clock:\n\t 10 f+0x0 (/a)\n\nwhat is this\n"
    let outcome = Program.run(["import", folder.write(text), "-o", bundle])
    #expect(outcome.status == 0)
    #expect(outcome.errors.contains("1 line is not understood"))
    let folded = Program.run(["export", "folded", bundle, "-o", "-"])
    #expect(folded.output == "a;[t] a;f 10101\n")
  }

  @Test("what cannot be imported, and a capture without samples, are a sentence and status 1")
  func failures() {
    let folder = Folder()
    let nonsense = Program.run(["import", folder.write("nothing of the kind\n"), "-o", "\(folder.path)/b.pcapng"])
    #expect(nonsense.status == 1)
    #expect(nonsense.errors.contains("cannot import"))
    let capture = Program.fixture("http/nginx-keep-alive.pcap")
    let empty = Program.run(["profile", capture])
    #expect(empty.status == 1)
    #expect(empty.output == "")
    #expect(empty.errors.contains("no stack samples"))
    let same = Program.run(["import", "\(folder.path)/in", "-o", "\(folder.path)/in"])
    #expect(same.status == 1)
    let both = Program.run(["export", "flamegraph", "--profile", "on-cpu", "--trace", "slowest", capture, "-o", "-"])
    #expect(both.status == 64)
  }

  @Test("a capture passes through import with all its packets")
  func passThrough() {
    let folder = Folder()
    let capture = Program.fixture("http/nginx-keep-alive.pcap")
    let bundle = "\(folder.path)/b.pcapng"
    let outcome = Program.run(["import", capture, folder.write(Self.folded), "-o", bundle])
    #expect(outcome.status == 0)
    let fields = ["--format", "csv", "--fields", "start_time,ip_0,ip_1,byte_tx,byte_rx,close_type"]
    #expect(Program.run(["flows", bundle] + fields).output == Program.run(["flows", capture] + fields).output)
    #expect(Program.run(["profile", bundle, "--by", "process", "--format", "csv", "--fields", "name"]).output == "name\nnginx\nnode\n")
    #expect(Program.run(["inspect", "--verify", bundle]).status == 0)
  }
}
