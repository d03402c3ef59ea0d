"""Commands of MongoDB, some of which fail. usage: documents.py PORT ROUNDS"""

import sys

import pymongo
import pymongo.errors
from counts import Counts

port, rounds = (int(word) for word in sys.argv[1:])
counts = Counts()
client = pymongo.MongoClient(f"mongodb://127.0.0.1:{port}", serverSelectionTimeoutMS=10_000, heartbeatFrequencyMS=60_000)
items = client.shop.items


def do(kind, operation, *arguments):
    try:
        operation(*arguments)
        counts.add(f"{kind} ok")
    except pymongo.errors.PyMongoError:
        counts.add(f"{kind} server_error")


items.drop()
counts.add("drop ok")
for number in range(rounds):
    do("insert", items.insert_one, {"_id": number, "text": "x" * number * 50})
    do("insert", items.insert_many, [{"_id": f"{number}-{other}"} for other in range(5)])
    do("find", lambda: list(items.find({"_id": number})))
    do("update", items.update_one, {"_id": number}, {"$set": {"text": "y"}})
    do("delete", items.delete_one, {"_id": number + 1_000_000})
    do("nonsense", client.shop.command, "nonsense")
client.close()
counts.add("endSessions ok")
counts.report()
