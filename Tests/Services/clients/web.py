"""Requests of several methods and statuses over HTTP/1.1, on one connection and on new ones. usage: web.py PORT ROUNDS"""

import http.client
import sys

from counts import Counts

port, rounds = (int(word) for word in sys.argv[1:])
counts = Counts()


def ask(connection, method, path, body=None):
    connection.request(method, path, body=body)
    response = connection.getresponse()
    response.read()
    counts.add(f"{method} {response.status}")


kept = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
for number in range(rounds):
    ask(kept, "GET", f"/item/{number}?q=1")
    ask(kept, "HEAD", "/head")
    ask(kept, "POST", "/post", b"x" * (number * 1000))
    # A body of unknown length is sent in chunks.
    ask(kept, "PUT", "/put", iter([b"one", b"two" * 1000]))
    ask(kept, "GET", f"/status/{(404, 500, 204)[number % 3]}")
    fresh = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    ask(fresh, "GET", "/fresh")
    fresh.close()
counts.report()
