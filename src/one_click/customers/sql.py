"""The reading of the raw tables in SQL, written from the column table: text, nothing is run here.

SQL says a table's cells where it can promise the cells that `reading` would give; what it cannot is
marked beside the cell and counted, and any count of faults means: the Python reader decides.
"""

from dataclasses import dataclass, replace

from one_click.columns import (
    BY_NAME,
    COLUMNS,
    CONSENT,
    DECLINED,
    FEATURES,
    ID,
    PROFIT,
    RAW_ID,
    TABLES,
    TARGET,
    Column,
    Value,
)
from one_click.customers import sql_cells as sql
from one_click.customers.checking import _columns_of, _key_of
from one_click.customers.sql_cells import count, name, text

UNANSWERED, UNKNOWN = "unanswered", "unknown"
PLACE = "place"  # of a customer in the file
CP1251 = "cp1251"
READ_AS = {"utf-8": "utf-8", CP1251: "latin-1"}  # DuckDB has no cp1251; of both, a byte is a letter
CONSENT_COLUMN = BY_NAME["contact_allowed"]


@dataclass(frozen=True)
class Source:
    """Where the cells of a table stand.

    `relation` reads the file, of so many `rows`; `cells` has, by raw header, the SQL of a cell:
    text, NULL where it is empty, numbers in those of `typed`. `others` are columns of text that
    nobody reads. `encoding` is that of the file; see `READ_AS`.
    """

    relation: str
    rows: int
    cells: dict[str, str]
    typed: frozenset[str] = frozenset()
    others: tuple[str, ...] = ()
    encoding: str = "utf-8"

    def spelt(self, raw: str) -> str:
        """A text as the relation gives it."""
        return raw.encode(CP1251).decode("latin-1") if self.encoding == CP1251 else raw


@dataclass(frozen=True)
class _Category:
    raw: str
    values: tuple[Value, ...]
    may_be_empty: bool
    may_be_unknown: bool


def _mark(raw: str) -> str:
    return name(f"{raw} mark")


def _unknown(raw: str) -> str:
    return name(f"{raw} unknown")


def _categories(table: str, labelled: bool) -> list[_Category]:
    columns = (c for c in _columns_of(table, labelled) if c.kind != "number")
    months = tuple(c.month for c in COLUMNS if c.table == table and c.month)
    return [
        *(_Category(c.raw, c.values, c.feature, c.feature and not labelled) for c in columns),
        *(_Category(period, months, False, False) for period in _key_of(table)[1:]),
    ]


def _numbers(table: str) -> list[Column]:
    return [column for column in _columns_of(table) if column.kind == "number"]


def may_be_unknown() -> list[Column]:
    """Columns whose unknown values are no fault where there is no target."""
    return [column for column in COLUMNS if column.feature and column.kind != "number"]


def _spelt(value: Value, source: Source) -> Value:
    misspelt = tuple(source.spelt(wrong) for wrong in value.misspelt)
    return replace(value, raw=source.spelt(value.raw), misspelt=misspelt)


def staged(table: str, source: Source, labelled: bool) -> str:
    """Query of one table: value and mark of each column under raw headers, a row a row.

    Of a category that may be unknown, also the text that is.
    """
    ids = sql.id_value(source.cells[RAW_ID])
    in_cp1251 = source.encoding == CP1251
    parts = [f"{ids} AS {name(RAW_ID)}", f"{sql.harm(source.others, in_cp1251)} AS harmful"]
    if table == "customers":  # ids of the others are those, or else no customer's
        parts.append(f"{sql.id_mark(name(RAW_ID))} AS {_mark(RAW_ID)}")
    for category in _categories(table, labelled):
        raw, cell = category.raw, source.cells[category.raw]
        values = tuple(_spelt(value, source) for value in category.values)
        mark = sql.category_mark(cell, values, category.may_be_empty, in_cp1251)
        parts.append(f"{sql.category_value(cell, values)} AS {name(raw)}")
        parts.append(f"{mark} AS {_mark(raw)}")
        if category.may_be_unknown:
            is_unknown = f"{_mark(raw)} = {sql.UNKNOWN}"
            parts.append(f"CASE WHEN {is_unknown} THEN {cell} END AS {_unknown(raw)}")
    for column in _numbers(table):
        raw, cell, typed = column.raw, source.cells[column.raw], column.raw in source.typed
        mark = sql.number_mark(cell, name(raw), column, typed)
        parts.append(f"{sql.number_value(cell, typed)} AS {name(raw)}")
        parts.append(f"{mark} AS {_mark(raw)}")
    return f"SELECT {', '.join(parts)} FROM {source.relation}"


def judged(table: str, labelled: bool) -> str:
    """Query of a staged table, of one row: `rows`, `faults`, and by raw header what was mended.

    Faults are counts of whatever the Python reader must look at, of cells or of columns.
    """
    faults = [count("harmful")]
    mended = {}
    if table == "customers":
        faults += sql.id_faults(_mark(RAW_ID))
    for category in _categories(table, labelled):
        faults += sql.category_faults(_mark(category.raw), category.may_be_unknown)
        mended[category.raw] = count(f"{_mark(category.raw)} = {sql.MENDED}")
    for column in _numbers(table):
        faults += sql.number_faults(_mark(column.raw))
    if labelled and table == "customers":
        target = BY_NAME[TARGET]
        for value in target.values:
            of_class = count(f"{name(target.raw)} = {text(value.code)}")
            faults.append(f"CAST({of_class} < 2 AS INTEGER)")
    counts = [f"{each} AS {name(raw)}" for raw, each in mended.items()]
    columns = ", ".join(["count(*) AS rows", f"{' + '.join(faults)} AS faults", *counts])
    return f"SELECT {columns} FROM {table}"


def unknown_texts(raw: str, most: int) -> str:
    """Query of the unknown values of a column, so many at most."""
    column = _unknown(raw)
    return f"SELECT DISTINCT {column} FROM customers WHERE {column} IS NOT NULL LIMIT {most}"


def joined(labelled: bool) -> str:
    """Query of the staged tables: a row a customer, under names of the column table.

    Fewer rows than customers where a table lacks one, or one has not each month once; an id twice
    where a table has it twice.
    """
    consent = name(CONSENT_COLUMN.raw)
    parts = [f"{name(RAW_ID)} AS {ID}"]
    if labelled:
        declined = f"{name(BY_NAME[TARGET].raw)} = {text(DECLINED.code)}"
        parts.append(f"CAST({declined} AS BIGINT) AS {TARGET}")
    for column in (BY_NAME[each] for each in (*FEATURES, PROFIT)):
        value = name(column.name) if column.month else name(column.raw)
        if column == CONSENT_COLUMN:
            value = f"coalesce({value} = {text(CONSENT.code)}, false)"
        parts.append(f"{value} AS {name(column.name)}")
    texts = {} if labelled else {c.name: _unknown(c.raw) for c in may_be_unknown()}
    is_unknown = f"{texts[CONSENT_COLUMN.name]} IS NOT NULL" if texts else "false"
    names = [f"CASE WHEN {cell} IS NOT NULL THEN {text(of)} END" for of, cell in texts.items()]
    parts += [
        f"{consent} IS NULL AND NOT {is_unknown} AS {UNANSWERED}",
        f"concat_ws(',', {', '.join(names)}) AS {UNKNOWN}" if names else f"'' AS {UNKNOWN}",
        f"customers.rowid AS {PLACE}",
    ]
    others = (_a_row_an_id(table) for table in TABLES if table != "customers")
    joins = "".join(f" JOIN {other} USING ({name(RAW_ID)})" for other in others)
    return f"SELECT {', '.join(parts)} FROM customers{joins}"


def _a_row_an_id(table: str) -> str:
    """A table as it is, or its months side by side, of those who have each month once."""
    period = TABLES[table].period
    if not period:
        return table
    months = {
        column.name: f"{name(period)} = {text(column.month.code)}"
        for column in COLUMNS
        if column.table == table and column.month
    }
    parts = [
        f"max({name(BY_NAME[of].raw)}) FILTER (WHERE {month}) AS {name(of)}"
        for of, month in months.items()
    ]
    once = " AND ".join(f"{count(month)} = 1" for month in months.values())
    return (
        f"(SELECT {name(RAW_ID)}, {', '.join(parts)} FROM {table} GROUP BY {name(RAW_ID)} "
        f"HAVING {once}) AS {table}_by_month"
    )
