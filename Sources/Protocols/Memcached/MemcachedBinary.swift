/// Numbers of the binary protocol. Source: memcached 1.6, protocol_binary.h.
enum MemcachedBinary {
  static let requestMagic: UInt8 = 0x80
  static let responseMagic: UInt8 = 0x81
  static let headerByteCount = 24
  static let statistics: UInt8 = 0x10
  private static let quietQuit: UInt8 = 0x17

  /// What is known of an opcode: its name, how many bytes its request's extras have, and whether it needs a key.
  struct Operation: Sendable {
    var name: StaticString
    var extras: ClosedRange<Int>
    var key: Key
    /// Answered only when something is wrong, or, to a retrieval, when something was found.
    var isQuiet: Bool

    enum Key: Sendable { case required, optional, none }

    init(_ name: StaticString, _ extras: ClosedRange<Int>, _ key: Key, isQuiet: Bool = false) {
      self.name = name
      self.extras = extras
      self.key = key
      self.isQuiet = isQuiet
    }
  }

  static func operation(_ opcode: UInt8) -> Operation? {
    switch opcode {
    case 0x00: Operation("get", 0...0, .required)
    case 0x01: Operation("set", 8...8, .required)
    case 0x02: Operation("add", 8...8, .required)
    case 0x03: Operation("replace", 8...8, .required)
    case 0x04: Operation("delete", 0...0, .required)
    case 0x05: Operation("increment", 20...20, .required)
    case 0x06: Operation("decrement", 20...20, .required)
    case 0x07: Operation("quit", 0...0, .none)
    case 0x08: Operation("flush", 0...4, .none)
    case 0x09: Operation("getq", 0...0, .required, isQuiet: true)
    case 0x0a: Operation("noop", 0...0, .none)
    case 0x0b: Operation("version", 0...0, .none)
    case 0x0c: Operation("getk", 0...0, .required)
    case 0x0d: Operation("getkq", 0...0, .required, isQuiet: true)
    case 0x0e: Operation("append", 0...0, .required)
    case 0x0f: Operation("prepend", 0...0, .required)
    case 0x10: Operation("stat", 0...0, .optional)
    case 0x11: Operation("setq", 8...8, .required, isQuiet: true)
    case 0x12: Operation("addq", 8...8, .required, isQuiet: true)
    case 0x13: Operation("replaceq", 8...8, .required, isQuiet: true)
    case 0x14: Operation("deleteq", 0...0, .required, isQuiet: true)
    case 0x15: Operation("incrementq", 20...20, .required, isQuiet: true)
    case 0x16: Operation("decrementq", 20...20, .required, isQuiet: true)
    case quietQuit: Operation("quitq", 0...0, .none, isQuiet: true)
    case 0x18: Operation("flushq", 0...4, .none, isQuiet: true)
    case 0x19: Operation("appendq", 0...0, .required, isQuiet: true)
    case 0x1a: Operation("prependq", 0...0, .required, isQuiet: true)
    case 0x1b: Operation("verbosity", 4...4, .none)
    case 0x1c: Operation("touch", 4...4, .required)
    case 0x1d: Operation("gat", 4...4, .required)
    case 0x1e: Operation("gatq", 4...4, .required, isQuiet: true)
    case 0x20: Operation("sasl_list_mechanisms", 0...0, .none)
    case 0x21: Operation("sasl_auth", 0...0, .required)
    case 0x22: Operation("sasl_step", 0...0, .required)
    case 0x23: Operation("gatk", 4...4, .required)
    case 0x24: Operation("gatkq", 4...4, .required, isQuiet: true)
    default: nil
    }
  }

  /// The text that servers send with a status.
  static func statusText(_ status: UInt16) -> StaticString? {
    switch status {
    case 0x00: "No error"
    case 0x01: "Key not found"
    case 0x02: "Key exists"
    case 0x03: "Value too large"
    case 0x04: "Invalid arguments"
    case 0x05: "Item not stored"
    case 0x06: "Incr/Decr on non-numeric value"
    case 0x07: "The vbucket belongs to another server"
    case 0x08: "Authentication error"
    case 0x09: "Authentication continue"
    case 0x20: "Authentication required"
    case 0x21: "Further authentication steps required"
    case 0x81: "Unknown command"
    case 0x82: "Out of memory"
    case 0x83: "Not supported"
    case 0x84: "Internal error"
    case 0x85: "Busy"
    case 0x86: "Temporary failure"
    default: nil
    }
  }

  /// A key that is not there, or there already, is an answer and no error, as in the text protocol.
  static func outcome(_ status: UInt16) -> MemcachedReply.Outcome {
    switch status {
    case 0x00, 0x01, 0x02, 0x05, 0x09, 0x21: .ok
    case 0x03, 0x04, 0x06, 0x08, 0x20, 0x81: .clientError
    default: .serverError
    }
  }
}
