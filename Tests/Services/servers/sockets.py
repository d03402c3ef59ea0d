"""A ZeroMQ socket that answers, and one that publishes what subscribers ask it to. usage: sockets.py REPLY-PORT PUBLISH-PORT"""

import sys

import zmq

context = zmq.Context()
reply = context.socket(zmq.REP)
reply.bind(f"tcp://127.0.0.1:{sys.argv[1]}")
publish = context.socket(zmq.XPUB)
publish.bind(f"tcp://127.0.0.1:{sys.argv[2]}")
poller = zmq.Poller()
poller.register(reply, zmq.POLLIN)
poller.register(publish, zmq.POLLIN)
while True:
    for socket, _ in poller.poll():
        message = socket.recv()
        if socket is reply:
            reply.send(b"pong:" + message)
        elif message[:1] == b"\x01":
            # The subscription's name ends with how many messages are wanted.
            for number in range(int(message.split(b"-")[1])):
                publish.send_multipart([message[1:], b"x" * number * 30])
