"""What a database is asked for: SQL of each raw table, from the headers of the column table."""

import re
from dataclasses import dataclass

from one_click.columns import BY_NAME, COLUMNS, RAW_ID, TABLES, TARGET
from one_click.customers.header import headers_of
from one_click.running.errors import InputError
from one_click.settings.databases import Query, Source

ENDS = re.compile(r";|--|/\*")  # of a statement, or of what is read of it: YAML folds its lines
CONSENT = BY_NAME["contact_allowed"]
KINDS = {column.raw: column.kind for column in COLUMNS}


@dataclass(frozen=True)
class TableQuery:
    """The query of one raw table: headers, the kind of each as `Column` has it, and its select.

    `name` is that of the table in `TABLES`, and what an error names.
    """

    name: str
    headers: tuple[str, ...]
    kinds: tuple[str, ...]
    select: str

    @property
    def order(self) -> str:
        """By all columns in turn: ties are equal rows, so the same rows give the same bytes."""
        return "order by " + ", ".join(str(place) for place in range(1, len(self.headers) + 1))

    @property
    def ordered(self) -> str:
        """The select in its order."""
        return f"{self.select} {self.order}"

    @property
    def count(self) -> str:
        """A query of the number of rows, which fails where the select does."""
        return f"select count(*) from ({self.select}) counted"


def table_queries(source: Source, place: str) -> list[TableQuery]:
    """The four queries, in the order of `TABLES`.

    Raises
    ------
    InputError
        A line a table that has no column for a header, or one for none; `place` names the file.
    """
    target, faults = BY_NAME[TARGET], []
    for name, query in source.queries.items():
        headers = headers_of(name)
        key = f"{place}: queries.{name}.columns"
        optional = {target.raw} if target.table == name else set()
        if missing := [h for h in headers if h not in query.columns and h not in optional]:
            faults.append(f"{key}: nothing for {_quoted(missing)}; say what it is in the database")
        if strange := [h for h in query.columns if h not in headers]:
            faults.append(f"{key}: {_quoted(strange)}: no header of this table; take it out")
        faults += [
            f"{place}: queries.{name}: {key}: ; and comments have no place in a query; take it out"
            for key, text in (*query.columns.items(), ("relation", query.relation))
            if ENDS.search(text)
        ]
    if faults:
        raise InputError("\n".join(faults))
    return [_of(name, source.queries[name], headers_of(name)) for name in TABLES]


def consent_query(source: Source, place: str) -> TableQuery:
    """The query of who allows messages: id and consent of each customer.

    Raises
    ------
    InputError
        As `table_queries` does.
    """
    table_queries(source, place)
    return _of(CONSENT.table, source.queries[CONSENT.table], [RAW_ID, CONSENT.raw])


def _of(name: str, query: Query, headers: list[str]) -> TableQuery:
    headers = [header for header in headers if header in query.columns]
    columns = (f"{query.columns[header]} as c{at}" for at, header in enumerate(headers, 1))
    return TableQuery(
        name,
        tuple(headers),
        tuple(KINDS.get(header, "text") for header in headers),
        f"select {', '.join(columns)} from {query.relation}",
    )


def _quoted(headers: list[str]) -> str:
    return ", ".join(f"«{header}»" for header in headers)
