import Wire

/// Which arguments of a command are values, to be masked when the operator asks for it; keys, fields, counts and options stay.
///
/// Source: DeepFlow's `obfuscate_protocols`, whose masks these are, with the commands that it leaves out. A command that is not listed has no
/// values, or is a module's, and is shown.
struct RedisObfuscation {
  enum Disposition {
    case shown
    case masked
    /// What follows a mask that stands for all.
    case dropped
  }

  private enum Rule {
    case none
    /// One argument, counted from 1.
    case one(Int)
    /// All from this one on are one mask.
    case rest(from: Int)
    case every(step: Int, from: Int)
    /// ZADD: scores and members behind the options.
    case scores
    /// CONFIG SET parameter value.
    case setting
    /// BITFIELD: the value of each SET.
    case bitField
  }

  private var rule: Rule
  private var index = 0
  /// Where what is counted begins: behind the options, at the word SET.
  private var start: Int?

  init(_ word: Range<Int>, _ bytes: RawSpan) {
    rule =
      RedisObfuscation.rules.first { $0.word.utf8CodeUnitCount == word.count && bytes.equalsIgnoringCase($0.word, in: word) }?.rule ?? .none
  }

  mutating func disposition(of argument: Range<Int>, _ bytes: RawSpan) -> Disposition {
    index += 1
    switch rule {
    case .none: return .shown
    case .one(let place): return index == place ? .masked : .shown
    case .rest(let first): return index < first ? .shown : index == first ? .masked : .dropped
    case .every(let step, let first): return index >= first && (index - first) % step == 0 ? .masked : .shown
    case .scores:
      // ZADD key [NX | XX] [GT | LT] [CH] [INCR] score member [score member …]
      if start == nil, index > 1, !RedisObfuscation.isScoreOption(argument, bytes) { start = index }
      return start.map { (index - $0) % 2 == 1 } ?? false ? .masked : .shown
    case .setting:
      if index == 1, bytes.equalsIgnoringCase("set", in: argument) { start = index }
      return start != nil && index >= 3 && index % 2 == 1 ? .masked : .shown
    case .bitField:
      if let begin = start, index == begin + 3 {
        start = nil
        return .masked
      }
      if start == nil, bytes.equalsIgnoringCase("set", in: argument) { start = index }
      return .shown
    }
  }

  private static func isScoreOption(_ argument: Range<Int>, _ bytes: RawSpan) -> Bool {
    switch argument.count {
    case 2:
      ["nx", "xx", "gt", "lt", "ch"].contains { bytes.equalsIgnoringCase($0, in: argument) }
    case 4: bytes.equalsIgnoringCase("incr", in: argument)
    default: false
    }
  }

  private static let rules: [(word: StaticString, rule: Rule)] = [
    ("set", .one(2)), ("setnx", .one(2)), ("getset", .one(2)), ("append", .one(2)), ("sismember", .one(2)),
    ("zrank", .one(2)), ("zrevrank", .one(2)), ("zscore", .one(2)), ("georadiusbymember", .one(2)), ("georadiusbymember_ro", .one(2)),
    ("setex", .one(3)), ("psetex", .one(3)), ("setrange", .one(3)), ("setbit", .one(3)), ("hsetnx", .one(3)), ("lrem", .one(3)),
    ("lset", .one(3)), ("zincrby", .one(3)), ("smove", .one(3)), ("restore", .one(3)), ("json.set", .one(3)),
    ("linsert", .one(4)),
    ("auth", .rest(from: 1)), ("echo", .rest(from: 1)), ("ping", .rest(from: 1)), ("eval", .rest(from: 1)), ("eval_ro", .rest(from: 1)),
    ("lpush", .rest(from: 2)), ("rpush", .rest(from: 2)), ("lpushx", .rest(from: 2)), ("rpushx", .rest(from: 2)), ("lpos", .rest(from: 2)),
    ("sadd", .rest(from: 2)), ("srem", .rest(from: 2)), ("smismember", .rest(from: 2)), ("zrem", .rest(from: 2)),
    ("zmscore", .rest(from: 2)), ("pfadd", .rest(from: 2)), ("publish", .rest(from: 2)), ("spublish", .rest(from: 2)),
    ("xadd", .rest(from: 2)), ("geohash", .rest(from: 2)), ("geopos", .rest(from: 2)), ("geodist", .rest(from: 2)),
    ("evalsha", .rest(from: 3)), ("evalsha_ro", .rest(from: 3)), ("fcall", .rest(from: 3)), ("fcall_ro", .rest(from: 3)),
    ("mset", .every(step: 2, from: 2)), ("msetnx", .every(step: 2, from: 2)), ("hset", .every(step: 2, from: 3)),
    ("hmset", .every(step: 2, from: 3)), ("geoadd", .every(step: 3, from: 4)),
    ("zadd", .scores), ("config", .setting), ("bitfield", .bitField),
  ]
}
