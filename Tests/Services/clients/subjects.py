"""Messages by NATS: published, and asked for. usage: subjects.py PORT COUNT"""

import asyncio
import sys

import nats
from counts import Counts

port, count = (int(word) for word in sys.argv[1:])
counts = Counts()


async def main():
    client = await nats.connect(f"nats://127.0.0.1:{port}")
    arrived = asyncio.Queue()

    async def receive(message):
        arrived.put_nowait(message)

    async def answer(message):
        await message.respond(b"pong")

    await client.subscribe("news.*", cb=receive)
    await client.subscribe("service", cb=answer)
    await client.flush()
    for number in range(count):
        await client.publish(f"news.{number % 3}", b"x" * number * 8)
    for _ in range(count):
        await asyncio.wait_for(arrived.get(), 10)
    for _ in range(count):
        await client.request("service", b"ping", timeout=10)
    await client.flush()
    await client.close()


asyncio.run(main())
counts.update({"Sub ok (request)": 3, "Pub ok (request)": count * 3, "Msg ok (request)": count * 3, "Ping ok": 3, "Info ok": 1})
counts.report()
