"""TLS handshakes by openssl s_client, one after the other. usage: handshakes.py PORT VERSION COUNT"""

import subprocess
import sys

from counts import Counts

port, version, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
counts = Counts()
for _ in range(count):
    command = ["openssl", "s_client", "-connect", f"127.0.0.1:{port}", f"-tls{version.replace('.', '_')}", "-servername", "localhost"]
    outcome = subprocess.run(command, input="GET / HTTP/1.0\r\n\r\n", capture_output=True, text=True, timeout=20)
    is_done = f"New, TLSv{version}" in outcome.stdout
    counts.add(f"{version} localhost ok" if is_done else "client_error")
counts.report()
