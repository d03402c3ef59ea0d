/// The 61 header fields that every HPACK table begins with. Source: RFC 7541 appendix A.
enum HPACKStaticTable {
  static let count = 61

  /// Where the name and the value of entry `index` (from 1) lie in `text`.
  static func entry(_ index: Int) -> (name: Range<Int>, value: Range<Int>) {
    let (start, middle, end) = places[index - 1]
    return (start..<middle, middle..<end)
  }

  /// Names and values of all entries, one behind the other.
  static let text: [UInt8] = fields.flatMap { Array($0.0.utf8) + Array($0.1.utf8) }

  private static let places: [(Int, Int, Int)] = {
    var offset = 0
    return fields.map { name, value in
      let place = (offset, offset + name.utf8.count, offset + name.utf8.count + value.utf8.count)
      offset = place.2
      return place
    }
  }()

  private static let fields: [(String, String)] = [
    (":authority", ""), (":method", "GET"), (":method", "POST"), (":path", "/"), (":path", "/index.html"), (":scheme", "http"),
    (":scheme", "https"), (":status", "200"), (":status", "204"), (":status", "206"), (":status", "304"), (":status", "400"),
    (":status", "404"), (":status", "500"), ("accept-charset", ""), ("accept-encoding", "gzip, deflate"), ("accept-language", ""),
    ("accept-ranges", ""), ("accept", ""), ("access-control-allow-origin", ""), ("age", ""), ("allow", ""), ("authorization", ""),
    ("cache-control", ""), ("content-disposition", ""), ("content-encoding", ""), ("content-language", ""), ("content-length", ""),
    ("content-location", ""), ("content-range", ""), ("content-type", ""), ("cookie", ""), ("date", ""), ("etag", ""), ("expect", ""),
    ("expires", ""), ("from", ""), ("host", ""), ("if-match", ""), ("if-modified-since", ""), ("if-none-match", ""), ("if-range", ""),
    ("if-unmodified-since", ""), ("last-modified", ""), ("link", ""), ("location", ""), ("max-forwards", ""), ("proxy-authenticate", ""),
    ("proxy-authorization", ""), ("range", ""), ("referer", ""), ("refresh", ""), ("retry-after", ""), ("server", ""), ("set-cookie", ""),
    ("strict-transport-security", ""), ("transfer-encoding", ""), ("user-agent", ""), ("vary", ""), ("via", ""), ("www-authenticate", ""),
  ]
}
