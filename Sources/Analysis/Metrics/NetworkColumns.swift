/// Columns of `network` and `network_map`.
extension Column where Row == MetricRow<NetworkFigures> {
  static func networkFigures(hasLostEvidence: Bool) -> [Column<Row>] {
    traffic + faults + closeTypes + times + [
      Column("completeness", .text, "complete, or lower_bound when evidence is missing") {
        .name(($0.figures.isComplete && !hasLostEvidence ? Completeness.complete : .lowerBound).name)
      }
    ]
  }

  /// Of rows that stand for points of the same connections: what was lost on the way to them.
  static var pathLosses: [Column<Row>] {
    [
      Column("lost_tx", .integer, "packets of the client that the point before saw and this one did not") {
        Cell($0.figures.toServer.lostPacketCount)
      },
      Column("lost_rx", .integer, "packets of the server that this point saw and the one before did not") {
        Cell($0.figures.toClient.lostPacketCount)
      },
      Column("lost_byte_tx", .integer, "bytes of payload of the client that the point before saw and this one did not") {
        Cell($0.figures.toServer.lostByteCount)
      },
      Column("lost_byte_rx", .integer, "bytes of payload of the server that this point saw and the one before did not") {
        Cell($0.figures.toClient.lostByteCount)
      },
      Column("lost_tx_ratio", .real, "packets of the client that were lost on the way to this point, %") {
        let figures = $0.figures.toServer
        return Cell(real: percentage(figures.lostPacketCount, of: figures.lostPacketCount &+ figures.packetCount))
      },
      Column("lost_rx_ratio", .real, "packets of the server that were lost on the way from this point, %") {
        Cell(real: percentage($0.figures.toClient.lostPacketCount, of: $0.figures.toClient.packetCount))
      },
    ]
  }

  private static var traffic: [Column<Row>] {
    both("byte", "bytes, whole packets on the wire") { $0.byteCount }
      + both("packet", "packets") { $0.packetCount }
      + both("l3_byte", "bytes from the IP header on") { $0.l3ByteCount }
      + both("l4_byte", "bytes from the transport header on") { $0.l4ByteCount }
      + [
        Column("byte_rate", .real, "bytes per second, both ways") {
          Cell(rate: $0.figures.toServer.byteCount &+ $0.figures.toClient.byteCount, $0.seconds)
        },
        Column("packet_rate", .real, "packets per second, both ways") {
          Cell(rate: $0.figures.toServer.packetCount &+ $0.figures.toClient.packetCount, $0.seconds)
        },
        Column("new_flow", .integer, "flows that began") { Cell($0.figures.newFlowCount) },
        Column("closed_flow", .integer, "flows that ended") { Cell($0.figures.closedFlowCount) },
        Column("flow_load", .integer, "flows that were active") { Cell($0.figures.activeFlowCount) },
        Column("syn_count", .integer, "SYN packets") { Cell($0.figures.synCount) },
        Column("synack_count", .integer, "SYN/ACK packets") { Cell($0.figures.synAckCount) },
        Column("fin_count", .integer, "FIN packets") { Cell($0.figures.finCount) },
      ]
  }

  private static var faults: [Column<Row>] {
    [
      Column("retrans_syn", .integer, "SYN packets sent again") { Cell($0.figures.repeatedSynCount) },
      Column("retrans_synack", .integer, "SYN/ACK packets sent again") { Cell($0.figures.repeatedSynAckCount) },
      Column("retrans_syn_ratio", .real, "SYN packets that were sent again, %") {
        Cell(real: percentage($0.figures.repeatedSynCount, of: $0.figures.synCount))
      },
      Column("retrans_synack_ratio", .real, "SYN/ACK packets that were sent again, %") {
        Cell(real: percentage($0.figures.repeatedSynAckCount, of: $0.figures.synAckCount))
      },
    ] + counterAndRatio("retrans", "segments sent again") { $0.retransmissionCount }
      + both("ooo", "segments that others had overtaken") { $0.outOfOrderCount }
      + counterAndRatio("zero_win", "segments that announced a window of zero") { $0.zeroWindowCount }
  }

  private static var closeTypes: [Column<Row>] {
    func group(_ name: String, _ meaning: String, _ types: [CloseType]) -> [Column<Row>] {
      [
        Column(name, .integer, "TCP flows that \(meaning)") { Cell($0.figures.count(of: types)) },
        Column("\(name)_ratio", .real, "closed flows that \(meaning), %") {
          Cell(real: percentage($0.figures.count(of: types), of: $0.figures.closedFlowCount))
        },
      ]
    }
    let single: [CloseType] = [
      .clientSourcePortReuse, .serverSynMiss, .clientEstablishReset, .clientAckMiss, .serverDirectReset, .serverEstablishReset,
      .clientReset,
      .serverReset, .serverQueueLack, .timeout, .clientHalfClose, .serverHalfClose,
    ]
    return group(
      "tcp_establish_fail", "were not established", CloseType.clientEstablishFailures + CloseType.serverEstablishFailures)
      + group("client_establish_fail", "the client failed to establish", CloseType.clientEstablishFailures)
      + group("server_establish_fail", "the server failed to establish", CloseType.serverEstablishFailures)
      + group("tcp_transfer_fail", "broke after they were established", CloseType.transferFailures)
      + group("tcp_rst_fail", "ended by a RST", CloseType.resets)
      + single.map { type in
        Column("\(type.name)", .integer, "TCP flows whose close_type is \(type.name)") { Cell($0.figures.count(of: type)) }
      }
  }

  private static var times: [Column<Row>] {
    histogram("rtt", "from the first SYN to the ACK that completes the handshake") { $0.figures.roundTrip }
      + durations("rtt_client", "from the SYN/ACK to the client's ACK") { $0.figures.clientRoundTrip }
      + durations("rtt_server", "from the SYN to the server's SYN/ACK") { $0.figures.serverRoundTrip }
      + durations("srt", "from a request to the server's bare ACK of it") { $0.figures.serverResponse }
      + durations("art", "from a request to the server's first data") { $0.figures.applicationResponse }
      + durations("cit", "from the server's last data to the client's next request") { $0.figures.clientIdle }
  }

  /// Of both ends together, of the client, of the server.
  private static func both(
    _ name: String, _ meaning: String, _ count: @escaping @Sendable (NetworkFigures.Traffic) -> UInt64
  ) -> [Column<Row>] {
    [
      Column(name, .integer, "\(meaning), both ways") { Cell(count($0.figures.toServer) &+ count($0.figures.toClient)) },
      Column("\(name)_tx", .integer, "\(meaning), of the client") { Cell(count($0.figures.toServer)) },
      Column("\(name)_rx", .integer, "\(meaning), of the server") { Cell(count($0.figures.toClient)) },
    ]
  }

  private static func counterAndRatio(
    _ name: String, _ meaning: String, _ count: @escaping @Sendable (NetworkFigures.Traffic) -> UInt64
  ) -> [Column<Row>] {
    both(name, meaning, count) + [
      Column("\(name)_ratio", .real, "\(meaning), both ways, % of packets") {
        let figures = $0.figures
        return Cell(
          real: percentage(
            count(figures.toServer) &+ count(figures.toClient), of: figures.toServer.packetCount &+ figures.toClient.packetCount))
      },
      Column("\(name)_tx_ratio", .real, "\(meaning), of the client, % of its packets") {
        Cell(real: percentage(count($0.figures.toServer), of: $0.figures.toServer.packetCount))
      },
      Column("\(name)_rx_ratio", .real, "\(meaning), of the server, % of its packets") {
        Cell(real: percentage(count($0.figures.toClient), of: $0.figures.toClient.packetCount))
      },
    ]
  }

  private static func durations(
    _ name: String, _ meaning: String, _ durations: @escaping @Sendable (borrowing Row) -> NetworkFigures.Durations
  ) -> [Column<Row>] {
    [
      Column(name, .duration, "µs \(meaning), average") { Cell(duration: durations($0).average) },
      Column("\(name)_sum", .duration, "µs \(meaning), sum") { Cell(duration: Int64(clamping: durations($0).sum)) },
      Column("\(name)_count", .integer, "times \(meaning) that were measured") { Cell(durations($0).count) },
      Column("\(name)_max", .duration, "µs \(meaning), largest") { Cell(duration: durations($0).maximum) },
    ]
  }
}
