"""PostgreSQL: the state of one moment, copied by the server as CSV.

One transaction, `REPEATABLE READ READ ONLY`: what is written meanwhile is not seen.
https://www.postgresql.org/docs/current/sql-copy.html
"""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from one_click.columns import CONSENT, REFUSAL
from one_click.databases.cells import header_line
from one_click.databases.faults import LOST, PASSWORD, fault
from one_click.databases.queries import TableQuery
from one_click.settings.databases import Database

CONNECT_SECONDS = 10
FIXED = {  # what a role or a database may have set otherwise, and what values are written by
    "datestyle": "ISO", "extra_float_digits": "1", "timezone": "UTC", "bytea_output": "hex",
}  # fmt: skip


def parameters(database: Database) -> dict[str, str | int]:
    """What libpq is told; the password it finds by itself."""
    names = ("service", "host", "port", "dbname", "user")
    given = {name: getattr(database, name) for name in names}
    return {name: value for name, value in given.items() if value is not None}


def timeouts(database: Database) -> dict[str, str]:
    """Settings of a transaction that end its waiting."""
    return {
        "lock_timeout": f"{database.lock_seconds * 1000:.0f}",
        "statement_timeout": f"{database.seconds * 1000:.0f}",
    }


def exported(query: TableQuery) -> str:
    """The query with its cells as text, as `cells` has them, in the order of their bytes."""
    columns = []
    for at, kind in enumerate(query.kinds, 1):
        text = f"c{at}::text"
        if kind == "number":
            text = f"{text} || case when {text} like '%.___' then '0' else '' end"
        elif kind == "consent":
            words = f"when 'true' then '{CONSENT.raw}' when 'false' then '{REFUSAL.raw}'"
            text = f"case {text} {words} else {text} end"
        columns.append(f'({text}) collate "C"')
    return f"select {', '.join(columns)} from ({query.select}) as exported {query.order}"


class PostgresqlSnapshot:
    """What a database holds at one moment; errors name `place`, the file that it is named by."""

    def __init__(self, connection: psycopg.Connection, place: str) -> None:
        self.connection = connection
        self.place = place

    def count(self, query: TableQuery) -> int:
        """The number of rows."""
        try:
            row = self.connection.execute(query.count.encode()).fetchone()
        except psycopg.Error as error:
            raise fault(f"{self.place}: {query.name}", error, LOST) from None
        return int(row[0]) if row else 0

    def lines(self, query: TableQuery) -> Iterator[tuple[int, bytes]]:
        """Rows as lines of CSV, the header first: how many there are of them, and the bytes."""
        yield 0, header_line(query.headers)
        copying = f"copy ({exported(query)}) to stdout (format csv)"
        try:
            with self.connection.cursor().copy(copying.encode()) as rows:
                for row in rows:  # a message of the server is a row
                    yield 1, bytes(row)
        except psycopg.Error as error:
            raise fault(f"{self.place}: {query.name}", error, LOST) from None


@contextmanager
def postgresql_snapshot(database: Database, place: str) -> Iterator[PostgresqlSnapshot]:
    """The state of this moment, to be read within."""
    try:
        connection = psycopg.connect(
            **parameters(database),  # type: ignore[arg-type]
            connect_timeout=CONNECT_SECONDS,
            client_encoding="UTF8",
            application_name="one-click",
        )
    except psycopg.Error as error:
        raise fault(place, error, PASSWORD) from None
    try:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        for name, value in (FIXED | timeouts(database)).items():
            connection.execute("select set_config(%s, %s, true)", (name, value))
        yield PostgresqlSnapshot(connection, place)
    except psycopg.Error as error:
        raise fault(place, error, LOST) from None
    finally:
        connection.close()
