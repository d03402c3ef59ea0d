"""Publishes by MQTT in each quality of service, to a subscriber of its own. usage: telemetry.py PORT VERSION COUNT"""

import sys
import threading

import paho.mqtt.client as mqtt
from counts import Counts

port, version, count = int(sys.argv[1]), sys.argv[2], int(sys.argv[3])
counts = Counts()
protocol = mqtt.MQTTv5 if version == "5" else mqtt.MQTTv311
arrived, subscribed = threading.Semaphore(0), threading.Event()


def client(name):
    made = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2, client_id=name, protocol=protocol)
    made.on_message = lambda client, data, message: arrived.release()
    made.on_subscribe = lambda *arguments: subscribed.set()
    made.connect("127.0.0.1", port, keepalive=600)
    made.loop_start()
    counts.add("Connect ok")
    return made


subscriber = client("subscriber")
subscriber.subscribe("test/#", qos=2)
counts.add("Subscribe ok")
subscribed.wait(10)
publisher = client("publisher")
for number in range(count):
    for quality in (0, 1, 2):
        publisher.publish(f"test/{quality}/{number}", b"x" * number * 30, qos=quality).wait_for_publish(10)
        # Once to the broker, and once from it. Nothing answers in quality 0.
        counts.add("Publish ok (request)" if quality == 0 else "Publish ok", 2)
        counts.add("Pubrel ok", 2 if quality == 2 else 0)
for _ in range(count * 3):
    if not arrived.acquire(timeout=10):
        sys.exit("a message did not arrive")
for connected in (publisher, subscriber):
    connected.disconnect()
    connected.loop_stop()
    counts.add("Disconnect ok (request)")
counts.report()
