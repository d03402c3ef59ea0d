"""Starts services, records clients that count what they do, and compares their counts with the request log's."""

import collections
import dataclasses
import json
import os
import pwd
import shutil
import signal
import socket
import subprocess
import time
import typing

HERE = os.path.dirname(os.path.abspath(__file__))
# Below the range that clients' ports are taken from, so that no connection of anyone else takes one between two starts. Each run has
# some of its own, so that two can go on at once.
FIRST_PORT, PORTS_OF_A_RUN, RUNS = 22_000, 100, 80
START_SECONDS = 60
CLIENT_SECONDS = 180
# What a server still has to do when its client has exited: read one-way messages, close connections.
LINGER_SECONDS = 0.5


class Failure(Exception):
    """A service or a client that did not do what it was started for; says nothing about the program under test."""


@dataclasses.dataclass
class View:
    """What one workload must look like on one port: a line of the table."""

    name: str
    port: int | None
    protocol: str
    # What the client's output says it did, as counts by the keys that `key` makes of rows.
    expected: typing.Callable[[str], dict]
    # The key of a row; None for what the client does not count, such as pings that a library sends by itself.
    key: typing.Callable[[dict], str | None]
    # The sides whose system calls can be seen: not those of a client that uses io_uring, or of the kernel's own ICMP.
    sides: tuple = ("c-p", "s-p")
    # The median latency in microseconds that the client gives, of one whole answer each.
    latency: typing.Callable[[str], float] | None = None


@dataclasses.dataclass
class Result:
    """What was logged of a view at one place, and what the client said it did while that was recorded."""

    place: str
    expected: collections.Counter
    found: collections.Counter
    losses: list
    # Microseconds: the median that the client gives, and what was logged.
    client_median: float | None
    durations: list


@dataclasses.dataclass
class Workload:
    """One run of a client, recorded twice: its packets, then system calls."""

    command: list
    views: list
    # A pcap filter; by default the ports of the views.
    filter: str | None = None
    # Bytes kept of a system call, where the default cannot show every message: several large ones move in one call.
    payload_bytes: int | None = None

    def packet_filter(self):
        return self.filter or " or ".join(f"port {view.port}" for view in self.views)


def reported(output):
    """The counts that a client of our own prints as the last line of its output."""
    lines = output.strip().splitlines()
    if not lines or not lines[-1].startswith("{"):
        raise Failure(f"the client reported nothing:\n{output[-2000:]}")
    return json.loads(lines[-1])


def fields(*names):
    """A key made of these fields of a row."""
    return lambda row: " ".join(str(row.get(name, "-")) for name in names)


class Service:
    """One server, its configuration, and what clients do to it. Subclasses say which programs and modules they need."""

    name = ""
    # Program: the Debian package that has it.
    programs: dict = {}
    # Python module: the package of PyPI that has it.
    modules: dict = {}

    def __init__(self, bench):
        self.bench = bench
        self.directory = os.path.join(bench.directory, self.name)
        os.makedirs(self.directory)
        os.chmod(self.directory, 0o755)
        self.processes = []

    def missing(self):
        """What is not installed, each with the package that has it."""
        programs = [f"{name} (package {package})" for name, package in self.programs.items() if not self.bench.program(name)]
        modules = [f"Python module {name} (PyPI {package})" for name, package in self.modules.items() if not self.bench.has_module(name)]
        return programs + modules

    def start(self):
        raise NotImplementedError

    def workloads(self):
        raise NotImplementedError

    def path(self, *names):
        return os.path.join(self.directory, *names)

    def write(self, name, text, mode=0o644):
        path = self.path(name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w") as file:
            file.write(text)
        os.chmod(path, mode)
        return path

    def port(self):
        return self.bench.port()

    def spawn(self, *command, user=None, environment=None, directory=None):
        """Starts a process of the service, in a session of its own so that its children end with it."""
        identity = {}
        if user:
            entry = pwd.getpwnam(user)
            identity = {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
        with open(self.path("output.log"), "ab") as log:
            process = subprocess.Popen(
                [str(word) for word in command],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=directory or self.directory,
                env={**os.environ, **(environment or {})},
                start_new_session=True,
                **identity,
            )
        self.processes.append(process)
        return process

    def interpreter(self, script, *arguments):
        """The command that runs one of our scripts with the interpreter that has the client libraries."""
        return [self.bench.python, self.bench.source(script), *[str(argument) for argument in arguments]]

    def give(self, user):
        """Makes the folder that of a user who the service runs as; returns the user."""
        entry = pwd.getpwnam(user)
        os.chown(self.directory, entry.pw_uid, entry.pw_gid)
        return entry

    def run(self, *command, **options):
        """Runs a command that prepares the service; its output is returned."""
        outcome = subprocess.run(
            [str(word) for word in command], capture_output=True, text=True, cwd=self.directory, timeout=CLIENT_SECONDS, **options
        )
        if outcome.returncode != 0:
            raise Failure(f"{command[0]} failed with {outcome.returncode}:\n{outcome.stdout}{outcome.stderr}")
        return outcome.stdout

    def wait_for_port(self, port, seconds=START_SECONDS):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            for process in self.processes:
                if process.poll() is not None:
                    raise Failure(f"{process.args[0]} ended with {process.returncode}:\n{self.log()}")
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                return
            except OSError:
                time.sleep(0.1)
        raise Failure(f"nothing answers on port {port}:\n{self.log()}")

    def log(self):
        try:
            with open(self.path("output.log"), errors="replace") as file:
                return file.read()[-3000:]
        except OSError:
            return ""

    def stop(self):
        for process in reversed(self.processes):
            for number in (signal.SIGTERM, signal.SIGKILL):
                try:
                    os.killpg(process.pid, number)
                except ProcessLookupError:
                    break
                try:
                    process.wait(timeout=10)
                    break
                except subprocess.TimeoutExpired:
                    continue
        self.processes = []


class Bench:
    """The program under test, the interpreter of the clients, and the ports and the folder that services share."""

    def __init__(self, deepflow, directory, keep):
        self.deepflow = deepflow
        self.directory = directory
        self.keep = keep
        self.python = os.environ.get("DEEPFLOW_PYTHON", "python3")
        self.next_port = FIRST_PORT + os.getpid() % RUNS * PORTS_OF_A_RUN
        self.known_modules = {}
        text = subprocess.run(
            [self.python, "-c", "import sysconfig; print(sysconfig.get_path('purelib')); print(sysconfig.get_path('scripts'))"],
            capture_output=True,
            text=True,
            check=True,
        ).stdout.split("\n")
        self.packages, self.scripts = text[0], text[1]

    def source(self, name):
        return os.path.join(HERE, name)

    def program(self, name):
        """Where a program is: in the search path, beside the interpreter of the clients, or inside one of its packages."""
        inside = os.path.join(self.packages, name)
        if "/" in name:
            return inside if os.path.exists(inside) else None
        return shutil.which(name) or shutil.which(name, path=f"{self.scripts}:/usr/sbin:/sbin")

    def has_module(self, name):
        if name not in self.known_modules:
            check = f"import importlib.util, sys; sys.exit(importlib.util.find_spec({name!r}) is None)"
            self.known_modules[name] = subprocess.run([self.python, "-c", check], stderr=subprocess.DEVNULL).returncode == 0
        return self.known_modules[name]

    def port(self):
        """A port that nothing listens on, for TCP and UDP."""
        while True:
            port = self.next_port
            self.next_port += 1
            try:
                for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
                    with socket.socket(socket.AF_INET, kind) as probe:
                        probe.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue

    def record(self, label, options, workload):
        """Records one run of the client; returns the bundle and the client's output."""
        bundle = os.path.join(self.directory, f"{label}.pcapng")
        linger = f'"$@"; status=$?; sleep {LINGER_SECONDS}; exit $status'
        command = [self.deepflow, "record", "-q", "--no-profile", *options, "-o", bundle]
        command += [*(workload.packet_filter().split() if "--no-syscalls" in options else []), "--", "sh", "-c", linger, "client"]
        outcome = subprocess.run(
            [*command, *[str(word) for word in workload.command]],
            capture_output=True,
            text=True,
            errors="replace",
            timeout=CLIENT_SECONDS,
            cwd=self.directory,
        )
        if outcome.returncode != 0:
            raise Failure(
                f"recording {workload.command[0]} ended with {outcome.returncode}:\n{outcome.stdout[-2000:]}{outcome.stderr[-2000:]}"
            )
        return bundle, outcome.stdout

    def lines(self, *arguments):
        outcome = subprocess.run([self.deepflow, *arguments], capture_output=True, text=True)
        if outcome.returncode != 0:
            raise Failure(f"deepflow {' '.join(arguments)} ended with {outcome.returncode}:\n{outcome.stderr[-2000:]}")
        return [json.loads(line) for line in outcome.stdout.splitlines()]

    def losses(self, bundle):
        """What was lost or cut while recording, in words."""
        losses = self.lines("inspect", bundle, "--json")[0]["loss"]
        return [f"{loss['count']} by {loss['cause']} ({loss['source']})" for loss in losses if loss["count"]]


def counted(rows, view):
    """Rows by the view's keys. What was not answered, or not recognized as the view's protocol, is told apart."""
    counts = collections.Counter()
    for row in rows:
        if row["l7_protocol_str"] != view.protocol:
            counts[f"{row['l7_protocol_str']} instead of {view.protocol}"] += 1
            continue
        key = view.key(row)
        if key is not None:
            counts[key if row["type"] == "session" else f"{key} ({row['type']})"] += 1
    return counts


def side(row, view):
    """Whose system calls a row is from: c-p or s-p, of the service. Where the server asks, the exchange has it as its client."""
    point = row["observation_point"]
    return {"c-p": "s-p", "s-p": "c-p"}.get(point) if row.get("client_port") == view.port else point


def measure(bench, label, workload):
    """Runs a workload both ways; yields every view with its results."""
    results = {id(view): [] for view in workload.views}
    calls = ["--no-packets", "--ring-buffer", "256M"]
    calls += ["--payload-bytes", str(workload.payload_bytes)] if workload.payload_bytes else []
    for source, kind, options in (("packets", "packet", ["--no-syscalls", "-i", "lo", "-B", "65536"]), ("calls", "ebpf", calls)):
        if source == "calls" and not any(view.sides for view in workload.views):
            continue
        bundle, output = bench.record(f"{label}-{source}", options, workload)
        losses = bench.losses(bundle)
        for view in workload.views:
            selection = ["--port", str(view.port)] if view.port else ["--protocol", view.protocol]
            rows = bench.lines("requests", "--json", bundle, *selection)
            expected = collections.Counter(view.expected(output))
            client = view.latency(output) if view.latency else None
            for place in ["packets"] if source == "packets" else view.sides:
                seen = [row for row in rows if row["signal_source"] == kind and place in ("packets", side(row, view))]
                durations = [row["last_byte_duration"] for row in seen if view.key(row) and "last_byte_duration" in row] if client else []
                results[id(view)].append(Result(place, expected, counted(seen, view), losses, client, durations))
        if not bench.keep:
            os.unlink(bundle)
    for view in workload.views:
        yield view, results[id(view)]
