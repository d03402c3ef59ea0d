/// A JSON object that is put together key by key. For reports; rows have `JSONRows`.
package struct JSONObject {
  private var bytes: [UInt8] = [UInt8(ascii: "{")]

  package init() {}

  /// The whole object.
  package var finished: [UInt8] { bytes + [UInt8(ascii: "}")] }

  package mutating func string(_ key: String, _ value: String) {
    begin(key)
    bytes.append(json: value)
  }

  package mutating func number(_ key: String, _ value: Int64) {
    begin(key)
    bytes.appendDecimal(value)
  }

  /// Nothing for a number that JSON cannot hold.
  package mutating func real(_ key: String, _ value: Double) {
    guard value.isFinite else { return }
    begin(key)
    bytes.append(real: value)
  }

  package mutating func boolean(_ key: String, _ value: Bool) {
    begin(key)
    bytes.append(value ? "true" : "false")
  }

  package mutating func strings(_ key: String, _ values: [String]) {
    begin(key)
    bytes.append("[")
    for (index, value) in values.enumerated() {
      if index > 0 { bytes.append(",") }
      bytes.append(json: value)
    }
    bytes.append("]")
  }

  package mutating func object(_ key: String, _ body: (inout JSONObject) -> Void) {
    begin(key)
    var object = JSONObject()
    body(&object)
    bytes += object.finished
  }

  package mutating func array<Item>(_ key: String, _ items: [Item], _ body: (Item, inout JSONObject) -> Void) {
    begin(key)
    bytes.append("[")
    for (index, item) in items.enumerated() {
      if index > 0 { bytes.append(",") }
      var object = JSONObject()
      body(item, &object)
      bytes += object.finished
    }
    bytes.append("]")
  }

  private mutating func begin(_ key: String) {
    if bytes.count > 1 { bytes.append(",") }
    bytes.append(json: key)
    bytes.append(":")
  }
}
