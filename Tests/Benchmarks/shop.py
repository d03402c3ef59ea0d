"""A shop under load, for benchmarks: three web services and a cache, all in Python, and clients that ask them for this and that.

    shop.py EXCHANGES        asks so many requests, ends when they are answered

Endpoints, keys and products are asked for as they are in life, a few of them most of the time (Zipf's law); half of the web requests carry
a trace context and a request identifier of their own.
"""

import os
import random
import selectors
import socket
import sys

SERVICES = ["web", "cart", "stock"]
# The first service is asked by browsers, the others by programs.
BROWSERS = [
    f"Mozilla/5.0 ({system}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{version}.0.0.0 Safari/537.36"
    for system in ("Windows NT 10.0; Win64; x64", "Macintosh; Intel Mac OS X 10_15_7", "X11; Linux x86_64")
    for version in (138, 139, 140)
]
PROGRAMS = [f"{library}/{version}" for library in ("Go-http-client", "okhttp", "python-requests") for version in ("1.1", "2.32.3", "4.9.3")]
CONNECTIONS = 6
# Then a connection is closed and another one opened.
REQUESTS_PER_CONNECTION = 100
PRODUCTS = 5000


def rename(name):
    with open("/proc/self/comm", "w") as file:
        file.write(name)


def popular(generator, count):
    """A number below count, the small ones by far the likeliest."""
    return int((count + 1) ** generator.random()) - 1


def web_answer(request):
    """One HTTP response; the body's length depends on the path, as does its success."""
    line, _, rest = request.partition(b"\r\n")
    path = line.split()[1]
    weight = sum(path)
    status = b"404 Not Found" if weight % 23 == 0 else b"500 Internal Server Error" if weight % 97 == 0 else b"200 OK"
    headers = b"Content-Type: application/json\r\n"
    start = rest.find(b"X-Request-ID: ")
    if start >= 0:
        headers += rest[start : rest.index(b"\r\n", start) + 2]
    body = b'{"ok":true,"data":"' + b"x" * (weight * 7 % 900) + b'"}'
    return b"HTTP/1.1 %s\r\n%sContent-Length: %d\r\n\r\n%s" % (status, headers, len(body), body)


def cache_answer(request):
    """One RESP reply."""
    if b"SET\r\n" in request:
        return b"+OK\r\n"
    value = b"v" * (sum(request) % 200)
    return b"$-1\r\n" if sum(request) % 11 == 0 else b"$%d\r\n%s\r\n" % (len(value), value)


def serve(listener, answer):
    selector = selectors.DefaultSelector()
    selector.register(listener, selectors.EVENT_READ)
    while True:
        for key, _ in selector.select():
            if key.fileobj is listener:
                selector.register(listener.accept()[0], selectors.EVENT_READ)
                continue
            request = key.fileobj.recv(65536)
            if request:
                key.fileobj.sendall(answer(request))
            else:
                selector.unregister(key.fileobj)
                key.fileobj.close()


def web_request(generator, service):
    item = popular(generator, PRODUCTS)
    kind = generator.random()
    if kind < 0.5:
        line = f"GET /api/v1/{service}/items/{item}"
    elif kind < 0.7:
        line = f"GET /api/v1/{service}/search?q=word{popular(generator, 800)}&page={popular(generator, 9)}"
    elif kind < 0.85:
        line = f"POST /api/v1/{service}/orders"
    else:
        line = f"GET /static/{service}/{popular(generator, 120)}.js"
    agents = BROWSERS if service == SERVICES[0] else PROGRAMS
    headers = f"Host: {service}.shop.example\r\nUser-Agent: {agents[popular(generator, len(agents))]}\r\nAccept: */*\r\n"
    if generator.random() < 0.5:
        headers += f"traceparent: 00-{generator.getrandbits(128):032x}-{generator.getrandbits(64):016x}-01\r\n"
        headers += f"X-Request-ID: {generator.getrandbits(128):032x}\r\n"
    body = "y" * popular(generator, 400) if line.startswith("POST") else ""
    if body:
        headers += f"Content-Length: {len(body)}\r\n"
    return f"{line} HTTP/1.1\r\n{headers}\r\n{body}".encode()


def cache_request(generator):
    key = f"session:{popular(generator, 20000)}" if generator.random() < 0.6 else f"item:{popular(generator, PRODUCTS)}:price"
    if generator.random() < 0.25:
        value = "w" * popular(generator, 300)
        return f"*3\r\n$3\r\nSET\r\n${len(key)}\r\n{key}\r\n${len(value)}\r\n{value}\r\n".encode()
    return f"*2\r\n$3\r\nGET\r\n${len(key)}\r\n{key}\r\n".encode()


def ask(ports, count, seed):
    """Asks one after the other, each time on any of the connections."""
    generator = random.Random(seed)
    open_connections = []
    for _ in range(count):
        if len(open_connections) < CONNECTIONS:
            target = popular(generator, len(ports))
            connection = socket.create_connection(("127.0.0.1", ports[target]))
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            open_connections.append([connection, target, 0])
        entry = generator.choice(open_connections)
        connection, target, _ = entry
        connection.sendall(web_request(generator, SERVICES[target]) if target < len(SERVICES) else cache_request(generator))
        connection.recv(65536)
        entry[2] += 1
        if entry[2] == REQUESTS_PER_CONNECTION:
            connection.close()
            open_connections.remove(entry)


def main():
    count = int(sys.argv[1])
    ports, servers = [], []
    for name in [*SERVICES, "cache"]:
        listener = socket.create_server(("127.0.0.1", 0))
        ports.append(listener.getsockname()[1])
        process = os.fork()
        if process == 0:
            rename(name)
            serve(listener, cache_answer if name == "cache" else web_answer)
        servers.append(process)
    clients = []
    for seed in range(2):
        process = os.fork()
        if process == 0:
            rename(f"client-{seed}")
            ask(ports, count // 2, seed)
            os._exit(0)
        clients.append(process)
    status = max(os.waitpid(process, 0)[1] for process in clients)
    for process in servers:
        os.kill(process, 9)
    sys.exit(1 if status else 0)


if __name__ == "__main__":
    main()
