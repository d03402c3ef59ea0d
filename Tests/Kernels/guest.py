"""Runs in the virtual machine: has the recorder record an exchange and a busy process, and leaves everything in /out.

    guest.py DEEPFLOW
"""

import ctypes
import http.server
import json
import os
import subprocess
import sys
import threading

REQUESTS = 20
BUSY_SECONDS = 4

# The client is the command that is recorded: its requests, then work for the profile.
CLIENT = f"""
import http.client, sys, time
connection = http.client.HTTPConnection('127.0.0.1', int(sys.argv[1]))
for number in range({REQUESTS}):
    connection.request('GET', f'/item/{{number}}'); connection.getresponse().read()
end = time.process_time() + {BUSY_SECONDS}
while time.process_time() < end:
    sum(value * value for value in range(2000))
"""


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        number = int(self.path.rsplit("/", 1)[1])
        body = b"x" * (100 * number)
        self.send_response(404 if number % 5 == 4 else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        pass


def kernel_objects():
    """How many BPF programs, maps and links the kernel has: bpf(2) with BPF_PROG_, BPF_MAP_ and BPF_LINK_GET_NEXT_ID."""
    libc = ctypes.CDLL(None, use_errno=True)
    counts = {}
    for name, command in (("programs", 11), ("maps", 12), ("links", 31)):
        attributes = (ctypes.c_uint32 * 32)()
        counts[name] = 0
        while libc.syscall(321, command, ctypes.byref(attributes), ctypes.sizeof(attributes)) == 0:
            counts[name] += 1
            attributes[0] = attributes[1]
    return counts


def run(name, *command):
    outcome = subprocess.run(command, capture_output=True, text=True)
    with open(f"/out/{name}.txt", "w") as file:
        file.write(outcome.stdout + outcome.stderr)
    return outcome


def main():
    deepflow = sys.argv[1]
    facts = {"release": os.uname().release, "before": kernel_objects()}
    doctor = run("doctor", deepflow, "doctor", "--json")
    facts["doctor"] = doctor.returncode
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    port = str(server.server_address[1])
    record = run("record", deepflow, "record", "-i", "lo", "-o", "/out/exchange.pcapng", "--", sys.executable, "-c", CLIENT, port)
    facts["record"] = record.returncode
    facts["after"] = kernel_objects()
    with open("/out/facts.json", "w") as file:
        json.dump(facts, file)


main()
