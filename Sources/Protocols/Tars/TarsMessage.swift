/// What a packet says beside its payload. Source: RequestF.tars.
struct TarsMessage: Sendable {
  enum Kind: UInt8, Sendable {
    case request, response
  }

  var kind = Kind.request
  /// 1 for Tars; 2 and 3 for TUP, whose answers have the form of requests.
  var version: Int64 = 0
  var isOneWay = false
  var identifier: UInt32 = 0
  var service: Range<Int>?
  var function: Range<Int>?
  var result: Int32 = 0
  var resultText: Range<Int>?
  /// Entries of the maps, as far as they are read: names and values in turn.
  var context: Range<Int>?
  var status: Range<Int>?
}

/// Source: BaseF.tars.
enum TarsResult {
  static func name(_ code: Int32) -> StaticString? {
    switch code {
    case -1: "TARSSERVERDECODEERR"
    case -2: "TARSSERVERENCODEERR"
    case -3: "TARSSERVERNOFUNCERR"
    case -4: "TARSSERVERNOSERVANTERR"
    case -5: "TARSSERVERRESETGRID"
    case -6: "TARSSERVERQUEUETIMEOUT"
    case -7: "TARSASYNCCALLTIMEOUT"
    case -8: "TARSPROXYCONNECTERR"
    case -9: "TARSSERVEROVERLOAD"
    case -10: "TARSADAPTERNULL"
    case -11: "TARSINVOKEBYINVALIDESET"
    case -12: "TARSCLIENTDECODEERR"
    case -99: "TARSSERVERUNKNOWNERR"
    default: nil
    }
  }
}
