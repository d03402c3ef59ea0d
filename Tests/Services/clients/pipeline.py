"""Sends many requests of HTTP/1.1 at once on each connection, some for what is not there. usage: pipeline.py PORT CONNECTIONS REQUESTS"""

import re
import socket
import sys

from counts import Counts

port, connections, requests = (int(word) for word in sys.argv[1:])
counts = Counts()
for _ in range(connections):
    with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
        paths = ["/missing" if number % 10 == 9 else "/small" for number in range(requests)]
        connection.sendall("".join(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n" for path in paths).encode())
        received, answered = b"", 0
        while answered < requests:
            # A head, then as many bytes as it says.
            while b"\r\n\r\n" not in received:
                received += connection.recv(65536)
            head, _, received = received.partition(b"\r\n\r\n")
            length = int(re.search(rb"Content-Length: (\d+)", head)[1])
            while len(received) < length:
                received += connection.recv(65536)
            received = received[length:]
            counts.add(f"GET {head.split()[1].decode()}")
            answered += 1
counts.report()
