"""An ASGI application: /status/N answers with status N, everything else with 200."""


async def application(scope, receive, send):
    if scope["type"] == "lifespan":
        while True:
            message = await receive()
            await send({"type": message["type"] + ".complete"})
            if message["type"] == "lifespan.shutdown":
                return
    while (await receive()).get("more_body"):
        pass
    path = scope["path"]
    status = int(path.removeprefix("/status/")) if path.startswith("/status/") else 200
    body = b"" if status == 204 or scope["method"] == "HEAD" else b"hello"
    headers = [] if status == 204 else [(b"content-length", b"5")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
