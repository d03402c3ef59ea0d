"""Calls by Thrift, some of which end in an exception. usage: procedures.py PORT KIND COUNT"""

import sys

from counts import Counts
from thrift.protocol import TBinaryProtocol, TCompactProtocol
from thrift.Thrift import TMessageType, TType
from thrift.transport import TSocket, TTransport

port, kind, count = int(sys.argv[1]), sys.argv[2], int(sys.argv[3])
counts = Counts()
socket = TSocket.TSocket("127.0.0.1", port)
transport = TTransport.TFramedTransport(socket) if kind.startswith("framed") else TTransport.TBufferedTransport(socket)
protocol = TBinaryProtocol.TBinaryProtocol(transport) if kind.endswith("binary") else TCompactProtocol.TCompactProtocol(transport)
transport.open()


def call(name, sequence, size, kind=TMessageType.CALL):
    protocol.writeMessageBegin(name, kind, sequence)
    protocol.writeStructBegin("arguments")
    protocol.writeFieldBegin("text", TType.STRING, 1)
    protocol.writeString("x" * size)
    protocol.writeFieldEnd()
    protocol.writeFieldStop()
    protocol.writeStructEnd()
    protocol.writeMessageEnd()
    transport.flush()
    if kind == TMessageType.ONEWAY:
        return
    protocol.readMessageBegin()
    protocol.skip(TType.STRUCT)
    protocol.readMessageEnd()


for number in range(count):
    call("add", number * 4, number * 20)
    call("refuse", number * 4 + 1, 5)
    call("unknown", number * 4 + 2, 5)
    call("notify", number * 4 + 3, 5, TMessageType.ONEWAY)
    counts.update({"add ok": 1, "refuse server_error": 1, "unknown client_error": 1, "notify ok (request)": 1})
transport.close()
counts.report()
