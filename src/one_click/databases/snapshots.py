"""The state of a database at one moment, whichever database it is."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import Protocol

from one_click.databases.faults import extra
from one_click.databases.queries import TableQuery
from one_click.settings.databases import Database


class Snapshot(Protocol):
    """What a query brings, as often as it is asked."""

    def count(self, query: TableQuery) -> int:
        """The number of rows."""

    def lines(self, query: TableQuery) -> Iterator[tuple[int, bytes]]:
        """Rows as lines of CSV, the header first: how many there are of them, and the bytes."""


def snapshot_of(database: Database, place: str) -> AbstractContextManager[Snapshot]:
    """The state of this moment, read in one transaction that ends with the context.

    Parameters
    ----------
    place
        The file that names the database: errors begin with it.

    Raises
    ------
    InputError
        One line: a library that is not installed, and whatever the database refuses.
    """
    with extra():
        if database.url is None:
            from one_click.databases.postgresql import postgresql_snapshot

            return postgresql_snapshot(database, place)
        from one_click.databases.others import other_snapshot

        return other_snapshot(database, place)
