"""Name servers, directories and coordination, and echo requests."""

import re

from harness import Failure, Service, View, Workload, fields, reported

ZONE = """$TTL 60
@ SOA a b 1 1 1 1 1
@ NS a
a A 192.0.2.1
www A 192.0.2.2
www AAAA 2001:db8::2
text TXT "hello"
mail MX 10 www
"""
QUERIES = ["www.example.test A", "www.example.test AAAA", "text.example.test TXT", "mail.example.test MX", "none.example.test A"]
CODE_BY_NAME = {"NOERROR": 0, "FORMERR": 1, "SERVFAIL": 2, "NXDOMAIN": 3, "NOTIMP": 4, "REFUSED": 5}


def dnsperf(output):
    """The counts in the report of dnsperf, by response code."""
    sent, lost = (int(re.search(rf"Queries {word}:\s+(\d+)", output)[1]) for word in ("sent", "lost"))
    codes = dict(re.findall(r"([A-Z]+) (\d+) \(", re.search(r"Response codes:(.*)", output)[1]))
    if lost or sum(map(int, codes.values())) != sent:
        raise Failure(f"dnsperf lost queries:\n{output}")
    return {str(CODE_BY_NAME[name]): int(count) for name, count in codes.items()}


class NameServer(Service):
    """A name server of the zone example.test."""

    connections = 4

    def command(self):
        raise NotImplementedError

    def start(self):
        self.dns = self.port()
        self.spawn(*self.command())
        self.wait_for_port(self.dns)

    def perf(self, name, *options):
        """dnsperf sends every query of its file so many times."""
        queries = self.write("queries", "\n".join(QUERIES) + "\n")
        command = ["dnsperf", "-s", "127.0.0.1", "-p", self.dns, "-d", queries, "-n", 100, "-Q", 2000, *options]
        return Workload(command, [View(name, self.dns, "DNS", dnsperf, fields("response_code"))])

    def workloads(self):
        yield self.perf("UDP")
        yield self.perf("TCP", "-m", "tcp", "-c", self.connections)


class Bind(NameServer):
    name = "bind9"
    programs = {"named": "bind9", "dnsperf": "dnsperf", "dig": "bind9-dnsutils"}

    def command(self):
        self.write("zone", ZONE)
        self.write(
            "named.conf",
            f'options {{ directory "{self.directory}"; listen-on port {self.dns} {{ 127.0.0.1; }}; listen-on-v6 {{ none; }};\n'
            '  recursion no; pid-file none; session-keyfile none; };\ncontrols {};\nzone "example.test" { type master; file "zone"; };\n',
        )
        return ["named", "-g", "-c", self.path("named.conf")]

    def workloads(self):
        yield from super().workloads()
        for name, options in (("dig, UDP", ["+notcp"]), ("dig, TCP", ["+tcp"])):
            command = self.interpreter("clients/dig.py", self.dns, *options)
            view = View(name, self.dns, "DNS", reported, fields("request_type", "request_resource", "response_code"))
            yield Workload(command, [view])
        silent = self.port()
        # Each try is a row, and without an answer for 15 s a timeout.
        command = self.interpreter("clients/unanswered.py", silent)
        yield Workload(command, [View("no answer", silent, "DNS", reported, fields("request_type", "response_status"), ("c-p",))])


class Dnsmasq(NameServer):
    name = "dnsmasq"
    programs = {"dnsmasq": "dnsmasq-base", "dnsperf": "dnsperf"}
    # It closes a connection after some 100 queries, and loses what was sent after them.
    connections = 8

    def command(self):
        listen = ["--listen-address=127.0.0.1", "--bind-interfaces", "-p", self.dns]
        records = ["--host-record=www.example.test,192.0.2.2,2001:db8::2", "--txt-record=text.example.test,hello"]
        records += ["--mx-host=mail.example.test,www.example.test,10", "--local=/example.test/"]
        return ["dnsmasq", "-k", "--no-resolv", "--no-hosts", "--user=root", "--pid-file=", "--conf-file=/dev/null", *listen, *records]


class Unbound(NameServer):
    name = "unbound"
    programs = {"unbound": "unbound", "dnsperf": "dnsperf"}

    def command(self):
        records = ("www A 192.0.2.2", "www AAAA 2001:db8::2", 'text TXT "hello"', "mail MX 10 www.example.test.")
        lines = [f"interface: 127.0.0.1@{self.dns}", "access-control: 127.0.0.0/8 allow", "do-daemonize: no", "use-syslog: no"]
        lines += [f'{name}: ""' for name in ("username", "chroot", "pidfile")] + ['local-zone: "example.test." static']
        for record in records:
            owner, rest = record.split(" ", 1)
            lines.append(f"local-data: '{owner}.example.test. {rest}'")
        text = "server:\n" + "".join(f"  {line}\n" for line in lines) + "remote-control:\n  control-enable: no\n"
        return ["unbound", "-d", "-p", "-c", self.write("unbound.conf", text)]


class LDAP(Service):
    name = "slapd"
    programs = {"slapd": "slapd"}
    modules = {"ldap3": "ldap3"}

    def start(self):
        self.ldap = self.port()
        self.write("data/empty", "")
        schemas = "".join(f"include /etc/ldap/schema/{name}.schema\n" for name in ("core", "cosine", "inetorgperson"))
        database = f'database mdb\nsuffix "dc=test"\nrootdn "cn=admin,dc=test"\nrootpw secret\ndirectory {self.path("data")}\n'
        self.write("slapd.conf", f"{schemas}modulepath /usr/lib/ldap\nmoduleload back_mdb\npidfile {self.path('pid')}\n{database}")
        self.spawn("slapd", "-d", "0", "-f", self.path("slapd.conf"), "-h", f"ldap://127.0.0.1:{self.ldap}")
        self.wait_for_port(self.ldap)

    def workloads(self):
        view = View("", self.ldap, "LDAP", reported, fields("request_type", "response_code"))
        yield Workload(self.interpreter("clients/directory.py", self.ldap, 20), [view])


class ZooKeeper(Service):
    name = "zookeeper"
    programs = {"java": "default-jre-headless", "/usr/share/java/zookeeper.jar": "zookeeper"}
    modules = {"kazoo": "kazoo"}

    def start(self):
        self.zookeeper = self.port()
        address = f"clientPort={self.zookeeper}\nclientPortAddress=127.0.0.1\nadmin.enableServer=false\n"
        settings = self.write("zoo.cfg", f"tickTime=2000\ndataDir={self.path('data')}\n{address}")
        classes = "/etc/zookeeper/conf:/usr/share/java/*"
        self.spawn("java", "-cp", classes, "org.apache.zookeeper.server.quorum.QuorumPeerMain", settings)
        self.wait_for_port(self.zookeeper)

    def workloads(self):
        def key(row):
            return None if row["request_type"] == "ping" else f"{row['request_type']} {row.get('response_code')}"

        yield Workload(
            self.interpreter("clients/coordination.py", self.zookeeper, 50), [View("", self.zookeeper, "ZooKeeper", reported, key)]
        )


class Ping(Service):
    name = "ping"
    programs = {"ping": "iputils-ping"}

    def start(self):
        pass

    def workloads(self):
        def answered(output):
            return {"ok": int(re.search(r"(\d+) received", output)[1])}

        for name, options in (("IPv4", ["127.0.0.1"]), ("IPv6", ["-6", "::1"]), ("large", ["-s", "60000", "127.0.0.1"])):
            # System calls on sockets for ICMP are not traced.
            view = View(name, None, "Ping", answered, fields("response_status"), ())
            yield Workload(["ping", "-c", 50, "-i", "0.01", *options], [view], filter="icmp or icmp6 or ip[6:2] & 0x1fff != 0")


SERVICES = [Bind, Dnsmasq, Unbound, LDAP, ZooKeeper, Ping]
