"""Requests of several methods and statuses over HTTP/2 without TLS, many at once. usage: web2.py PORT ROUNDS"""

import asyncio
import sys

import httpx
from counts import Counts

port, rounds = (int(word) for word in sys.argv[1:])
counts = Counts()


async def ask(client, method, path, **options):
    response = await client.request(method, f"http://127.0.0.1:{port}{path}", **options)
    counts.add(f"{method} {response.status_code}")


async def main():
    async with httpx.AsyncClient(http1=False, http2=True, timeout=20) as client:
        await ask(client, "GET", "/first")
        for number in range(rounds):
            await asyncio.gather(
                ask(client, "GET", f"/item/{number}?q=1"),
                ask(client, "POST", "/post", content=b"x" * (number * 500)),
                ask(client, "GET", f"/status/{(404, 500, 204)[number % 3]}"),
            )


asyncio.run(main())
counts.report()
