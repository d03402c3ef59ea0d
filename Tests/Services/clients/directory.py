"""Operations on a directory, some of which fail. usage: directory.py PORT ROUNDS"""

import sys

import ldap3
from counts import Counts

port, rounds = (int(word) for word in sys.argv[1:])
counts = Counts()
server = ldap3.Server("127.0.0.1", port, get_info=ldap3.NONE)
connection = ldap3.Connection(server, "cn=admin,dc=test", "secret")


def did(name, connection=connection):
    counts.add(f"{name} {connection.result['result']}")


connection.bind()
did("bind")
connection.add("dc=test", ["dcObject", "organization"], {"dc": "test", "o": "test"})
did("add")
for number in range(rounds):
    name = f"cn=p{number},dc=test"
    connection.add(name, "inetOrgPerson", {"sn": "x", "description": "y" * 2000})
    did("add")
    connection.add(name, "inetOrgPerson", {"sn": "x"})
    did("add")
    connection.modify(name, {"sn": [(ldap3.MODIFY_REPLACE, ["z"])]})
    did("modify")
    connection.compare(name, "sn", "z")
    did("compare")
    connection.search("dc=test", "(objectClass=inetOrgPerson)", attributes=["*"])
    did("search")
    connection.search("dc=nowhere", "(objectClass=*)")
    did("search")
for number in range(rounds):
    connection.modify_dn(f"cn=p{number},dc=test", f"cn=q{number}")
    did("modifyDN")
    connection.delete(f"cn=q{number},dc=test")
    did("delete")
stranger = ldap3.Connection(server, "cn=admin,dc=test", "wrong")
stranger.bind()
did("bind", stranger)
stranger.unbind()
connection.unbind()
counts.add("unbind - (request)", 2)
counts.report()
