"""Offers of a kept wave into a table of a database: all or none, once, and to nobody who refuses.

A row is an offer; the control group and all who get nothing have none. Consent is that of the
moment of writing, for it may have been withdrawn since the wave was planned.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import pandas as pd
import sqlalchemy
from sqlalchemy import Date, Double, Integer, String
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.schema import CreateTable

from one_click.databases.faults import LOST, extra
from one_click.databases.others import connected, connection_of, driver_fault
from one_click.running.errors import InputError
from one_click.settings.databases import Database, Target

TEXT = 255  # characters of a name
COLUMNS: dict[str, sqlalchemy.types.TypeEngine] = {  # keys first
    "wave": String(TEXT), "customer_id": String(64), "wave_date": Date(), "valid_until": Date(),
    "offer": String(TEXT), "channel": String(TEXT), "segment": String(TEXT), "rank": Integer(),
    "risk": Double(), "cost": Double(), "plan": String(64),
}  # fmt: skip
KEYS = ("wave", "customer_id")
MAY_LACK = ("valid_until",)


def offers_table(target: Target) -> sqlalchemy.Table:
    """The table that offers stand in: a row a wave and customer."""
    columns = [
        sqlalchemy.Column(name, kind, primary_key=name in KEYS, nullable=name in MAY_LACK)
        for name, kind in COLUMNS.items()
    ]
    return sqlalchemy.Table(target.table, sqlalchemy.MetaData(), *columns, schema=target.schema)


@contextmanager
def target_connection(database: Database, place: str) -> Iterator[sqlalchemy.Connection]:
    """A transaction: kept where all went well, else as if nothing had been.

    Raises
    ------
    InputError
        One line for what the database refuses.
    """
    connection = _connection(database, place)
    try:
        with connection, connection.begin():
            if connection.dialect.name == "sqlite":
                connection.exec_driver_sql("begin immediate")  # a second writer waits
            yield connection
    except SQLAlchemyError as error:
        raise driver_fault(place, error, LOST) from None


def _connection(database: Database, place: str) -> sqlalchemy.Connection:
    if database.url is not None:
        return connection_of(database, place, "rw")
    with extra():
        from one_click.databases.postgresql import CONNECT_SECONDS, parameters, timeouts
    options = " ".join(f"-c {name}={value}" for name, value in timeouts(database).items())
    arguments = parameters(database) | {"connect_timeout": CONNECT_SECONDS, "options": options}
    return connected("postgresql+psycopg://", arguments, place)


def lock_table(connection: sqlalchemy.Connection, table: sqlalchemy.Table) -> None:
    """Let nobody else write to the table meanwhile: somebody's own may have no key."""
    there = sqlalchemy.inspect(connection).has_table(table.name, table.schema)
    if there and connection.dialect.name == "postgresql":
        name = connection.dialect.identifier_preparer.format_table(table)
        connection.exec_driver_sql(f"LOCK TABLE {name} IN SHARE ROW EXCLUSIVE MODE")


def delivered_ids(
    connection: sqlalchemy.Connection, table: sqlalchemy.Table, wave: str, plan: str
) -> pd.Index:
    """Ids of those whose offers of this wave stand in the table already; none before a delivery.

    Parameters
    ----------
    plan
        The signature that offers of the wave must have.

    Raises
    ------
    InputError
        Where the table lacks a column, or another plan was delivered under the wave's name.
    """
    inspector = sqlalchemy.inspect(connection)
    if not inspector.has_table(table.name, table.schema):
        return pd.Index([])
    there = {column["name"] for column in inspector.get_columns(table.name, table.schema)}
    if missing := [name for name in COLUMNS if name not in there]:
        raise InputError(
            f"table {table.fullname}: no column {', '.join(missing)}: name another table; "
            "`--dry-run` shows what makes one"
        )
    query = sqlalchemy.select(table.c.customer_id, table.c.plan).where(table.c.wave == wave)
    rows = connection.execute(query).all()
    if {row.plan for row in rows} - {plan}:
        raise InputError(
            f"table {table.fullname}: another plan stands there as wave {wave!r}: give the "
            "campaign of this one another `wave`, or take its rows out of the table"
        )
    return pd.Index([row.customer_id for row in rows])


def write_offers(
    connection: sqlalchemy.Connection, table: sqlalchemy.Table, offers: pd.DataFrame
) -> None:
    """Make the table where there is none, and write rows with `COLUMNS` into it."""
    table.create(connection, checkfirst=True)
    rows = offers[list(COLUMNS)].astype(object).where(offers[list(COLUMNS)].notna(), None)
    if len(rows):  # of none it would make a row of defaults
        connection.execute(sqlalchemy.insert(table), rows.to_dict("records"))


def statement(connection: sqlalchemy.Connection, table: sqlalchemy.Table) -> str:
    """What makes the table, in the words of its database."""
    return str(CreateTable(table).compile(connection)).strip()
