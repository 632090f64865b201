"""Any database but PostgreSQL, by SQLAlchemy: the state of one moment, in chunks of rows."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote

import sqlalchemy
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from one_click.databases.cells import csv_lines, header_line
from one_click.databases.faults import PASSWORD, extra, fault
from one_click.databases.queries import TableQuery
from one_click.running.errors import InputError
from one_click.settings.databases import Database

CHUNK = 10_000  # rows
STEADY = ("SNAPSHOT", "REPEATABLE READ", "SERIALIZABLE")  # isolation of one moment, best first


def driver_fault(place: str, error: Exception, advice: str = "") -> InputError:
    """The line for what SQLAlchemy raised: in the driver's words, where they are the driver's."""
    return fault(place, getattr(error, "orig", None) or error, advice)


def connected(url: sqlalchemy.URL | str, arguments: dict, place: str) -> sqlalchemy.Connection:
    """A connection, none of which is kept for later.

    Parameters
    ----------
    arguments
        Of the driver's own `connect`.

    Raises
    ------
    InputError
        Where there is no driver, or the database lets nobody in.
    """
    try:
        with extra():
            engine = sqlalchemy.create_engine(
                url, connect_args=arguments, poolclass=sqlalchemy.NullPool
            )
            return engine.connect()
    except (SQLAlchemyError, TypeError, ValueError) as error:  # of what a url sets, too
        raise driver_fault(place, error, PASSWORD) from None


def connection_of(database: Database, place: str, mode: str) -> sqlalchemy.Connection:
    """A connection to a database that has a `url`; raises as `connected` does.

    Parameters
    ----------
    mode
        Of a file of SQLite: "ro" or "rw"; neither makes one that is not there.
    """
    try:
        url = sqlalchemy.make_url(str(database.url))
    except ArgumentError as error:
        raise fault(f"{place}: database.url", error) from None
    if database.user is not None:
        url = url.set(username=database.user)
    arguments = {}
    if url.get_backend_name() == "sqlite":
        url = url.set(database=f"file:{quote(url.database or '')}")
        url = url.update_query_dict({"mode": mode, "uri": "true"})
        arguments = {"timeout": database.lock_seconds}
    return connected(url, arguments, place)


class Snapshot:
    """What a database holds at one moment; errors name `place`, the file that it is named by."""

    def __init__(self, connection: sqlalchemy.Connection, place: str) -> None:
        self.connection = connection
        self.place = place

    def _result(self, query: str) -> sqlalchemy.CursorResult:
        """Of SQL as it stands: its percent signs and colons are no places of parameters."""
        options = {"yield_per": CHUNK, "no_parameters": True}
        return self.connection.exec_driver_sql(query, execution_options=options)

    def count(self, query: TableQuery) -> int:
        """The number of rows."""
        try:
            return int(self._result(query.count).scalar_one())
        except SQLAlchemyError as error:
            raise driver_fault(f"{self.place}: {query.name}", error) from None

    def lines(self, query: TableQuery) -> Iterator[tuple[int, bytes]]:
        """Rows as lines of CSV, the header first: how many there are of them, and the bytes."""
        yield 0, header_line(query.headers)
        try:
            for chunk in self._result(query.ordered).partitions():
                yield len(chunk), csv_lines(chunk, query.kinds)
        except SQLAlchemyError as error:
            raise driver_fault(f"{self.place}: {query.name}", error) from None


def _keep_still(connection: sqlalchemy.Connection, place: str) -> None:
    """Begin a transaction that sees one moment alone."""
    driver: Any = connection.connection.dbapi_connection
    try:
        levels = connection.dialect.get_isolation_level_values(driver)
    except NotImplementedError:
        levels = []
    level: Any = next((level for level in STEADY if level in levels), None)
    if level is None:
        raise InputError(
            f"{place}: no transaction of this database sees one moment alone "
            f"({', '.join(STEADY)}): fetch from a copy of it in another one"
        )
    connection.execution_options(isolation_level=level)
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("begin")  # its driver begins none for a select


@contextmanager
def other_snapshot(database: Database, place: str) -> Iterator[Snapshot]:
    """The state of this moment, to be read within."""
    with connection_of(database, place, "ro") as connection:
        try:
            _keep_still(connection, place)
            yield Snapshot(connection, place)
        except SQLAlchemyError as error:
            raise driver_fault(place, error) from None
