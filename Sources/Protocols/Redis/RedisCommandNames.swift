import Wire

/// The commands of Redis 7, which tell a command from another array of strings.
enum RedisCommandNames {
  /// Whether `word` is one of them, without regard to case, or a module's, which have a point in their names (`JSON.GET`).
  static func contains(_ word: Range<Int>, _ bytes: RawSpan) -> Bool {
    guard !word.isEmpty, word.count <= RedisParser.longestWord else { return false }
    var start = 0
    let length = names.utf8CodeUnitCount
    while start < length {
      var index = 0
      while index < word.count, start + index < length,
        names.utf8Start[start + index] == bytes.load8(at: word.lowerBound + index).asciiLowercased
      { index += 1 }
      if index == word.count, start + index == length || names.utf8Start[start + index] == 0x20 { return true }
      while start < length, names.utf8Start[start] != 0x20 { start += 1 }
      start += 1
    }
    guard let point = bytes.firstIndex(of: 0x2e, from: word.lowerBound, to: word.upperBound) else { return false }
    return point > word.lowerBound && point + 1 < word.upperBound && RedisCommandParser.isWord(word, bytes)
  }

  private static let names: StaticString = """
    get set del mget mset incr decr expire exists hget hset hmget hmset hgetall lpush rpush lpop rpop lrange sadd smembers zadd zrange ping auth hello \
    select info command client config publish subscribe psubscribe multi exec eval evalsha scan ttl type keys acl append asking bgrewriteaof bgsave bitcount \
    bitfield bitfield_ro bitop bitpos blmove blmpop blpop brpop brpoplpush bzmpop bzpopmax bzpopmin cluster copy dbsize debug decrby discard dump echo \
    eval_ro evalsha_ro expireat expiretime failover fcall fcall_ro flushall flushdb function geoadd geodist geohash geopos georadius georadius_ro \
    georadiusbymember georadiusbymember_ro geosearch geosearchstore getbit getdel getex getrange getset hdel hexists hexpire hexpireat hexpiretime hincrby \
    hincrbyfloat hkeys hlen hpersist hpexpire hpexpireat hpexpiretime hpttl hrandfield hscan hsetnx hstrlen httl hvals incrby incrbyfloat lastsave latency \
    lcs lindex linsert llen lmove lmpop lolwut lpos lpushx lrem lset ltrim memory migrate module monitor move msetnx object persist pexpire pexpireat \
    pexpiretime pfadd pfcount pfdebug pfmerge pfselftest psetex psync pttl pubsub punsubscribe quit randomkey readonly readwrite rename renamenx replconf \
    replicaof reset restore restore-asking role rpoplpush rpushx save scard script sdiff sdiffstore sentinel setbit setex setnx setrange shutdown sinter \
    sintercard sinterstore sismember slaveof slowlog smismember smove sort sort_ro spop spublish srandmember srem sscan ssubscribe strlen substr sunion \
    sunionstore sunsubscribe swapdb sync time touch unlink unsubscribe unwatch wait waitaof watch xack xadd xautoclaim xclaim xdel xgroup xinfo xlen \
    xpending xrange xread xreadgroup xrevrange xsetid xtrim zcard zcount zdiff zdiffstore zincrby zinter zintercard zinterstore zlexcount zmpop zmscore \
    zpopmax zpopmin zrandmember zrangebylex zrangebyscore zrangestore zrank zrem zremrangebylex zremrangebyrank zremrangebyscore zrevrange zrevrangebylex \
    zrevrangebyscore zrevrank zscan zscore zunion zunionstore
    """
}
