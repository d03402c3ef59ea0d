package import Transport

/// One value for each end of a flow.
package struct BySide<Value: Sendable & ~Copyable>: ~Copyable, Sendable {
  /// The initiator's, the responder's.
  private var values: InlineArray<2, Value>

  package init(each make: () -> Value) { values = InlineArray { _ in make() } }

  package subscript(side: FlowSide) -> Value {
    @inline(__always) _read { yield values[Int(side.rawValue)] }
    @inline(__always) _modify { yield &values[Int(side.rawValue)] }
  }

  package var initiator: Value {
    @inline(__always) _read { yield values[0] }
    @inline(__always) _modify { yield &values[0] }
  }

  package var responder: Value {
    @inline(__always) _read { yield values[1] }
    @inline(__always) _modify { yield &values[1] }
  }

  /// Both values at once: first the one of `side`, then the other end's.
  @inline(__always)
  mutating func withBoth<Result>(_ side: FlowSide, _ body: (inout Value, inout Value) -> Result) -> Result {
    var span = values.mutableSpan
    return span.withUnsafeMutableBufferPointer { ends in
      guard let first = ends.baseAddress else { preconditionFailure("there are two ends") }
      let own = Int(side.rawValue)
      return body(&first[own], &first[1 - own])
    }
  }
}

extension BySide: Copyable where Value: Copyable {}

extension BySide where Value: Copyable {
  package init(_ both: Value) { values = InlineArray(repeating: both) }

  package init(initiator: Value, responder: Value) { values = [initiator, responder] }
}
