"""Databases and caches."""

import glob
import os
import re
import statistics

from harness import Failure, Service, View, Workload, fields, reported


class Redis(Service):
    name = "redis"
    programs = {"redis-server": "redis-server", "redis-benchmark": "redis-tools"}
    modules = {"redis": "redis"}

    def start(self):
        self.redis = self.port()
        self.spawn("redis-server", "--port", self.redis, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", self.directory)
        self.wait_for_port(self.redis)

    def workloads(self):
        for name, count, options in (("redis-benchmark", 2000, []), ("redis-benchmark, pipelines of 16", 8000, ["-P", 16])):

            def counts(output, count=count):
                tests = re.findall(r'^"(\w+)[^"]*","[\d.]+"', output, re.M)
                # Before the first test it asks for two settings.
                return {**{test: count for test in tests if test != "test"}, "CONFIG": 2}

            command = ["redis-benchmark", "-p", self.redis, "-n", count, "-c", 20, "--csv", "-t", "set,get,lpush,incr", *options]
            yield Workload(command, [View(name, self.redis, "Redis", counts, fields("request_type"))])

        # How a connection of the library begins is its own affair.
        def command(row):
            return None if row["request_type"] in ("HELLO", "CLIENT") else f"{row['request_type']} {row['response_status']}"

        view = View("redis-py", self.redis, "Redis", reported, command)
        yield Workload(self.interpreter("clients/cache.py", self.redis, 50), [view], payload_bytes=65536)


class Memcached(Service):
    name = "memcached"
    programs = {"memcached": "memcached"}
    modules = {"pymemcache": "pymemcache", "bmemcached": "python-binary-memcached"}

    def start(self):
        self.memcached = self.port()
        self.spawn("memcached", "-u", "nobody", "-l", "127.0.0.1", "-p", self.memcached, "-U", 0, "-t", 2)
        self.wait_for_port(self.memcached)

    def workloads(self):
        for name in ("text", "binary"):
            view = View(name, self.memcached, "Memcached", reported, fields("request_type", "response_status"))
            yield Workload(self.interpreter("clients/memory.py", self.memcached, name, 50), [view])


class PostgreSQL(Service):
    name = "postgres"
    programs = {"psql": "postgresql-client", "pgbench": "postgresql"}
    modules = {"psycopg2": "psycopg2-binary"}
    # How connections begin and end: pgbench opens one that does nothing else.
    beginnings = ("SSLRequest", "Startup", "Terminate")
    clients = 2
    transactions = 1500

    def missing(self):
        folders = sorted(glob.glob("/usr/lib/postgresql/*/bin/initdb"))
        return super().missing() if folders else [*super().missing(), "initdb (package postgresql)"]

    def start(self):
        self.postgres = self.port()
        folder = os.path.dirname(sorted(glob.glob("/usr/lib/postgresql/*/bin/initdb"))[-1])
        entry = self.give("postgres")
        data = self.path("data")
        self.run(f"{folder}/initdb", "-A", "trust", "-D", data, user=entry.pw_uid, group=entry.pw_gid, extra_groups=[])
        settings = {"listen_addresses": "127.0.0.1", "unix_socket_directories": self.directory, "fsync": "off", "ssl": "off"}
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        self.spawn(f"{folder}/postgres", "-D", data, "-p", self.postgres, *options, user="postgres")
        self.wait_for_port(self.postgres)
        self.run("pgbench", "-q", "-i", "-s", 1, *self.connection())
        self.select = self.write("select.sql", "\\set id random(1, 100000)\nSELECT abalance FROM pgbench_accounts WHERE aid = :id;\n")
        self.update = self.write("update.sql", self.update_script())

    def update_script(self):
        lines = ["\\set id random(1, 100000)", "BEGIN;", "UPDATE pgbench_accounts SET abalance = abalance + 1 WHERE aid = :id;"]
        lines += [
            "SELECT abalance FROM pgbench_accounts WHERE aid = :id;",
            "INSERT INTO pgbench_history (tid, bid, aid, delta) VALUES (1, 1, :id, 1);",
        ]
        return "\n".join([*lines, "END;"]) + "\n"

    def connection(self):
        return ["-h", "127.0.0.1", "-p", self.postgres, "-U", "postgres", "postgres"]

    def bench_workload(self, mode, name, script, verbs, transactions):
        """Transactions by pgbench, each of which makes these statements; of one statement the latency is compared."""
        prefix = self.path(f"log-{mode}-{name}")

        def statement(row):
            kind = row["request_type"]
            text = row.get("request_resource", "").split(" ")[0].rstrip(";").upper()
            return None if kind in self.beginnings else f"Parse {text}" if kind == "Parse" else text

        def counts(output):
            done = re.search(r"number of transactions actually processed: (\d+)/(\d+)", output)
            if not done or done[1] != done[2]:
                raise Failure(f"pgbench did not finish:\n{output}")
            # Every connection prepares each statement once.
            prepared = {f"Parse {verb}": self.clients for verb in verbs} if mode == "prepared" else {}
            return {**{verb: int(done[1]) for verb in verbs}, **prepared}

        # The log has a line for each transaction, the third word of which is what it took.
        def median(output):
            durations = []
            for path in glob.glob(f"{prefix}.*"):
                with open(path) as file:
                    durations += [float(line.split()[2]) for line in file]
                os.unlink(path)
            return statistics.median(durations)

        command = ["pgbench", "-n", "-M", mode, "-f", script, "-c", self.clients, "-j", self.clients, "-t", transactions, "-l"]
        latency = median if len(verbs) == 1 else None
        view = View(f"pgbench {mode}, {name}", self.postgres, "PostgreSQL", counts, statement, latency=latency)
        return Workload([*command, "--log-prefix", prefix, *self.connection()], [view])

    def workloads(self):
        for mode in ("simple", "extended", "prepared"):
            yield self.bench_workload(mode, "select", self.select, ["SELECT"], self.transactions)
            yield self.bench_workload(mode, "update", self.update, ["BEGIN", "UPDATE", "SELECT", "INSERT", "END"], self.transactions)
        # Statements of some milliseconds: beside them what a loopback interface's packets cannot tell is little.
        scan = self.write("scan.sql", "SELECT sum(abalance) FROM pgbench_accounts WHERE aid <= 30000;\n")
        yield self.bench_workload("simple", "scan", scan, ["SELECT"], 100)

        def result(row):
            kind, status = row["request_type"], row["response_status"]
            return None if kind in self.beginnings else f"{kind} {status} {row.get('response_result')}"

        view = View("psycopg2", self.postgres, "PostgreSQL", reported, result)
        yield Workload(self.interpreter("clients/relations.py", self.postgres, 50), [view], payload_bytes=65536)


class MariaDB(Service):
    name = "mariadb"
    programs = {"mariadbd": "mariadb-server", "mariadb-install-db": "mariadb-server", "sysbench": "sysbench", "mariadb": "mariadb-client"}
    modules = {"pymysql": "pymysql", "mysql.connector": "mysql-connector-python"}
    events = 400

    def start(self):
        self.mariadb = self.port()
        data, socket = self.path("data"), self.path("socket")
        self.give("mysql")
        self.run("mariadb-install-db", "--no-defaults", "--user=mysql", f"--datadir={data}", "--auth-root-authentication-method=normal")
        address = [f"--port={self.mariadb}", "--bind-address=127.0.0.1", f"--socket={socket}", "--skip-log-bin"]
        self.spawn("mariadbd", "--no-defaults", "--user=mysql", f"--datadir={data}", "--innodb-flush-log-at-trx-commit=0", *address)
        self.wait_for_port(self.mariadb)
        self.run("mariadb", "--no-defaults", "-h", "127.0.0.1", "-P", self.mariadb, "-u", "root", "-e", "create database sbtest")
        self.run(*self.sysbench("oltp_read_write"), "prepare")

    def sysbench(self, script, *options):
        address = ["--mysql-host=127.0.0.1", f"--mysql-port={self.mariadb}", "--mysql-user=root"]
        return ["sysbench", "--db-driver=mysql", *address, "--tables=1", "--table-size=1000", *options, script]

    def workloads(self):
        def statement(row):
            return row["response_status"] if row["request_type"] in ("COM_QUERY", "COM_STMT_EXECUTE") else None

        # Statements that ended in a deadlock are sent again, and are not in the total.
        def counts(output):
            total, failed = (int(re.search(rf"{name}:\s+(\d+)", output)[1]) for name in ("total", "ignored errors"))
            return {key: count for key, count in (("ok", total), ("server_error", failed)) if count}

        def median(output):
            bars = re.findall(r"^\s*([\d.]+) \|\**\s*(\d+)$", output, re.M)
            return statistics.median(value for bar, count in bars for value in [float(bar) * 1000] * int(count))

        for script in ("oltp_point_select", "oltp_read_write"):
            for mode, setting in (("text", "disable"), ("prepared", "auto")):
                options = [
                    "--threads=2",
                    f"--events={self.events * (10 if script == 'oltp_point_select' else 1)}",
                    "--time=0",
                    "--histogram",
                ]
                command = [*self.sysbench(script, *options, f"--db-ps-mode={setting}"), "run"]
                latency = median if script == "oltp_point_select" else None
                yield Workload(command, [View(f"sysbench {script}, {mode}", self.mariadb, "MySQL", counts, statement, latency=latency)])

        # What the libraries send by themselves is not counted.
        def command(row):
            kind, text = row["request_type"], row.get("request_resource", "")
            is_own = kind in ("COM_PING", "COM_STMT_RESET") or text.upper().startswith("SET ")
            return None if is_own else f"{kind} {row['response_status']} {row.get('response_code')}"

        for client in ("pymysql", "prepared"):
            view = View(client, self.mariadb, "MySQL", reported, command)
            yield Workload(self.interpreter("clients/statements.py", self.mariadb, client, 50), [view])


SERVICES = [Redis, Memcached, PostgreSQL, MariaDB]
