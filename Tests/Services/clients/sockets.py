"""Messages by ZeroMQ. usage: sockets.py PORT request|publish COUNT"""

import sys

import zmq
from counts import Counts

port, kind, count = int(sys.argv[1]), sys.argv[2], int(sys.argv[3])
counts = Counts()
context = zmq.Context()
socket = context.socket(zmq.REQ if kind == "request" else zmq.SUB)
socket.connect(f"tcp://127.0.0.1:{port}")
counts.update({"Greeting ok (request)": 2, "READY ok (request)": 2})
if kind == "request":
    for number in range(count):
        socket.send(b"x" * number * 30)
        socket.recv()
        counts.add("Message ok")
else:
    socket.setsockopt(zmq.SUBSCRIBE, b"news-%d" % count)
    for _ in range(count):
        socket.recv_multipart()
        counts.add("Message ok (request)")
    counts.add("SUBSCRIBE ok (request)")
socket.close()
context.term()
counts.report()
