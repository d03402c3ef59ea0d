"""Messages by STOMP, sent with receipts, and subscribed to. usage: destinations.py PORT COUNT"""

import sys
import threading

import stomp
from counts import Counts

port, count = (int(word) for word in sys.argv[1:])
counts = Counts()
arrived, receipts = threading.Semaphore(0), threading.Semaphore(0)


class Listener(stomp.ConnectionListener):
    def on_message(self, frame):
        arrived.release()

    def on_receipt(self, frame):
        receipts.release()


connection = stomp.Connection([("127.0.0.1", port)])
connection.set_listener("", Listener())
connection.connect("user", "secret", wait=True)
connection.subscribe("/queue/jobs", id="1", ack="auto")
counts.update({"STOMP ok": 1, "SUBSCRIBE ok (request)": 1})
for number in range(count):
    with_receipt = number % 2 == 0
    headers = {"receipt": f"r{number}"} if with_receipt else {}
    connection.send("/queue/jobs", "x" * number * 30, headers=headers)
    counts.update({"SEND ok" if with_receipt else "SEND ok (request)": 1, "MESSAGE ok (request)": 1})
for _ in range(count):
    if not arrived.acquire(timeout=10):
        sys.exit("a message did not arrive")
for _ in range(count // 2):
    if not receipts.acquire(timeout=10):
        sys.exit("a receipt did not arrive")
connection.disconnect()
counts.add("DISCONNECT ok")
counts.report()
