"""HTTP servers and proxies, FastCGI behind one of them, and TLS handshakes."""

import re

from harness import Failure, Service, View, Workload, fields, reported

SMALL_BYTES = 612
LARGE_BYTES = 270_000


def apache_bench(output):
    """The counts in the report of ab, by status."""
    total = int(re.search(r"Complete requests:\s+(\d+)", output)[1])
    failed = int(re.search(r"Failed requests:\s+(\d+)", output)[1])
    if failed:
        raise Failure(f"ab had failures:\n{output}")
    others = re.search(r"Non-2xx responses:\s+(\d+)", output)
    missing = int(others[1]) if others else 0
    return {key: count for key, count in (("GET 200", total - missing), ("GET 404", missing)) if count}


def h2load(output):
    """The counts in the report of h2load."""
    done = re.search(r"(\d+) total, \d+ started, (\d+) done, (\d+) succeeded, (\d+) failed", output)
    codes = re.search(r"status codes: (\d+) 2xx, (\d+) 3xx, (\d+) 4xx, (\d+) 5xx", output)
    # It counts a request as failed when its status is 4xx.
    if not done or done[1] != done[2] or int(codes[2]) + int(codes[4]):
        raise Failure(f"h2load had failures:\n{output}")
    return {key: int(count) for key, count in (("GET 200", codes[1]), ("GET 404", codes[3])) if int(count)}


METHOD_AND_CODE = fields("request_type", "response_code")


def ab(port, path, count, *options):
    return ["ab", "-q", "-n", count, *options, f"http://127.0.0.1:{port}{path}"]


class Nginx(Service):
    name = "nginx"
    programs = {"nginx": "nginx-light", "ab": "apache2-utils", "h2load": "nghttp2-client"}

    def configuration(self):
        return f"""
            worker_processes 2; pid {self.path('pid')}; error_log {self.path('error.log')}; daemon off; user root;
            events {{ worker_connections 1024; }}
            http {{
              access_log off; keepalive_requests 1000000; root {self.path('www')};
              client_body_temp_path {self.path('body')}; proxy_temp_path {self.path('proxy')}; fastcgi_temp_path {self.path('fastcgi')};
              uwsgi_temp_path {self.path('uwsgi')}; scgi_temp_path {self.path('scgi')};
              server {{ listen 127.0.0.1:{self.http}; {self.locations()} }}
              server {{ listen 127.0.0.1:{self.http2} http2; }}
            }}"""

    def locations(self):
        return ""

    def start(self):
        self.http, self.http2 = self.port(), self.port()
        self.write("www/small", "a" * SMALL_BYTES)
        self.write("www/large", "b" * LARGE_BYTES)
        self.spawn("nginx", "-p", self.directory, "-c", self.write("nginx.conf", self.configuration()))
        self.wait_for_port(self.http)

    def view(self, name):
        return View(name, self.http, "HTTP", apache_bench, METHOD_AND_CODE)

    def workloads(self):
        yield Workload(ab(self.http, "/small", 3000, "-k", "-c", 16), [self.view("keep-alive")])
        yield Workload(ab(self.http, "/small", 1000, "-c", 8), [self.view("new connections")])
        yield Workload(ab(self.http, "/missing", 300, "-c", 4), [self.view("404")])
        yield Workload(ab(self.http, "/large", 60, "-k", "-c", 2), [self.view("270 kB bodies")])
        command = self.interpreter("clients/pipeline.py", self.http, 20, 50)
        yield Workload(command, [View("pipelined", self.http, "HTTP", reported, METHOD_AND_CODE)], payload_bytes=65536)
        command = ["h2load", "-n", 3000, "-c", 4, "-m", 32, f"http://127.0.0.1:{self.http2}/small"]
        yield Workload(command, [View("h2c, 32 streams", self.http2, "HTTP2", h2load, METHOD_AND_CODE)], payload_bytes=65536)
        command = ["h2load", "-n", 200, "-c", 2, "-m", 100, f"http://127.0.0.1:{self.http2}/large"]
        yield Workload(command, [View("h2c, 270 kB bodies", self.http2, "HTTP2", h2load, METHOD_AND_CODE)], payload_bytes=65536)
        command = ["h2load", "-n", 300, "-c", 1, "-m", 8, f"http://127.0.0.1:{self.http2}/missing"]
        yield Workload(command, [View("h2c, 404", self.http2, "HTTP2", h2load, METHOD_AND_CODE)], payload_bytes=65536)


class PHP(Nginx):
    name = "php-fpm"
    programs = {"nginx": "nginx-light", "ab": "apache2-utils", "php-fpm8.2": "php-fpm"}

    def locations(self):
        parameters = (
            "REQUEST_METHOD $request_method",
            "REQUEST_URI $request_uri",
            "DOCUMENT_URI $document_uri",
            "SCRIPT_NAME $fastcgi_script_name",
        )
        lines = "".join(
            f"fastcgi_param {line}; " for line in (*parameters, "QUERY_STRING $query_string", "SERVER_PROTOCOL $server_protocol")
        )
        script = f"fastcgi_param SCRIPT_FILENAME {self.path('www')}$fastcgi_script_name;"
        return f"location ~ \\.php$ {{ {lines}{script} fastcgi_pass 127.0.0.1:{self.fastcgi}; }}"

    def start(self):
        self.fastcgi = self.port()
        self.write("www/page.php", '<?php if (isset($_GET["missing"])) { http_response_code(404); } echo str_repeat("php ", 3000);')
        pool = f"listen=127.0.0.1:{self.fastcgi}\nuser=www-data\ngroup=www-data\npm=static\npm.max_children=2\n"
        settings = self.write("fpm.conf", f"[global]\nerror_log={self.path('fpm.log')}\ndaemonize=no\n[pool]\n{pool}")
        self.spawn("php-fpm8.2", "-F", "-y", settings)
        self.wait_for_port(self.fastcgi)
        super().start()

    def workloads(self):
        for name, path in (("200", "/page.php?q=7"), ("404", "/page.php?missing=1")):
            views = [self.view(f"nginx, {name}"), View(name, self.fastcgi, "FastCGI", apache_bench, METHOD_AND_CODE)]
            yield Workload(ab(self.http, path, 300, "-c", 4), views)


class HAProxy(Nginx):
    name = "haproxy"
    programs = {"nginx": "nginx-light", "haproxy": "haproxy", "h2load": "nghttp2-client"}

    def start(self):
        super().start()
        self.front = self.port()
        limits = "timeout connect 2s\ntimeout client 30s\ntimeout server 30s"
        places = f"frontend f\nbind 127.0.0.1:{self.front}\ndefault_backend b\nbackend b\nserver n 127.0.0.1:{self.http}"
        self.spawn("haproxy", "-db", "-f", self.write("haproxy.cfg", f"defaults\nmode http\n{limits}\n{places}\n"))
        self.wait_for_port(self.front)

    def workloads(self):
        for path in ("small", "missing"):
            views = [
                View(f"{side}, {path}", port, "HTTP", h2load, METHOD_AND_CODE)
                for side, port in (("front", self.front), ("back", self.http))
            ]
            yield Workload(["h2load", "--h1", "-n", 1000, "-c", 4, f"http://127.0.0.1:{self.front}/{path}"], views)


class Apache(Service):
    name = "apache2"
    programs = {"apache2": "apache2", "ab": "apache2-utils"}

    def start(self):
        self.http = self.port()
        self.write("www/small", "a" * SMALL_BYTES)
        modules = "".join(f"LoadModule {name}_module /usr/lib/apache2/modules/mod_{name}.so\n" for name in ("mpm_event", "authz_core"))
        places = f'DocumentRoot "{self.path("www")}"\nPidFile {self.path("pid")}\nErrorLog {self.path("error.log")}\n'
        owner = "User www-data\nGroup www-data\nMaxKeepAliveRequests 0\n"
        head = f"ServerRoot {self.directory}\nServerName localhost\nListen 127.0.0.1:{self.http}\n"
        self.spawn("apache2", "-DFOREGROUND", "-f", self.write("apache.conf", head + owner + modules + places))
        self.wait_for_port(self.http)

    def workloads(self):
        for name, path, options in (("keep-alive", "/small", ["-k"]), ("new connections", "/small", []), ("404", "/missing", ["-k"])):
            yield Workload(ab(self.http, path, 500, "-c", 4, *options), [View(name, self.http, "HTTP", apache_bench, METHOD_AND_CODE)])


class OwnServer(Service):
    """A server of ours on a library's or a language's own HTTP server: /status/N answers with status N."""

    # Whether it speaks HTTP/2 without TLS, on the same port as HTTP/1.1 or the next one.
    http2 = None

    def command(self):
        raise NotImplementedError

    def start(self):
        self.http = self.port()
        self.port_http2 = self.http if self.http2 == "same" else self.port()
        self.spawn(*self.command())
        self.wait_for_port(self.http)

    def workloads(self):
        view = View("HTTP/1.1", self.http, "HTTP", reported, METHOD_AND_CODE)
        yield Workload(self.interpreter("clients/web.py", self.http, 40), [view])
        if self.http2:
            view = View("h2c", self.port_http2, "HTTP2", reported, METHOD_AND_CODE)
            yield Workload(self.interpreter("clients/web2.py", self.port_http2, 40), [view])


class Hypercorn(OwnServer):
    name, http2 = "hypercorn", "same"
    modules = {"hypercorn": "Hypercorn", "h2": "h2", "httpx": "httpx"}

    def command(self):
        application = f"{self.bench.source('servers/application')}:application"
        return [self.bench.python, "-m", "hypercorn", "-b", f"127.0.0.1:{self.http}", application]


class Uvicorn(OwnServer):
    name = "uvicorn"
    modules = {"uvicorn": "uvicorn"}

    def command(self):
        folder = self.bench.source("servers")
        return [
            self.bench.python,
            "-m",
            "uvicorn",
            "--port",
            self.http,
            "--log-level",
            "warning",
            "--app-dir",
            folder,
            "application:application",
        ]


class Node(OwnServer):
    name, http2 = "node", "next"
    programs = {"node": "nodejs"}
    modules = {"h2": "h2", "httpx": "httpx"}

    def command(self):
        return ["node", self.bench.source("servers/web.js"), self.http, self.port_http2]


class Java(OwnServer):
    name = "java"
    programs = {"java": "default-jre-headless", "javac": "default-jdk-headless"}

    def command(self):
        self.run("javac", "-d", self.directory, self.bench.source("servers/Web.java"))
        return ["java", "-cp", self.directory, "Web", self.http]


class Go(OwnServer):
    name = "go"
    programs = {"go": "golang-go"}

    def command(self):
        environment = {
            "GO111MODULE": "off",
            "GOFLAGS": "",
            "HOME": self.directory,
            "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        }
        self.run("go", "build", "-o", self.path("web"), self.bench.source("servers/web.go"), env=environment)
        return [self.path("web"), self.http]


class OpenSSL(Service):
    name = "openssl"
    programs = {"openssl": "openssl"}

    def start(self):
        self.tls, self.new_only = self.port(), self.port()
        key = ["-keyout", self.path("key.pem"), "-out", self.path("certificate.pem"), "-days", "30", "-subj", "/CN=localhost"]
        self.run("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", *key)
        server = ["openssl", "s_server", "-quiet", "-www", "-key", self.path("key.pem"), "-cert", self.path("certificate.pem")]
        self.spawn(*server, "-accept", f"127.0.0.1:{self.tls}")
        self.spawn(*server, "-accept", f"127.0.0.1:{self.new_only}", "-tls1_3")
        self.wait_for_port(self.tls)
        self.wait_for_port(self.new_only)

    def workloads(self):
        for version in ("1.2", "1.3"):
            command = self.interpreter("clients/handshakes.py", self.tls, version, 10)
            yield Workload(
                command, [View(f"TLS {version}", self.tls, "TLS", reported, fields("version", "request_domain", "response_status"))]
            )
        command = self.interpreter("clients/handshakes.py", self.new_only, "1.2", 5)
        yield Workload(command, [View("no common version", self.new_only, "TLS", reported, fields("response_status"))])


SERVICES = [Nginx, PHP, HAProxy, Apache, Hypercorn, Uvicorn, Node, Java, Go, OpenSSL]
