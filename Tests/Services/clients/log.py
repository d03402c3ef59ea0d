"""Records by Kafka's protocol: produced one by one, and consumed. usage: log.py PORT COUNT"""

import sys
import time

from confluent_kafka import Consumer, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic
from counts import Counts

port, count = (int(word) for word in sys.argv[1:])
counts = Counts()
servers = {"bootstrap.servers": f"127.0.0.1:{port}"}
topic = f"topic{time.time_ns()}"
administrator = AdminClient(servers)
for future in administrator.create_topics([NewTopic(topic, 1, 1)]).values():
    future.result(10)
counts.add("CreateTopics ok")
producer = Producer({**servers, "linger.ms": 0, "batch.num.messages": 1})
failures = []
for number in range(count):
    producer.produce(topic, b"x" * number * 30, on_delivery=lambda error, message: failures.append(error) if error else None)
    if producer.flush(10):
        sys.exit("a record was not delivered")
    counts.add("Produce ok")
if failures:
    sys.exit(str(failures[0]))
consumer = Consumer({**servers, "group.id": "group", "auto.offset.reset": "earliest"})
consumer.assign([TopicPartition(topic, 0, 0)])
received, end = 0, time.monotonic() + 20
while received < count and time.monotonic() < end:
    message = consumer.poll(0.5)
    received += message is not None and not message.error()
consumer.close()
if received < count:
    sys.exit(f"{received} of {count} records were consumed")
counts.report()
