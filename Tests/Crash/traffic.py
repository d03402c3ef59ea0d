"""Known traffic: exchanges that are numbered and whose times are kept, and load beside them."""

import socket
import struct
import subprocess
import sys
import threading
import time

# A busy process with deep enough stacks for the profile, and a web server and client for TCP events of some size.
BURNER = "def f(n):\n return sum(range(200)) + (f(n - 1) if n else 0)\nwhile True: f(20)"

SERVER = """
import http.server
class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'
    def do_GET(self):
        body = b'x' * (len(self.path) * 137 % 4000)
        self.send_response(200); self.send_header('Content-Length', str(len(body))); self.end_headers(); self.wfile.write(body)
    def log_message(self, *arguments): pass
server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Handler)
print(server.server_address[1], flush=True)
server.serve_forever()
"""

CLIENT = """
import http.client, sys, time
connection = http.client.HTTPConnection('127.0.0.1', int(sys.argv[1]))
number = 0
while True:
    connection.request('GET', f'/load/{number % 50}' + '?q=' + 'y' * (number % 60)); connection.getresponse().read(); number += 1
    time.sleep(0.002)
"""


class Exchanges:
    """DNS questions to a server of our own, a few hundred a second. Each has its own name; `done` keeps when it was over."""

    INTERVAL = 0.004

    def __init__(self):
        self.done = []
        self.stopped = threading.Event()
        self.server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.server.bind(("127.0.0.1", 0))
        self.port = self.server.getsockname()[1]
        self.threads = [threading.Thread(target=target, daemon=True) for target in (self.serve, self.ask)]

    def start(self):
        for thread in self.threads:
            thread.start()

    def serve(self):
        while not self.stopped.is_set():
            question, peer = self.server.recvfrom(2048)
            answer = b"\xc0\x0c\x00\x01\x00\x01\x00\x00\x00\x3c\x00\x04\x0a\x00\x00\x01"
            self.server.sendto(question[:2] + b"\x81\x80\x00\x01\x00\x01\x00\x00\x00\x00" + question[12:] + answer, peer)

    def ask(self):
        client = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        client.connect(("127.0.0.1", self.port))
        number = 0
        while not self.stopped.is_set():
            name = f"q{number}"
            header = struct.pack(">HHHHHH", number & 0xFFFF, 0x0100, 1, 0, 0, 0)
            client.send(header + bytes([len(name)]) + name.encode() + b"\x04test\x00\x00\x01\x00\x01")
            client.recv(2048)
            self.done.append((time.time_ns(), f"{name}.test"))
            number += 1
            time.sleep(self.INTERVAL)


class Load:
    """A web server, a client that asks it a few hundred times a second, and a process that only computes."""

    def __enter__(self):
        self.processes = []
        server = self.start([sys.executable, "-c", SERVER], stdout=subprocess.PIPE)
        port = server.stdout.readline().decode().strip()
        self.start([sys.executable, "-c", CLIENT, port])
        self.start([sys.executable, "-c", BURNER])
        return self

    def start(self, command, **options):
        process = subprocess.Popen(command, stderr=subprocess.DEVNULL, **options)
        self.processes.append(process)
        return process

    def __exit__(self, *_):
        for process in self.processes:
            process.kill()
            process.wait()
