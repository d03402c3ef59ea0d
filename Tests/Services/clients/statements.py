"""Statements to MariaDB, some of which fail, as text or prepared by the server. usage: statements.py PORT pymysql|prepared ROUNDS"""

import sys

from counts import Counts

port, library, rounds = int(sys.argv[1]), sys.argv[2], int(sys.argv[3])
counts = Counts()
if library == "pymysql":
    import pymysql as module

    connection = module.connect(host="127.0.0.1", port=port, user="root", database="sbtest", autocommit=True)
    cursor = connection.cursor()
    kind = "COM_QUERY"
else:
    import mysql.connector as module

    connection = module.connect(host="127.0.0.1", port=port, user="root", database="sbtest", use_pure=True, ssl_disabled=True)
    connection.autocommit = True
    cursor = connection.cursor(prepared=True)
    kind = "COM_STMT_EXECUTE"


def do(statement, *values):
    if library == "prepared":
        counts.update({"COM_STMT_PREPARE ok None": 1, "COM_STMT_CLOSE ok None (request)": 1})
    try:
        cursor.execute(statement, values or None)
        if cursor.description:
            cursor.fetchall()
        counts.add(f"{kind} ok None")
    except module.Error as error:
        counts.add(f"{kind} {'client' if error.args[0] >= 2000 else 'server'}_error {error.args[0]}")


do("create table if not exists t (a int primary key, b text)")
do("delete from t")
for number in range(rounds):
    do("insert into t values (%s, %s)", number, "x" * number * 100)
    do("update t set b = 'y' where a = %s", number)
    do("select * from t where a <= %s", number)
    do("insert into t values (%s, '')", 0)
    do("delete from t where a = %s", -1)
cursor.close()
connection.close()
counts.update({"LOGIN ok None": 1, "COM_QUIT ok None (request)": 1})
counts.report()
