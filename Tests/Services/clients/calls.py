"""Calls by gRPC of one kind. usage: calls.py PORT unary|streams|errors|concurrent"""

import sys

import grpc
from counts import Counts

port, kind = sys.argv[1:]
counts = Counts()
channel = grpc.insecure_channel(f"127.0.0.1:{port}", options=[("grpc.enable_retries", 0)])


def do(name, make, argument, take=lambda answer: answer, **options):
    try:
        take(make(f"/test.Calls/{name}")(argument, **options))
        counts.add(f"{name} 0")
    except grpc.RpcError as error:
        counts.add(f"{name} {error.code().value[0]}")


if kind == "unary":
    for number in range(200):
        do("Unary", channel.unary_unary, b"x" * number * 50, metadata=(("number", str(number)),))
elif kind == "streams":
    for number in range(30):
        do("ToClient", channel.unary_stream, b"x" * 100, list)
        do("FromClient", channel.stream_unary, iter([b"y" * 100] * 10))
        do("BothWays", channel.stream_stream, iter([b"z" * 100] * 10), list)
elif kind == "errors":
    for number in range(20):
        do("Unary", channel.unary_unary, b"x")
        do("NotFound", channel.unary_unary, b"x")
        do("Internal", channel.unary_unary, b"x")
        do("Unknown", channel.unary_unary, b"x")
else:
    call = channel.unary_unary("/test.Calls/Unary")
    for answer in [call.future(b"x" * number) for number in range(300)]:
        answer.result()
        counts.add("Unary 0")
channel.close()
counts.report()
