import Capture
import Protocols

/// Exchanges instead of rows: an exchange that was seen at four points is four rows, and counts once, as the point nearest the server
/// saw it.
struct ExchangeSelection {
  /// Indices of the rows that stand for the exchanges, in order of time. Responses without a request are no exchange. Where the point
  /// nearest the server saw only the request, the nearest that saw the response too knows more.
  static func rows(of requests: [RequestRow]) -> [Int] {
    select(requests) { chain in chain.rows.last { requests[$0].kind == .session } ?? chain.tail }
  }

  /// Indices of the rows that stand for the exchanges as their clients saw them: waiting on the way is part of their time.
  static func clientRows(of requests: [RequestRow]) -> [Int] {
    select(requests) { chain in chain.rows.first { requests[$0].kind == .session } ?? chain.head }
  }

  /// Indices of the rows that stand for the flows: of the same connection at several points, the one nearest the server; packets before
  /// system calls, because only they count retransmissions.
  static func flows(of flows: [FlowRow]) -> [Int] { DistinctFlows.rows(of: flows) }

  private static func select(_ requests: [RequestRow], _ representative: (ExchangeChain) -> Int) -> [Int] {
    ExchangeChainBuilder.chains(of: requests).map(representative).filter { requests[$0].kind != .response }.sorted()
  }
}
