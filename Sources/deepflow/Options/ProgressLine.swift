import BundleFormat
import Export

#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// How far a long input was read, on a line of standard error that is written over again and again. Only for people: nothing is shown
/// when standard error is no terminal, and nothing in the first second.
struct ProgressLine: ~Copyable {
  private static let delay = Duration.seconds(1)
  private static let interval = Duration.milliseconds(200)

  private let isShown: Bool
  private let clock = ContinuousClock()
  private let begin: ContinuousClock.Instant
  private var latest: ContinuousClock.Instant
  private var isThere = false

  init() {
    isShown = isatty(2) == 1
    begin = clock.now
    latest = begin
  }

  mutating func show(_ progress: InputProgress) {
    guard isShown else { return }
    let now = clock.now
    guard now - begin >= ProgressLine.delay, now - latest >= ProgressLine.interval else { return }
    latest = now
    isThere = true
    ProgressLine.write("\r\u{1b}[K" + ProgressLine.text(progress, elapsed: now - begin))
  }

  /// Takes the line away, so that what is said next begins on an empty one.
  mutating func clear() {
    if isThere { ProgressLine.write("\r\u{1b}[K") }
    isThere = false
  }

  static func text(_ progress: InputProgress, elapsed: Duration) -> String {
    var name: [UInt8] = []
    name.append(terminal: progress.path.split(separator: "/").last.map { String($0) } ?? progress.path)
    let rate = Int((Double(progress.readByteCount) / 1e6 / (elapsed / .seconds(1))).rounded())
    let place = "deepflow: \(String(decoding: name, as: UTF8.self)): "
    guard let whole = progress.fileByteCount, whole > 0 else { return place + "\(progress.readByteCount / 1_000_000) MB, \(rate) MB/s" }
    return place + "\(min(100, progress.readByteCount * 100 / whole)) % of \(whole / 1_000_000) MB, \(rate) MB/s"
  }

  private static func write(_ text: String) {
    var text = text
    text.withUTF8 { _ = Glibc.write(2, $0.baseAddress, $0.count) }
  }
}
