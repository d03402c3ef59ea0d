"""A gRPC server without generated code: messages are bytes. usage: calls.py PORT"""

import concurrent.futures
import sys

import grpc


def unary(request, context):
    return request


def fail(code):
    def method(request, context):
        context.abort(code, "as asked")

    return method


def to_client(request, context):
    yield from (request for _ in range(10))


def from_client(requests, context):
    return b"%d" % sum(1 for _ in requests)


def both_ways(requests, context):
    yield from requests


METHODS = {
    "/test.Calls/Unary": grpc.unary_unary_rpc_method_handler(unary),
    "/test.Calls/NotFound": grpc.unary_unary_rpc_method_handler(fail(grpc.StatusCode.NOT_FOUND)),
    "/test.Calls/Internal": grpc.unary_unary_rpc_method_handler(fail(grpc.StatusCode.INTERNAL)),
    "/test.Calls/ToClient": grpc.unary_stream_rpc_method_handler(to_client),
    "/test.Calls/FromClient": grpc.stream_unary_rpc_method_handler(from_client),
    "/test.Calls/BothWays": grpc.stream_stream_rpc_method_handler(both_ways),
}


class Handler(grpc.GenericRpcHandler):
    def service(self, details):
        return METHODS.get(details.method)


server = grpc.server(concurrent.futures.ThreadPoolExecutor(8))
server.add_generic_rpc_handlers((Handler(),))
server.add_insecure_port(f"127.0.0.1:{sys.argv[1]}")
server.start()
server.wait_for_termination()
