/// What is known of each API: its name, the newest version, and since which version it is *flexible* (compact lengths and tagged fields).
///
/// Source: Apache Kafka 4.1, clients/src/main/resources/common/message, `validVersions` and `flexibleVersions`.
struct KafkaAPI: Sendable {
  static let produce: Int16 = 0
  static let fetch: Int16 = 1
  static let controlledShutdown: Int16 = 7
  static let joinGroup: Int16 = 11
  static let syncGroup: Int16 = 14
  static let saslHandshake: Int16 = 17
  static let apiVersions: Int16 = 18
  static let shareFetch: Int16 = 78

  var name: StaticString
  var newestVersion: Int16
  var firstFlexibleVersion: Int16

  private init(_ name: StaticString, _ newest: Int16, flexible: Int16) {
    self.name = name
    newestVersion = newest
    firstFlexibleVersion = flexible
  }

  init?(_ key: Int16) {
    guard key >= 0, key < KafkaAPI.all.count else { return nil }
    self = KafkaAPI.all[Int(key)]
  }

  /// No version is.
  private static let never = Int16.max

  private static let all: [KafkaAPI] = [
    KafkaAPI("Produce", 13, flexible: 9), KafkaAPI("Fetch", 18, flexible: 12), KafkaAPI("ListOffsets", 11, flexible: 6),
    KafkaAPI("Metadata", 13, flexible: 9), KafkaAPI("LeaderAndIsr", 7, flexible: 4), KafkaAPI("StopReplica", 4, flexible: 2),
    KafkaAPI("UpdateMetadata", 8, flexible: 6), KafkaAPI("ControlledShutdown", 3, flexible: 3), KafkaAPI("OffsetCommit", 10, flexible: 8),
    KafkaAPI("OffsetFetch", 10, flexible: 6), KafkaAPI("FindCoordinator", 6, flexible: 3), KafkaAPI("JoinGroup", 9, flexible: 6),
    KafkaAPI("Heartbeat", 4, flexible: 4), KafkaAPI("LeaveGroup", 5, flexible: 4), KafkaAPI("SyncGroup", 5, flexible: 4),
    KafkaAPI("DescribeGroups", 6, flexible: 5), KafkaAPI("ListGroups", 5, flexible: 3), KafkaAPI("SaslHandshake", 1, flexible: never),
    KafkaAPI("ApiVersions", 5, flexible: 3), KafkaAPI("CreateTopics", 7, flexible: 5), KafkaAPI("DeleteTopics", 6, flexible: 4),
    KafkaAPI("DeleteRecords", 2, flexible: 2), KafkaAPI("InitProducerId", 6, flexible: 2), KafkaAPI("OffsetForLeaderEpoch", 4, flexible: 4),
    KafkaAPI("AddPartitionsToTxn", 5, flexible: 3), KafkaAPI("AddOffsetsToTxn", 4, flexible: 3), KafkaAPI("EndTxn", 5, flexible: 3),
    KafkaAPI("WriteTxnMarkers", 2, flexible: 1), KafkaAPI("TxnOffsetCommit", 5, flexible: 3), KafkaAPI("DescribeAcls", 3, flexible: 2),
    KafkaAPI("CreateAcls", 3, flexible: 2), KafkaAPI("DeleteAcls", 3, flexible: 2), KafkaAPI("DescribeConfigs", 4, flexible: 4),
    KafkaAPI("AlterConfigs", 2, flexible: 2), KafkaAPI("AlterReplicaLogDirs", 2, flexible: 2), KafkaAPI("DescribeLogDirs", 5, flexible: 2),
    KafkaAPI("SaslAuthenticate", 2, flexible: 2), KafkaAPI("CreatePartitions", 3, flexible: 2),
    KafkaAPI("CreateDelegationToken", 3, flexible: 2), KafkaAPI("RenewDelegationToken", 2, flexible: 2),
    KafkaAPI("ExpireDelegationToken", 2, flexible: 2), KafkaAPI("DescribeDelegationToken", 3, flexible: 2),
    KafkaAPI("DeleteGroups", 2, flexible: 2), KafkaAPI("ElectLeaders", 2, flexible: 2), KafkaAPI("IncrementalAlterConfigs", 1, flexible: 1),
    KafkaAPI("AlterPartitionReassignments", 1, flexible: 0), KafkaAPI("ListPartitionReassignments", 0, flexible: 0),
    KafkaAPI("OffsetDelete", 0, flexible: never), KafkaAPI("DescribeClientQuotas", 1, flexible: 1),
    KafkaAPI("AlterClientQuotas", 1, flexible: 1), KafkaAPI("DescribeUserScramCredentials", 0, flexible: 0),
    KafkaAPI("AlterUserScramCredentials", 0, flexible: 0), KafkaAPI("Vote", 2, flexible: 0), KafkaAPI("BeginQuorumEpoch", 1, flexible: 1),
    KafkaAPI("EndQuorumEpoch", 1, flexible: 1), KafkaAPI("DescribeQuorum", 2, flexible: 0), KafkaAPI("AlterPartition", 3, flexible: 0),
    KafkaAPI("UpdateFeatures", 2, flexible: 0), KafkaAPI("Envelope", 0, flexible: 0), KafkaAPI("FetchSnapshot", 1, flexible: 0),
    KafkaAPI("DescribeCluster", 2, flexible: 0), KafkaAPI("DescribeProducers", 0, flexible: 0),
    KafkaAPI("BrokerRegistration", 4, flexible: 0), KafkaAPI("BrokerHeartbeat", 1, flexible: 0),
    KafkaAPI("UnregisterBroker", 0, flexible: 0),
    KafkaAPI("DescribeTransactions", 0, flexible: 0), KafkaAPI("ListTransactions", 2, flexible: 0),
    KafkaAPI("AllocateProducerIds", 0, flexible: 0), KafkaAPI("ConsumerGroupHeartbeat", 1, flexible: 0),
    KafkaAPI("ConsumerGroupDescribe", 1, flexible: 0), KafkaAPI("ControllerRegistration", 0, flexible: 0),
    KafkaAPI("GetTelemetrySubscriptions", 0, flexible: 0), KafkaAPI("PushTelemetry", 0, flexible: 0),
    KafkaAPI("AssignReplicasToDirs", 0, flexible: 0), KafkaAPI("ListConfigResources", 1, flexible: 0),
    KafkaAPI("DescribeTopicPartitions", 0, flexible: 0), KafkaAPI("ShareGroupHeartbeat", 1, flexible: 0),
    KafkaAPI("ShareGroupDescribe", 1, flexible: 0), KafkaAPI("ShareFetch", 1, flexible: 0), KafkaAPI("ShareAcknowledge", 1, flexible: 0),
    KafkaAPI("AddRaftVoter", 1, flexible: 0), KafkaAPI("RemoveRaftVoter", 0, flexible: 0), KafkaAPI("UpdateRaftVoter", 0, flexible: 0),
    KafkaAPI("InitializeShareGroupState", 0, flexible: 0), KafkaAPI("ReadShareGroupState", 0, flexible: 0),
    KafkaAPI("WriteShareGroupState", 0, flexible: 0), KafkaAPI("DeleteShareGroupState", 0, flexible: 0),
    KafkaAPI("ReadShareGroupStateSummary", 0, flexible: 0), KafkaAPI("StreamsGroupHeartbeat", 0, flexible: 0),
    KafkaAPI("StreamsGroupDescribe", 0, flexible: 0), KafkaAPI("DescribeShareGroupOffsets", 0, flexible: 0),
    KafkaAPI("AlterShareGroupOffsets", 0, flexible: 0), KafkaAPI("DeleteShareGroupOffsets", 0, flexible: 0),
  ]
}
