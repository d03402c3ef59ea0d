"""Operations on ZooKeeper, some of which fail. usage: coordination.py PORT ROUNDS"""

import sys

from counts import Counts
from kazoo.client import KazooClient
from kazoo.exceptions import BadVersionError, NodeExistsError, NoNodeError

port, rounds = (int(word) for word in sys.argv[1:])
counts = Counts()
client = KazooClient(f"127.0.0.1:{port}")
client.start(20)
counts.add("connect None")
top = f"/n{port}-{client.client_id[0]:x}"


def do(kind, operation, *arguments, **options):
    try:
        operation(*arguments, **options)
        counts.add(f"{kind} 0")
    except NoNodeError:
        counts.add(f"{kind} -101")
    except NodeExistsError:
        counts.add(f"{kind} -110")
    except BadVersionError:
        counts.add(f"{kind} -103")


do("create", client.create, top)
for number in range(rounds):
    path = f"{top}/{number}"
    do("create", client.create, path, b"x" * 3000)
    do("create", client.create, path)
    do("getData", client.get, path)
    do("getData", client.get, path + "none")
    do("setData", client.set, path, b"y")
    do("setData", client.set, path, b"y", version=77)
    do("getChildren", client.get_children, top)
    do("delete", client.delete, path)
client.stop()
counts.add("closeSession 0")
counts.report()
