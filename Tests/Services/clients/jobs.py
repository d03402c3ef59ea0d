"""Jobs by AMQP 0-9-1: published with confirms, fetched, acknowledged, consumed; and what brokers refuse. usage: jobs.py PORT COUNT"""

import sys

import pika
import pika.exceptions
from counts import Counts

port, count = (int(word) for word in sys.argv[1:])
counts = Counts()
connection = pika.BlockingConnection(pika.ConnectionParameters("127.0.0.1", port, heartbeat=0))
counts.update({"Connection.Start ok": 1, "Connection.Tune ok": 1, "Connection.Open ok": 1})
channel = connection.channel()
channel.confirm_delivery()
channel.queue_declare("jobs", auto_delete=True)
channel.queue_bind("jobs", "amq.topic", "job.*")
counts.update({"Channel.Open ok": 1, "Confirm.Select ok": 1, "Queue.Declare ok": 1, "Queue.Bind ok": 1})
for number in range(count):
    channel.basic_publish("amq.topic", "job.new", b"x" * number * 100)
    # The broker confirms by an acknowledgement of its own.
    counts.update({"Basic.Publish ok (request)": 1, "Basic.Ack ok (request)": 1})
for number in range(count):
    method, _, _ = channel.basic_get("jobs", auto_ack=False)
    channel.basic_ack(method.delivery_tag)
    counts.update({"Basic.Get ok": 1, "Basic.Ack ok (request)": 1})
channel.basic_get("jobs")
counts.add("Basic.Get ok")
for number in range(5):
    refused = connection.channel()
    try:
        refused.queue_declare("nowhere", passive=True)
    except pika.exceptions.ChannelClosedByBroker:
        counts.update({"Channel.Open ok": 1, "Queue.Declare client_error": 1, "Channel.Close ok": 1})
connection.close()
counts.update({"Channel.Close ok": 1, "Connection.Close ok": 1})
counts.report()
