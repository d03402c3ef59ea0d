package import Transport

/// One value for each end of a flow.
package struct BySide<Value: Sendable>: Sendable {
  package var initiator: Value
  package var responder: Value

  @inlinable package init(_ both: Value) {
    initiator = both
    responder = both
  }

  @inlinable package init(initiator: Value, responder: Value) {
    self.initiator = initiator
    self.responder = responder
  }

  @inlinable package subscript(side: FlowSide) -> Value {
    @inline(__always) _read {
      if side == .initiator { yield initiator } else { yield responder }
    }
    @inline(__always) _modify {
      if side == .initiator { yield &initiator } else { yield &responder }
    }
  }
}
