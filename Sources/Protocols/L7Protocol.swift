/// An application protocol that deepflow knows. Raw values are DeepFlow's numbers where it has one; ours begin at 200.
package enum L7Protocol: UInt8, Sendable, CaseIterable {
  case http = 20
  case http2 = 21
  case dubbo = 40
  case grpc = 41
  case sofaRPC = 43
  case fastCGI = 44
  case brpc = 45
  case tars = 46
  case someIP = 47
  case iso8583 = 48
  case triple = 49
  case mySQL = 60
  case postgreSQL = 61
  case oracle = 62
  case redis = 80
  case mongoDB = 81
  case memcached = 82
  case kafka = 100
  case mqtt = 101
  case amqp = 102
  case openWire = 103
  case nats = 104
  case pulsar = 105
  case zmtp = 106
  case rocketMQ = 107
  case webSphereMQ = 108
  case dns = 120
  case tls = 121
  case ping = 122
  case quic = 200
  case smtp = 201
  case zooKeeper = 202
  case ldap = 203
  case sip = 204
  case thrift = 205
  case amqp1 = 206
  case stomp = 207
  case tds = 230
  case cassandra = 231
  case clickHouse = 232

  /// The value of `l7_protocol_str`.
  package var name: StaticString {
    switch self {
    case .http: "HTTP"
    case .http2: "HTTP2"
    case .dubbo: "Dubbo"
    case .grpc: "gRPC"
    case .sofaRPC: "SofaRPC"
    case .fastCGI: "FastCGI"
    case .brpc: "bRPC"
    case .tars: "Tars"
    case .someIP: "SOME/IP"
    case .iso8583: "ISO8583"
    case .triple: "Triple"
    case .mySQL: "MySQL"
    case .postgreSQL: "PostgreSQL"
    case .oracle: "Oracle"
    case .redis: "Redis"
    case .mongoDB: "MongoDB"
    case .memcached: "Memcached"
    case .kafka: "Kafka"
    case .mqtt: "MQTT"
    case .amqp: "AMQP"
    case .openWire: "OpenWire"
    case .nats: "NATS"
    case .pulsar: "Pulsar"
    case .zmtp: "ZMTP"
    case .rocketMQ: "RocketMQ"
    case .webSphereMQ: "WebSphereMQ"
    case .dns: "DNS"
    case .tls: "TLS"
    case .ping: "Ping"
    case .quic: "QUIC"
    case .smtp: "SMTP"
    case .zooKeeper: "ZooKeeper"
    case .ldap: "LDAP"
    case .sip: "SIP"
    case .thrift: "Thrift"
    case .tds: "TDS"
    case .cassandra: "Cassandra"
    case .clickHouse: "ClickHouse"
    case .amqp1: "AMQP1"
    case .stomp: "STOMP"
    }
  }
}
