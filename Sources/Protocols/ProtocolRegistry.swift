/// Every protocol of the build, one line each. The order breaks ties of recognition; the specific stand before the lenient.
enum ProtocolRegistry {
  static let entries: [RegisteredProtocol] = [
    RegisteredProtocol(HTTP.self),
    RegisteredProtocol(HTTP2.self),
    RegisteredProtocol(FastCGI.self),
    RegisteredProtocol(TLS.self),
    RegisteredProtocol(QUIC.self),
    RegisteredProtocol(Ping.self),
    RegisteredProtocol(SMTP.self),
    RegisteredProtocol(SIP.self),
    RegisteredProtocol(LDAP.self),
    RegisteredProtocol(ZooKeeper.self),
    RegisteredProtocol(Thrift.self),
    RegisteredProtocol(MySQL.self),
    RegisteredProtocol(PostgreSQL.self),
    RegisteredProtocol(TDS.self),
    RegisteredProtocol(Cassandra.self),
    RegisteredProtocol(ClickHouse.self),
    RegisteredProtocol(Oracle.self),
    RegisteredProtocol(Dubbo.self),
    RegisteredProtocol(BRPC.self),
    RegisteredProtocol(SofaRPC.self),
    RegisteredProtocol(SOMEIP.self),
    RegisteredProtocol(Tars.self),
    RegisteredProtocol(ISO8583.self),
    RegisteredProtocol(MQTT.self),
    RegisteredProtocol(AMQP.self),
    RegisteredProtocol(AMQP1.self),
    RegisteredProtocol(NATS.self),
    RegisteredProtocol(STOMP.self),
    RegisteredProtocol(OpenWire.self),
    RegisteredProtocol(ZMTP.self),
    RegisteredProtocol(Pulsar.self),
    RegisteredProtocol(RocketMQ.self),
    RegisteredProtocol(WebSphereMQ.self),
    RegisteredProtocol(DNS.self),
    RegisteredProtocol(MongoDB.self),
    RegisteredProtocol(Kafka.self),
    RegisteredProtocol(Memcached.self),
    RegisteredProtocol(Redis.self),
  ]

  static var protocols: [any ApplicationProtocol.Type] { entries.map(\.type) }
}

/// A protocol of the build. Made where the type is written down, so that the compiler can make the code that it needs.
struct RegisteredProtocol: Sendable {
  let type: any ApplicationProtocol.Type
  let makePool: @Sendable (ProtocolSettings) -> ConversationPool

  @inline(__always)
  init<P: ApplicationProtocol>(_ type: P.Type) {
    self.type = type
    makePool = { settings in ConversationPool(of: P.self, settings) }
  }
}
