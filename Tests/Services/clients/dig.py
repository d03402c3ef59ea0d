"""Queries by dig, one process each. usage: dig.py PORT OPTIONS…"""

import subprocess
import sys

from counts import Counts

port, *options = sys.argv[1:]
counts = Counts()
for kind, name in [("A", "www"), ("AAAA", "www"), ("TXT", "text"), ("MX", "mail"), ("SOA", "none"), ("A", "none"), ("SRV", "www")] * 3:
    domain = f"{name}.example.test"
    command = ["dig", "@127.0.0.1", "-p", port, "+tries=1", "+time=5", *options, kind, domain]
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    code = {"NOERROR": 0, "NXDOMAIN": 3}[text.split("status: ")[1].split(",")[0]]
    counts.add(f"{kind} {domain} {code}")
counts.report()
