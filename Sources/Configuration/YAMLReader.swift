import CYAML

/// Reads one YAML document by libyaml.
///
/// Aliases are refused: DeepFlow's configuration has none, and a few of them can stand for more than fits into memory.
struct YAMLReader: ~Copyable {
  /// Values inside values; DeepFlow's own nest to eight.
  static let deepestNesting = 64

  private let path: String
  private var parser = yaml_parser_t()

  /// The document's root; `nil` when there is none.
  ///
  /// - Throws: `ConfigurationError` when the bytes are no YAML, or more than one document.
  static func read(_ bytes: [UInt8], path: String) throws(ConfigurationError) -> YAMLNode? {
    var reader = YAMLReader(path)
    return try reader.document(bytes)
  }

  private init(_ path: String) { self.path = path }

  private mutating func document(_ bytes: [UInt8]) throws(ConfigurationError) -> YAMLNode? {
    guard yaml_parser_initialize(&parser) == 1 else { throw failure(nil, "cannot be read: out of memory") }
    defer { yaml_parser_delete(&parser) }
    // The parser reads from the buffer while it works, so that the buffer must not move.
    let buffer = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: max(bytes.count, 1))
    defer { buffer.deallocate() }
    _ = buffer.initialize(from: bytes)
    yaml_parser_set_input_string(&parser, buffer.baseAddress, bytes.count)
    var root: YAMLNode?
    while true {
      var event = try next()
      let type = event.type
      let line = Int(event.start_mark.line) + 1
      switch type {
      case YAML_STREAM_END_EVENT:
        yaml_event_delete(&event)
        return root
      case YAML_STREAM_START_EVENT, YAML_DOCUMENT_START_EVENT, YAML_DOCUMENT_END_EVENT: yaml_event_delete(&event)
      default:
        guard root == nil else {
          yaml_event_delete(&event)
          throw failure(line, "a second document begins here; a configuration file has one")
        }
        root = try node(&event, depth: 0)
      }
    }
  }

  /// The next event, which the caller deletes.
  private mutating func next() throws(ConfigurationError) -> yaml_event_t {
    var event = yaml_event_t()
    guard yaml_parser_parse(&parser, &event) == 1 else {
      let problem = parser.problem.map { String(cString: $0) } ?? "it is malformed"
      throw failure(Int(parser.problem_mark.line) + 1, "this is no YAML: \(problem)")
    }
    return event
  }

  /// The value that `event` begins; deletes the event.
  private mutating func node(_ event: inout yaml_event_t, depth: Int) throws(ConfigurationError) -> YAMLNode {
    let line = Int(event.start_mark.line) + 1
    let type = event.type
    var content: YAMLNode.Content?
    if type == YAML_SCALAR_EVENT {
      let scalar = event.data.scalar
      let text = String(decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length), as: UTF8.self)
      content = .scalar(text, isPlain: scalar.style == YAML_PLAIN_SCALAR_STYLE)
    }
    yaml_event_delete(&event)
    guard depth < YAMLReader.deepestNesting else { throw failure(line, "values are nested too deeply") }
    switch type {
    case YAML_SEQUENCE_START_EVENT: content = .sequence(try sequence(depth))
    case YAML_MAPPING_START_EVENT: content = .mapping(try mapping(depth))
    case YAML_ALIAS_EVENT: throw failure(line, "an alias; write the value out instead")
    default: break
    }
    guard let content else { throw failure(line, "this is no YAML: a value was expected") }
    return YAMLNode(content: content, line: line)
  }

  private mutating func sequence(_ depth: Int) throws(ConfigurationError) -> [YAMLNode] {
    var elements: [YAMLNode] = []
    while true {
      var event = try next()
      if event.type == YAML_SEQUENCE_END_EVENT {
        yaml_event_delete(&event)
        return elements
      }
      elements.append(try node(&event, depth: depth + 1))
    }
  }

  private mutating func mapping(_ depth: Int) throws(ConfigurationError) -> [YAMLNode.Entry] {
    var entries: [YAMLNode.Entry] = []
    while true {
      var event = try next()
      if event.type == YAML_MAPPING_END_EVENT {
        yaml_event_delete(&event)
        return entries
      }
      let key = try node(&event, depth: depth + 1)
      guard case .scalar(let name, _) = key.content else { throw failure(key.line, "a key must be a word") }
      if let earlier = entries.first(where: { $0.key == name }) {
        throw failure(key.line, "'\(name)' was given in line \(earlier.line) already; leave one of them out")
      }
      var value = try next()
      entries.append(YAMLNode.Entry(key: name, line: key.line, value: try node(&value, depth: depth + 1)))
    }
  }

  private func failure(_ line: Int?, _ reason: String) -> ConfigurationError {
    ConfigurationError(path: path, line: line, reason: reason)
  }
}
