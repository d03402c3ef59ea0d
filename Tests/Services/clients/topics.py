"""Messages by Pulsar's protocol, produced, consumed and acknowledged. usage: topics.py PORT COUNT"""

import sys

import pulsar
from counts import Counts

port, count = (int(word) for word in sys.argv[1:])
counts = Counts()
logger = pulsar.ConsoleLogger(pulsar.LoggerLevel.Error)
client = pulsar.Client(f"pulsar://127.0.0.1:{port}", logger=logger, operation_timeout_seconds=10)
consumer = client.subscribe("news", "reader")
producer = client.create_producer("news")
for number in range(count):
    producer.send(b"x" * number * 30)
    consumer.acknowledge(consumer.receive(10_000))
    counts.update({"Send ok": 1, "Message ok (request)": 1})
client.close()
counts.update({f"{kind} ok": 1 for kind in ("Connect", "Subscribe", "Producer", "CloseProducer", "CloseConsumer")})
counts.report()
