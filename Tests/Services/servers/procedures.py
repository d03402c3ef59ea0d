"""A Thrift server without generated code, on the library's transports and protocols. usage: procedures.py PORT KIND"""

import sys

from thrift.protocol import TBinaryProtocol, TCompactProtocol
from thrift.server import TServer
from thrift.Thrift import TApplicationException, TMessageType, TType
from thrift.transport import TSocket, TTransport


class Processor:
    def on_message_begin(self, function):
        pass

    def process(self, incoming, outgoing):
        name, kind, sequence = incoming.readMessageBegin()
        incoming.skip(TType.STRUCT)
        incoming.readMessageEnd()
        if kind == TMessageType.ONEWAY:
            return
        if name == "unknown":
            outgoing.writeMessageBegin(name, TMessageType.EXCEPTION, sequence)
            TApplicationException(TApplicationException.UNKNOWN_METHOD, "no such method").write(outgoing)
        else:
            # Field 0 is the result, others are declared exceptions.
            outgoing.writeMessageBegin(name, TMessageType.REPLY, sequence)
            outgoing.writeStructBegin("result")
            if name == "refuse":
                outgoing.writeFieldBegin("refused", TType.STRUCT, 1)
                outgoing.writeStructBegin("Refused")
                outgoing.writeFieldStop()
                outgoing.writeStructEnd()
            else:
                outgoing.writeFieldBegin("success", TType.I32, 0)
                outgoing.writeI32(7)
            outgoing.writeFieldEnd()
            outgoing.writeFieldStop()
            outgoing.writeStructEnd()
        outgoing.writeMessageEnd()
        outgoing.trans.flush()


port, kind = int(sys.argv[1]), sys.argv[2]
transport = TTransport.TFramedTransportFactory() if kind.startswith("framed") else TTransport.TBufferedTransportFactory()
protocol = TBinaryProtocol.TBinaryProtocolFactory() if kind.endswith("binary") else TCompactProtocol.TCompactProtocolFactory()
TServer.TThreadedServer(Processor(), TSocket.TServerSocket("127.0.0.1", port), transport, protocol, daemon=True).serve()
