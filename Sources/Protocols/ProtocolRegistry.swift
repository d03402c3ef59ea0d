/// Every protocol of the build, one line each. The order breaks ties of recognition; the specific stand before the lenient.
enum ProtocolRegistry {
  static let protocols: [any ApplicationProtocol.Type] = [
    HTTP.self,
    HTTP2.self,
    FastCGI.self,
    TLS.self,
    QUIC.self,
    Ping.self,
    SMTP.self,
    SIP.self,
    LDAP.self,
    ZooKeeper.self,
    Thrift.self,
    MySQL.self,
    PostgreSQL.self,
    TDS.self,
    Cassandra.self,
    Oracle.self,
    Dubbo.self,
    BRPC.self,
    SofaRPC.self,
    SOMEIP.self,
    DNS.self,
    MongoDB.self,
    Memcached.self,
    Redis.self,
  ]
}
