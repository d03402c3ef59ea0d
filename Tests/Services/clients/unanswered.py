"""Queries that nobody answers, one tried three times, and one that is answered when they have timed out. usage: unanswered.py PORT"""

import socket
import struct
import sys
import time

from counts import Counts

SESSION_TIMEOUT_SECONDS = 15

port = int(sys.argv[1])
counts = Counts()
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
    silent.bind(("127.0.0.1", port))
    client.connect(("127.0.0.1", port))
    name = b"".join(bytes([len(label)]) + label for label in (b"www", b"example", b"test", b""))
    for number, times in enumerate((1, 3)):
        for _ in range(times):
            client.send(struct.pack("!6H", 1000 + number, 0x0100, 1, 0, 0, 0) + name + struct.pack("!2H", 1, 1))
            time.sleep(0.3)
            counts.add("A timeout (request)")
    time.sleep(SESSION_TIMEOUT_SECONDS + 1)
    # What comes later shows how long was waited.
    client.send(struct.pack("!6H", 2000, 0x0100, 1, 0, 0, 0) + name + struct.pack("!2H", 1, 1))
    while True:
        query, sender = silent.recvfrom(512)
        if query.startswith(struct.pack("!H", 2000)):
            break
    silent.sendto(query[:2] + struct.pack("!H", 0x8180) + query[4:], sender)
    client.recv(512)
    counts.add("A ok")
counts.report()
