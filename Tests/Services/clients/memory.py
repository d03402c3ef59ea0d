"""Commands of memcached in its text or its binary protocol. usage: memory.py PORT text|binary ROUNDS"""

import sys

from counts import Counts

port, protocol, rounds = int(sys.argv[1]), sys.argv[2], int(sys.argv[3])
counts = Counts()
if protocol == "text":
    from pymemcache.client.base import Client

    client = Client(("127.0.0.1", port), default_noreply=False)
    for number in range(rounds):
        key = f"k{number}"
        client.set(key, b"v" * number * 100)
        client.get(key)
        client.get("none")
        client.get_many([key, "none", "other"])
        client.add(key, b"x")
        client.set("n", b"1")
        client.incr("n", 5)
        client.delete(key)
        client.delete(key)
        client.set(key, b"quiet", noreply=True)
        counts.update({"set ok": 2, "get ok": 3, "add ok": 1, "incr ok": 1, "delete ok": 2, "set ok (request)": 1})
    client.stats()
    counts.add("stats ok")
else:
    import bmemcached

    client = bmemcached.Client([f"127.0.0.1:{port}"])
    for number in range(rounds):
        key = f"k{number}"
        client.set(key, b"v" * number * 100)
        client.get(key)
        client.get("none")
        client.add(key, b"x")
        client.incr(f"n{number}", 5)
        client.delete(key)
        client.delete(key)
        counts.update({"set ok": 1, "get ok": 2, "add ok": 1, "increment ok": 1, "delete ok": 2})
    client.disconnect_all()
counts.report()
