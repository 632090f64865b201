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


def driver_fault(place: str, error: SQLAlchemyError, advice: str = "") -> InputError:
    """The line for what SQLAlchemy raised: in the driver's words, where they are the driver's."""
    return fault(place, getattr(error, "orig", None) or error, advice)


def engine_of(database: Database, place: str, mode: str) -> sqlalchemy.Engine:
    """A way to a database, which no connection is kept of.

    Parameters
    ----------
    mode
        Of a file of SQLite: "ro" or "rw"; neither makes one that is not there.

    Raises
    ------
    InputError
        Where no library reads such a URL.
    """
    try:
        url = sqlalchemy.make_url(str(database.url))
        if database.user is not None:
            url = url.set(username=database.user)
        arguments = {}
        if url.get_backend_name() == "sqlite":
            url = url.set(database=f"file:{quote(url.database or '')}")
            url = url.update_query_dict({"mode": mode, "uri": "true"})
            arguments = {"timeout": database.lock_seconds}
        with extra():
            return sqlalchemy.create_engine(
                url, connect_args=arguments, poolclass=sqlalchemy.NullPool
            )
    except ArgumentError as error:
        raise fault(f"{place}: database.url", error) from None


class Snapshot:
    """What a database holds at one moment; errors name `place`, the file that it is named by."""

    def __init__(self, connection: sqlalchemy.Connection, place: str) -> None:
        self.connection = connection
        self.place = place

    def count(self, query: TableQuery) -> int:
        """The number of rows."""
        try:
            return int(self.connection.exec_driver_sql(query.count).scalar_one())
        except SQLAlchemyError as error:
            raise driver_fault(f"{self.place}: {query.name}", error) from None

    def lines(self, query: TableQuery) -> Iterator[tuple[int, bytes]]:
        """Rows as lines of CSV, the header first: how many there are of them, and the bytes."""
        yield 0, header_line(query.headers)
        try:
            rows = self.connection.exec_driver_sql(
                query.ordered, execution_options={"yield_per": CHUNK}
            )
            for chunk in rows.partitions():
                yield len(chunk), csv_lines(chunk, query.kinds)
        except SQLAlchemyError as error:
            raise driver_fault(f"{self.place}: {query.name}", error) from None


def _steady(connection: sqlalchemy.Connection) -> Any:
    """The isolation that keeps what a transaction sees as it was."""
    driver: Any = connection.connection.dbapi_connection
    levels = connection.dialect.get_isolation_level_values(driver)
    return next(level for level in STEADY if level in levels)


@contextmanager
def other_snapshot(database: Database, place: str) -> Iterator[Snapshot]:
    """The state of this moment, to be read within."""
    engine = engine_of(database, place, "ro")
    try:
        connection = engine.connect()
    except SQLAlchemyError as error:
        raise driver_fault(place, error, PASSWORD) from None
    with connection:
        try:
            connection.execution_options(isolation_level=_steady(connection))
            if engine.dialect.name == "sqlite":
                connection.exec_driver_sql("begin")  # its driver begins none for a select
            yield Snapshot(connection, place)
        except SQLAlchemyError as error:
            raise driver_fault(place, error) from None
