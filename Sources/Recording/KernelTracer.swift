import BPFObject
import CDeepFlow
import CLibbpf
import Glibc

/// The BPF side while it runs: programs, maps and the ring of records. Nothing of it outlives this value.
struct KernelTracer: ~Copyable {
  let object: OpaquePointer
  private let ring: OpaquePointer
  var links: [OpaquePointer] = []
  private var losses: LossCounters
  private let tracedProcesses: Int32
  private let calls: Int32

  /// Loads the programs; nothing is attached yet.
  ///
  /// - Parameter receive: called for each record with `context`, by `consume`. A negative result stops that turn.
  init(options: RecordingOptions, receive: @escaping ring_buffer_sample_fn, context: UnsafeMutableRawPointer) throws(RecordingError) {
    if let obstacle = RecordingRequirements.obstacleToSystemCalls() { throw obstacle }
    if options.isNarrowedToProcesses, !RecordingRequirements.isInRootProcessNamespace {
      throw .unavailable(
        part: .systemCalls, reason: "--pid and --follow need the kernel's process ids, and this is a process namespace of its own",
        advice: "run it in the host's process namespace (docker run --pid=host), or leave these options out")
    }
    df_log_set_verbose(options.isVerbose ? 1 : 0)
    df_log_clear()
    _ = libbpf_set_print { level, format, arguments in
      guard let arguments else { return 0 }
      return df_log_append(Int32(bitPattern: level.rawValue), format, arguments)
    }

    let loaded: Loaded
    do throws(RecordingError) {
      loaded = try KernelTracer.load(options, receive, context, isDirect: true)
    } catch {
      // Before Linux 6.2 the verifier does not take direct reads; whatever else is wrong shows again.
      df_log_clear()
      loaded = try KernelTracer.load(options, receive, context, isDirect: false)
    }
    object = loaded.object
    ring = loaded.ring
    tracedProcesses = loaded.tracedProcesses
    calls = loaded.calls
    losses = LossCounters(descriptor: loaded.losses)
  }

  deinit {
    for link in links { bpf_link__destroy(link) }
    ring_buffer__free(ring)
    bpf_object__close(object)
  }

  /// Attaches every program that was loaded, but for the sampling one. From here on records arrive.
  mutating func attach() throws(RecordingError) {
    var program = bpf_object__next_program(object, nil)
    while let current = program {
      program = bpf_object__next_program(object, current)
      guard bpf_program__autoload(current), !KernelTracer.isSampling(current) else { continue }
      guard let link = bpf_program__attach(current) else {
        let number = errno
        let name = bpf_program__section_name(current).map { String(cString: $0) } ?? "a program"
        throw KernelTracer.failure("\(name) could not be attached", number)
      }
      links.append(link)
    }
  }

  /// Detaches every program; what is in the ring can still be consumed.
  mutating func detach() {
    for link in links { bpf_link__destroy(link) }
    links.removeAll()
  }

  /// Becomes readable when much is waiting.
  var pollDescriptor: Int32 { ring_buffer__epoll_fd(ring) }

  /// Passes waiting records to `receive`. Returns whether it stopped before the ring was empty.
  func consume() -> Bool { ring_buffer__consume(ring) < 0 }

  func trace(processID: UInt32) throws(RecordingError) {
    var key = processID
    var one: UInt8 = 1
    let status = bpf_map_update_elem(tracedProcesses, &key, &one, UInt64(BPF_ANY))
    guard status == 0 else { throw .system(what: "process \(processID) could not be selected", errorNumber: -status) }
  }

  /// Tells the programs of calls that were in flight when they were attached, so that a server's blocked `read` is not lost.
  func addCallsInFlight() {
    CallsInFlight.forEach { threadID, call in
      var key = threadID
      var call = call
      _ = bpf_map_update_elem(calls, &key, &call, UInt64(BPF_NOEXIST))
    }
  }

  /// What was lost since the last call, by cause.
  mutating func newLosses() -> [LossCounters.Entry] { losses.readNew() }

  /// What `load` gives: the object, its ring, and the descriptors of its maps.
  private struct Loaded {
    var object: OpaquePointer
    var ring: OpaquePointer
    var tracedProcesses: Int32
    var calls: Int32
    var losses: Int32
  }

  private static func load(
    _ options: RecordingOptions, _ receive: @escaping ring_buffer_sample_fn, _ context: UnsafeMutableRawPointer, isDirect: Bool
  ) throws(RecordingError) -> Loaded {
    let image = BPFObject.bytes()
    let opened = image.withUnsafeBytes { bpf_object__open_mem($0.baseAddress, $0.count, nil) }
    guard let object = opened else { throw failure("the BPF object could not be opened", errno) }
    do throws(RecordingError) {
      try configure(object, options)
      // Of the system call programs there are two variants; see bpf/socket.h.
      for name in ["enter_syscall", "exit_syscall"] {
        guard let portable = bpf_object__find_program_by_name(object, name),
          let direct = bpf_object__find_program_by_name(object, name + "_direct")
        else { throw failure("the BPF object has no program \(name)", ENOENT) }
        bpf_program__set_autoload(portable, !isDirect)
        bpf_program__set_autoload(direct, isDirect)
      }
      selectPrograms(object, options)
      let status = bpf_object__load(object)
      guard status == 0 else { throw failure("the kernel refused the BPF programs", -status) }
      guard let ring = ring_buffer__new(try descriptor(object, "events"), receive, context, nil) else {
        throw failure("the ring of events could not be mapped", errno)
      }
      return Loaded(
        object: object, ring: ring, tracedProcesses: try descriptor(object, "traced_processes"), calls: try descriptor(object, "calls"),
        losses: try descriptor(object, "losses"))
    } catch {
      bpf_object__close(object)
      throw error
    }
  }

  private static func configure(_ object: OpaquePointer, _ options: RecordingOptions) throws(RecordingError) {
    var config = df_config()
    let ringByteCount = NodeSize.ringByteCount(wanted: options.ringByteCount)
    // A quarter: below it the recorder, which looks every 10 ms, need not be woken.
    config.wakeup_bytes = UInt64(ringByteCount / 4)
    config.self_process_id = options.recordsItself ? 0 : UInt32(bitPattern: getpid())
    config.payload_bytes = UInt32(options.payloadByteLimit)
    config.by_process = options.isNarrowedToProcesses ? 1 : 0
    config.follow = options.followsDescendants ? 1 : 0
    if let name = options.commandName {
      config.by_command = 1
      withUnsafeMutableBytes(of: &config.command) { $0.copyBytes(from: name.utf8.prefix(15)) }
    }
    let status = bpf_map__set_initial_value(try map(object, ".rodata.config"), &config, MemoryLayout<df_config>.size)
    guard status == 0 else { throw failure("the BPF programs could not be configured", -status) }
    let processorCount = UInt32(max(libbpf_num_possible_cpus(), 1))
    var entries = [("events", UInt32(ringByteCount)), ("scratches", processorCount), ("exec_scratches", processorCount)]
    // What a filter needs is not allocated without one.
    if !options.isNarrowedToProcesses { entries.append(("traced_processes", 1)) }
    if !options.isNarrowedToProcesses, options.commandName == nil { entries.append(("traced_sockets", 1)) }
    let scratchByteCount = UInt32(DF_SCRATCH_HEADER_BYTES) + 2 * UInt32(options.payloadByteLimit)
    guard bpf_map__set_value_size(try map(object, "scratches"), (scratchByteCount + 7) & ~7) == 0 else {
      throw failure("the map scratches could not be sized", EINVAL)
    }
    for (name, count) in entries {
      let status = bpf_map__set_max_entries(try map(object, name), count)
      guard status == 0 else { throw failure("the map \(name) could not be sized", -status) }
    }
  }

  private static func map(_ object: OpaquePointer, _ name: String) throws(RecordingError) -> OpaquePointer {
    guard let map = bpf_object__find_map_by_name(object, name) else { throw failure("the BPF object has no map \(name)", ENOENT) }
    return map
  }

  private static func descriptor(_ object: OpaquePointer, _ name: String) throws(RecordingError) -> Int32 {
    bpf_map__fd(try map(object, name))
  }

  /// The sentence for a failure, with the last lines that libbpf and the verifier wrote.
  private static func failure(_ what: String, _ number: Int32) -> RecordingError {
    let lines = String(cString: df_log_text()).split(separator: "\n").suffix(4).joined(separator: " / ")
    let advice =
      number == ENOMEM
      ? "give it less with --ring-buffer, or use --no-syscalls to record packets only"
      : "use --no-syscalls to record packets only, -v shows the whole log"
    return .unavailable(
      part: .systemCalls, reason: "\(what): \(errorText(number))" + (lines.isEmpty ? "" : " (\(lines))"), advice: advice)
  }
}
