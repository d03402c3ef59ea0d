"""Commands of Redis, some of which fail: alone, in transactions, and pipelined. usage: cache.py PORT ROUNDS"""

import sys

import redis
from counts import Counts

port, rounds = (int(word) for word in sys.argv[1:])
counts = Counts()
client = redis.Redis("127.0.0.1", port, lib_name=None, lib_version=None)


def do(kind, operation, *arguments, **options):
    try:
        operation(*arguments, **options)
        counts.add(f"{kind} ok")
    except redis.ResponseError:
        counts.add(f"{kind} server_error")


for number in range(rounds):
    do("SET", client.set, f"k{number}", b"v" * number * 100)
    do("GET", client.get, f"k{number}")
    do("INCRBY", client.incr, f"k{number}")
    do("HSET", client.hset, f"h{number}", mapping={"a": 1, "b": 2})
    do("LPUSH", client.lpush, f"h{number}", "x")
    do("MGET", client.mget, *[f"k{other}" for other in range(number + 1)])
    with client.pipeline(transaction=True) as pipe:
        pipe.set("a", 1).incr("a").execute()
    for kind in ("MULTI", "SET", "INCRBY", "EXEC"):
        counts.add(f"{kind} ok")
    with client.pipeline(transaction=False) as pipe:
        for other in range(20):
            pipe.get(f"k{other}")
        pipe.execute()
    counts.add("GET ok", 20)
    do("EVAL", client.eval, "return redis.call('get', KEYS[1])", 1, "a")
    do("DEL", client.delete, f"h{number}")
client.lpush("queue", "job")
counts.add("LPUSH ok")
do("BLPOP", client.blpop, "queue", 1)
do("BLPOP", client.blpop, "queue", 1)
counts.report()
