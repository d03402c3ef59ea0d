import Capture
import Protocols
import Transport

extension Table where Row == FlowRow {
  /// `l4_flow_log` of DESIGN.md §3, names and order; what we add beyond it comes last.
  package static let flows = Table(
    "l4_flow_log", "one flow at one observation point",
    identity + traffic + performance + requestColumns + [
      Column("init_ipid", .integer, "IPv4 identification of the first packet") { Cell($0.initialIdentification) },
      Column("syn_seq", .integer, "sequence number of the SYN") { Cell($0.synSequence) },
      Column("syn_ack_seq", .integer, "sequence number of the SYN/ACK") { Cell($0.synAckSequence) },
      Column("process_id_0", .integer, "process of the client") { Cell($0.clientProcess?.processID) },
      Column("process_id_1", .integer, "process of the server") { Cell($0.serverProcess?.processID) },
      Column("process_kname_0", .text, "name of the client's process") { Cell(text: $0.clientProcess?.name) },
      Column("process_kname_1", .text, "name of the server's process") { Cell(text: $0.serverProcess?.name) },
      Column("completeness", .text, "whether the figures rest on all packets: complete, lower_bound or unknown") {
        .name($0.completeness.name)
      },
    ] + additions)

  private static let identity: [Column<FlowRow>] = [
    Column("_id", .integer, "identifier of the row, the same in every analysis of the file") { Cell($0.flowID) },
    Column("flow_id", .integer, "identifier of the flow: the number of its first observation") { Cell($0.flowID) },
    Column("start_time", .time, "first packet, µs since the epoch") { .time($0.startTime.microseconds) },
    Column("end_time", .time, "last packet, µs since the epoch") { .time($0.endTime.microseconds) },
    Column("duration", .duration, "µs from the first packet to the last") { .duration($0.endTime.microseconds(since: $0.startTime)) },
    Column("signal_source", .text, "what recorded it: packet or ebpf") { .name($0.source.name) },
    Column("observation_point", .text, "where it was seen: c-p, s-p, c, s, local, rest") { .name($0.observationPoint.name) },
    Column("capture_nic_name", .text, "interface of the packets") { Cell(text: $0.interfaceName) },
    Column("vlan", .integer, "outermost VLAN identifier") { Cell($0.vlan) },
    Column("eth_type", .integer, "EtherType of the innermost packet") { Cell($0.etherType) },
    Column("mac_0", .text, "hardware address of the client, or of the next hop to it") {
      Cell(hardwareAddress: $0.toServer.hardwareAddress)
    },
    Column("mac_1", .text, "hardware address of the server, or of the next hop to it") {
      Cell(hardwareAddress: $0.toClient.hardwareAddress)
    },
    Column("tunnel_type", .text, "innermost tunnel around the flow") { $0.tunnel.map { .name($0.name) } ?? .null },
    Column("tunnel_tier", .integer, "number of tunnels around the flow") { Cell($0.tunnelTier) },
    Column("ip_0", .text, "address of the client") { .address($0.client.address) },
    Column("ip_1", .text, "address of the server") { .address($0.server.address) },
    Column("client_port", .integer, "port of the client") { Cell($0.client.port) },
    Column("server_port", .integer, "port of the server") { Cell($0.server.port) },
    Column("protocol", .integer, "IP protocol number") { .code(Int64($0.ipProtocol.rawValue), $0.ipProtocol.knownName) },
    Column("tcp_flags_bit_0", .integer, "all TCP flags the client sent") { Cell(flags: $0.toServer.tcpFlags, $0.ipProtocol) },
    Column("tcp_flags_bit_1", .integer, "all TCP flags the server sent") { Cell(flags: $0.toClient.tcpFlags, $0.ipProtocol) },
    Column("direction_score", .integer, "how sure it is which end is the client, 0 to 255 (certain)") { Cell($0.directionScore) },
    Column("close_type", .integer, "how the flow ended") { .code(Int64($0.closeType.rawValue), $0.closeType.name) },
    Column("status", .text, "whose fault the end was: ok, client_error, server_error or unknown") { .name($0.status.name) },
    Column("l7_protocol_str", .text, "application protocol") { $0.l7Protocol.map { .name($0.name) } ?? .null },
    Column("request_domain", .text, "host or service name of the first request") { Cell(text: $0.requestDomain) },
  ]

  private static let traffic: [Column<FlowRow>] = [
    Column("byte_tx", .integer, "bytes the client sent, whole packets on the wire") { Cell($0.toServer.byteCount) },
    Column("byte_rx", .integer, "bytes the server sent, whole packets on the wire") { Cell($0.toClient.byteCount) },
    Column("packet_tx", .integer, "packets the client sent") { Cell($0.toServer.packetCount) },
    Column("packet_rx", .integer, "packets the server sent") { Cell($0.toClient.packetCount) },
    Column("l3_byte_tx", .integer, "bytes the client sent, from the IP header on") { Cell($0.toServer.l3ByteCount) },
    Column("l3_byte_rx", .integer, "bytes the server sent, from the IP header on") { Cell($0.toClient.l3ByteCount) },
    Column("l4_byte_tx", .integer, "bytes the client sent, from the transport header on") { Cell($0.toServer.l4ByteCount) },
    Column("l4_byte_rx", .integer, "bytes the server sent, from the transport header on") { Cell($0.toClient.l4ByteCount) },
  ]

  private static let performance: [Column<FlowRow>] =
    [
      tcp("syn_count", "SYN packets") { Cell($0.synCount) },
      tcp("synack_count", "SYN/ACK packets") { Cell($0.synAckCount) },
      tcp("fin_count", "FIN packets") { Cell($0.finCount) },
      tcp("retrans_syn", "SYN packets sent again") { Cell($0.repeatedSynCount) },
      tcp("retrans_synack", "SYN/ACK packets sent again") { Cell($0.repeatedSynAckCount) },
      tcp("retrans_tx", "segments the client sent again") { Cell($0.toServer.retransmissionCount) },
      tcp("retrans_rx", "segments the server sent again") { Cell($0.toClient.retransmissionCount) },
      tcp("ooo_tx", "segments of the client that others had overtaken") { Cell($0.toServer.outOfOrderCount) },
      tcp("ooo_rx", "segments of the server that others had overtaken") { Cell($0.toClient.outOfOrderCount) },
      tcp("zero_win_tx", "segments of the client that announced a window of zero") { Cell($0.toServer.zeroWindowCount) },
      tcp("zero_win_rx", "segments of the server that announced a window of zero") { Cell($0.toClient.zeroWindowCount) },
      Column("rtt", .duration, "µs from the first SYN to the ACK that completes the handshake") {
        Cell(duration: $0.roundTrip.map(Int64.init))
      },
    ] + figures("rtt_client", "from the SYN/ACK to the client's ACK") { $0.clientRoundTrip }
    + figures("rtt_server", "from the SYN to the server's SYN/ACK") { $0.serverRoundTrip }
    + figures("srt", "from a request to the server's bare ACK of it") { $0.serverResponse }
    + figures("art", "from a request to the server's first data") { $0.applicationResponse }
    + figures("cit", "from the server's last data to the client's next request") { $0.clientIdle }
    + [Column("tls_rtt", .duration, "µs of the TLS handshake") { Cell(duration: $0.requests?.tlsHandshake.map(Int64.init)) }]

  private static let requestColumns: [Column<FlowRow>] =
    [
      Column("l7_request", .integer, "requests") { Cell($0.requests?.requestCount) },
      Column("l7_response", .integer, "responses") { Cell($0.requests?.responseCount) },
      Column("l7_client_error", .integer, "responses that blame the client") { Cell($0.requests?.clientErrorCount) },
      Column("l7_server_error", .integer, "responses that blame the server") { Cell($0.requests?.serverErrorCount) },
      Column("l7_server_timeout", .integer, "requests without a response in time") { Cell($0.requests?.serverTimeoutCount) },
    ] + figures("rrt", "from a request to its response") { $0.requests?.responseTime }
    + [Column("l7_parse_failed", .integer, "messages that could not be parsed") { Cell($0.requests?.parseFailureCount) }]

  private static let additions: [Column<FlowRow>] = [
    Column("service_0", .text, "service of the client: its process; null when that is not known") { Cell(text: $0.clientService) },
    Column("service_1", .text, "service of the server: its process, else its address and port") { Cell(text: $0.serverService) },
    Column("tunnel_id", .integer, "VNI, key, label or session of the innermost tunnel") { Cell($0.tunnelIdentifier) },
    Column("tunnel_ip_0", .text, "outer address on the client's side of the innermost tunnel") { Cell(address: $0.outerClient) },
    Column("tunnel_ip_1", .text, "outer address on the server's side of the innermost tunnel") { Cell(address: $0.outerServer) },
    tcp("dup_ack_tx", "duplicate ACKs of the client") { Cell($0.toServer.duplicateAcknowledgmentCount) },
    tcp("dup_ack_rx", "duplicate ACKs of the server") { Cell($0.toClient.duplicateAcknowledgmentCount) },
    tcp("sack_tx", "segments of the client with selective acknowledgments") { Cell($0.toServer.selectiveAcknowledgmentCount) },
    tcp("sack_rx", "segments of the server with selective acknowledgments") { Cell($0.toClient.selectiveAcknowledgmentCount) },
    tcp("keep_alive_tx", "keep-alive probes of the client") { Cell($0.toServer.keepAliveCount) },
    tcp("keep_alive_rx", "keep-alive probes of the server") { Cell($0.toClient.keepAliveCount) },
    tcp("bytes_in_flight_max_tx", "most bytes of the client that were not yet acknowledged") {
      Cell($0.toServer.bytesInFlightMaximum)
    },
    tcp("bytes_in_flight_max_rx", "most bytes of the server that were not yet acknowledged") {
      Cell($0.toClient.bytesInFlightMaximum)
    },
    Column("mss_tx", .integer, "maximum segment size the client announced") { Cell($0.toServer.maximumSegmentSize) },
    Column("mss_rx", .integer, "maximum segment size the server announced") { Cell($0.toClient.maximumSegmentSize) },
    Column("window_scale_tx", .integer, "shift of the client's windows; null unless both ends agreed on shifts") {
      Cell($0.toServer.windowScale)
    },
    Column("window_scale_rx", .integer, "shift of the server's windows; null unless both ends agreed on shifts") {
      Cell($0.toClient.windowScale)
    },
    Column("window_byte_max_tx", .integer, "largest window the client announced, with its shift; null when the handshake was not seen") {
      Cell($0.toServer.windowMaximum)
    },
    Column("window_byte_max_rx", .integer, "largest window the server announced, with its shift; null when the handshake was not seen") {
      Cell($0.toClient.windowMaximum)
    },
    Column("sack_permitted", .integer, "1 when both ends agreed on selective acknowledgments, else 0") {
      Cell($0.allowsSelectiveAcknowledgment.map { $0 ? 1 : 0 })
    },
    Column("packet_cut", .integer, "packets of the flow whose transport header was cut or malformed") { Cell($0.cutPacketCount) },
    Column("payload_byte_tx", .integer, "bytes of payload the client sent, those sent again included") {
      Cell($0.toServer.payloadByteCount)
    },
    Column("payload_byte_rx", .integer, "bytes of payload the server sent, those sent again included") {
      Cell($0.toClient.payloadByteCount)
    },
    Column("flow_family", .integer, "lowest flow_id of the rows of the same connection, which was seen at several points") {
      Cell($0.family)
    },
    Column("path_position", .integer, "position of this point on the way to the server, from 1; null when it was seen at one point") {
      Cell($0.step?.position)
    },
    Column("path_from", .text, "the point before this one on the way to the server") { Cell(text: $0.step?.from) },
    Column("path_to", .text, "this point: its interface, else its observation point") { Cell(text: $0.step?.to) },
    Column("lost_tx", .integer, "packets of the client that the point before saw and this one did not") {
      Cell($0.step?.loss?.toServer.packetCount)
    },
    Column("lost_rx", .integer, "packets of the server that this point saw and the one before did not") {
      Cell($0.step?.loss?.toClient.packetCount)
    },
    Column("lost_byte_tx", .integer, "bytes of payload of the client that the point before saw and this one did not") {
      Cell($0.step?.loss?.toServer.byteCount)
    },
    Column("lost_byte_rx", .integer, "bytes of payload of the server that this point saw and the one before did not") {
      Cell($0.step?.loss?.toClient.byteCount)
    },
    Column("history", .text, "what each end did, in order of the first time, in Zeek's letters; the client's are capitals") {
      $0.historyText.map { .string($0) } ?? .null
    },
    Column("community_id", .text, "the flow's name in Zeek, Suricata and others: Community ID, version 1, seed 0") {
      .communityID($0.communityID)
    },
  ]

  /// A count that other protocols than TCP do not have: null for them.
  private static func tcp(
    _ name: String, _ summary: String, _ value: @escaping @Sendable (borrowing FlowRow) -> Cell
  ) -> Column<FlowRow> {
    Column(name, .integer, summary) { $0.ipProtocol == .tcp ? value($0) : .null }
  }

  /// Sum, count and maximum; null when nothing was measured.
  private static func figures(
    _ name: String, _ meaning: String, _ figures: @escaping @Sendable (borrowing FlowRow) -> DurationFigures?
  ) -> [Column<FlowRow>] {
    @Sendable func measured(_ row: borrowing FlowRow) -> DurationFigures? { figures(row).flatMap { $0.count > 0 ? $0 : nil } }
    return [
      Column("\(name)_sum", .duration, "µs \(meaning), sum") { Cell(duration: measured($0).map { Int64(clamping: $0.sum) }) },
      Column("\(name)_count", .integer, "times \(meaning) that were measured") { Cell(measured($0)?.count) },
      Column("\(name)_max", .duration, "µs \(meaning), largest") { Cell(duration: measured($0).map { Int64($0.maximum) }) },
    ]
  }
}

extension Cell {
  fileprivate init(hardwareAddress: UInt64?) { self = hardwareAddress.map { .hardwareAddress($0) } ?? .null }

  fileprivate init(flags: TCPFlags, _ ipProtocol: IPProtocol) { self = ipProtocol == .tcp ? Cell(flags.rawValue) : .null }
}

extension TunnelKind {
  /// As DeepFlow names it, where it knows the tunnel.
  package var name: StaticString {
    switch self {
    case .vxlan: "VXLAN"
    case .ipip: "IPIP"
    case .gre: "GRE"
    case .geneve: "Geneve"
    case .vxlanNSH: "VXLAN-NSH"
    case .erspan: "ERSPAN"
    case .teredo: "Teredo"
    case .gtpU: "GTP-U"
    case .sixInFour: "6in4"
    case .mpls: "MPLS"
    case .pppoe: "PPPoE"
    case .eoip: "EoIP"
    case .l2tp: "L2TP"
    case .etherIP: "EtherIP"
    case .wccp: "WCCP"
    case .ayiya: "AYIYA"
    }
  }
}
