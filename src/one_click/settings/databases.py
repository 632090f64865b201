"""A database that tables come from, and one that offers go to; see conf/source/, conf/target/."""

from dataclasses import dataclass, field

from omegaconf import MISSING

from one_click.columns import TABLES
from one_click.running.errors import InputError
from one_click.settings.checks import check, check_most

A_DAY = 86_400
NAME = "letters, digits and _, a letter first"


@dataclass
class Database:
    """Where a database is and as whom to enter; a password stands in no file of the project.

    PostgreSQL has a `service` or a `dbname`; any other database a `url`, as SQLAlchemy writes it.
    `lock_seconds` is how long to wait for what another holds, `seconds` how long a query may take.
    """

    url: str | None = None
    service: str | None = None
    host: str | None = None
    port: int | None = None
    dbname: str | None = None
    user: str | None = None
    lock_seconds: float = 10
    seconds: float = 3_600

    def __post_init__(self) -> None:
        own = (self.service, self.host, self.port, self.dbname)
        if self.url is None:
            some = self.service is not None or self.dbname is not None
            check(some, "database", "a service or dbname (PostgreSQL) or a url", "nothing")
        else:
            alone = all(value is None for value in own)
            check(alone, "database", "a url, or what PostgreSQL needs", "both")
            if self.url.startswith("postgres"):
                raise InputError(
                    "database.url: none of PostgreSQL: give host, dbname and user, or a service"
                )
            check("://" in self.url, "database.url", "as sqlite:///data/shop.db", self.url)
        for name in ("lock_seconds", "seconds"):
            value = getattr(self, name)
            check(value >= 0.001, f"database.{name}", "at least 0.001", value)
            check_most(f"database.{name}", value, A_DAY)


@dataclass
class Query:
    """Of one raw table: what each of its headers is in the database, and of what rows.

    `columns` maps a header to an SQL expression; `relation` is what stands after `from`: a table, a
    view, a join or a subquery with a name, and a `where` if there is one.
    """

    columns: dict[str, str] = field(default_factory=dict)
    relation: str = MISSING


@dataclass
class Source:
    """A file of conf/source/: `queries` has one of each raw table, by its name in `TABLES`."""

    database: Database = MISSING
    queries: dict[str, Query] = MISSING

    def __post_init__(self) -> None:
        if set(self.queries) != set(TABLES):
            raise InputError(f"queries: {', '.join(self.queries)}; name {', '.join(TABLES)}")


@dataclass
class Target:
    """A file of conf/target/: a table that offers are written to.

    `source` is the file of conf/source/ whose customers' table is asked for consent.
    """

    database: Database = MISSING
    source: str = MISSING
    table: str = MISSING
    schema: str | None = None

    def __post_init__(self) -> None:
        for key, name in (("table", self.table), ("schema", self.schema)):
            check(name is None or name.isidentifier(), key, NAME, name)
