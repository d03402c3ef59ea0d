"""Statements to PostgreSQL, some of which fail, and a copy each way. usage: relations.py PORT ROUNDS"""

import io
import sys

import psycopg2
from counts import Counts

port, rounds = (int(word) for word in sys.argv[1:])
counts = Counts()
connection = psycopg2.connect(host="127.0.0.1", port=port, user="postgres", dbname="postgres")
connection.autocommit = True
cursor = connection.cursor()


def do(tag, statement, *values):
    try:
        cursor.execute(statement, values or None)
        counts.add(f"Query ok {tag}")
    except psycopg2.Error as error:
        counts.add(f"Query {tag} {error.pgcode}")


do("CREATE TABLE", "create temporary table t (a int primary key, b text)")
for number in range(rounds):
    do("INSERT 0 1", "insert into t values (%s, %s)", number, "x" * number * 100)
    do("UPDATE 1", "update t set b = 'y' where a = %s", number)
    do(f"SELECT {number + 1}", "select * from t")
    do("client_error", "select nothing from t")
    do("client_error", "insert into t values (0, '')")
    do("DELETE 0", "delete from t where a = -1")
cursor.copy_expert("copy t from stdin", io.StringIO("".join(f"{number}\tcopied\n" for number in range(1000, 2000))))
counts.add("Query ok COPY 1000")
cursor.copy_expert("copy t to stdout", io.StringIO())
counts.add(f"Query ok COPY {1000 + rounds}")
connection.close()
counts.report()
