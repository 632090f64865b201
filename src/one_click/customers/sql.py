"""The reading of the raw tables in SQL, written from the column table: text, nothing is run here.

SQL says a table's cells where it can promise the cells that `reading` would give; what it cannot is
marked in its row and counted, and any count of faults means: the Python reader decides. A mark is
a small whole number beside each cell; the constants below say which.
"""

from collections.abc import Iterable
from dataclasses import dataclass

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
from one_click.customers.checking import _columns_of, _key_of
from one_click.customers.ids import (
    BARE_EXPONENT,
    LEFT_OVER,
    LONG,
    LONG_ROUND,
    LONGEST,
    NO_NAMES,
    POINT_ZERO,
)
from one_click.customers.numbers import NUMBER, THOUSANDS, THREE_DECIMALS, WHOLE

FINE, FAULT = 0, 1
MENDED, UNKNOWN = 2, 3  # of a category
WHOLE_MARKED, THOUSANDS_MARKED, THREE_MARKED, OTHER_MARKED = 2, 3, 4, 5  # of a number with a point
COMMA = 10  # more than that with a point
WITH_LETTER, BARE, ROUND, NOT_ROUND = 2, 3, 4, 5  # of an id; the last two are long
PLAIN_ID = rf"[0-9A-Za-z][0-9A-Za-z_.:/@#+-]{{0,{LONGEST - 1}}}"
SHORT_NUMBER = "[0-9]{1,15}"  # most ids; no spreadsheet spoils one
HARMLESS = "[ !#-~А-яЁё«»№–—]*"  # of columns that nobody reads: no quote, nothing that NFC changes
LONGEST_CELL = 1_000
UNANSWERED, UNKNOWN_COLUMNS = "unanswered", "unknown"
CONSENT_COLUMN = "contact_allowed"


@dataclass(frozen=True)
class Source:
    """Where the cells of a table stand.

    `relation` reads the file; `cells` has, by raw header, the SQL of a cell. Cells are text, NULL
    where empty; numbers in those of `typed`. `others` are columns that nobody reads: the Python
    reader reads on where one of them is not harmless text.
    """

    relation: str
    cells: dict[str, str]
    typed: frozenset[str] = frozenset()
    others: tuple[str, ...] = ()


def name(identifier: str) -> str:
    """A name in quotes."""
    return '"' + identifier.replace('"', '""') + '"'


def text(value: str) -> str:
    """A text in quotes."""
    return "'" + value.replace("'", "''") + "'"


def _fits(cell: str, pattern: str) -> str:
    return f"regexp_full_match({cell}, {text(pattern)})"


def _one_of(cell: str, values: Iterable[str]) -> str:
    return f"{cell} IN ({', '.join(map(text, values))})"


def _count(condition: str) -> str:
    return f"count(*) FILTER (WHERE {condition})"


def _mark(raw: str) -> str:
    return name(f"{raw} mark")


def _unknown(raw: str) -> str:
    return name(f"{raw} unknown")


def _categories(table: str, labelled: bool) -> list[tuple[str, tuple[Value, ...], bool]]:
    """Raw header and values of each category, and of the months, and whether it may be empty."""
    columns = [c for c in _columns_of(table, labelled) if c.kind != "number"]
    months = tuple(c.month for c in COLUMNS if c.table == table and c.month)
    periods = [(period, months, False) for period in _key_of(table)[1:]]
    return [(column.raw, column.values, column.feature) for column in columns] + periods


def _numbers(table: str) -> list[Column]:
    return [column for column in _columns_of(table) if column.kind == "number"]


def flagged() -> list[Column]:
    """Columns whose unknown values are no fault where there is no target."""
    return [c for c in COLUMNS if c.feature and c.kind != "number"]


def staged(table: str, source: Source, labelled: bool) -> str:
    """Query of one table: id, value and mark of each column under raw headers, a row a row.

    Of a category that may be unknown, also the text that is.
    """
    parts = [
        f"CASE WHEN {_fits('cell', POINT_ZERO)} THEN left(cell, -2) ELSE cell END".replace(
            "cell", source.cells[RAW_ID]
        )
        + f" AS {name(RAW_ID)}"
    ]
    if table == "customers":
        parts.append(f"{_id_mark(name(RAW_ID))} AS {_mark(RAW_ID)}")
    for raw, values, may_be_empty in _categories(table, labelled):
        cell, mark = source.cells[raw], _mark(raw)
        codes = {value.raw: value.code for value in values}
        misspelt = {wrong: value.code for value in values for wrong in value.misspelt}
        cases = " ".join(
            f"WHEN {text(k)} THEN {text(code)}" for k, code in (codes | misspelt).items()
        )
        mended = f"WHEN {_one_of(cell, misspelt)} THEN {MENDED} " if misspelt else ""
        parts += [
            f"CASE {cell} {cases} END AS {name(raw)}",
            f"CASE WHEN {cell} IS NULL THEN {FINE if may_be_empty else FAULT} "
            f"WHEN {_one_of(cell, codes)} THEN {FINE} {mended}ELSE {UNKNOWN} END AS {mark}",
        ]
        if may_be_empty and not labelled:
            parts.append(f"CASE WHEN {mark} = {UNKNOWN} THEN {cell} END AS {_unknown(raw)}")
    for column in _numbers(table):
        parts += _number(column, source.cells[column.raw], column.raw in source.typed)
    harm = " OR ".join(
        f"NOT {_fits(cell, HARMLESS)} OR length({cell}) > {LONGEST_CELL}" for cell in source.others
    )
    parts.append(f"coalesce({harm or 'false'}, false) AS harmful")
    return f"SELECT {', '.join(parts)} FROM {source.relation}"


def _id_mark(cell: str) -> str:
    cases = [
        (f"{cell} IS NULL", FAULT),
        (_fits(cell, SHORT_NUMBER), FINE),
        (f"NOT {_fits(cell, PLAIN_ID)}", FAULT),
        (_one_of(f"lower({cell})", NO_NAMES), FAULT),
        (_fits(cell, LEFT_OVER), FAULT),
        (_fits(cell, BARE_EXPONENT), BARE),
        (_fits(cell, LONG_ROUND), ROUND),
        (_fits(cell, LONG), NOT_ROUND),
        (f"regexp_matches({cell}, '[A-Za-z]')", WITH_LETTER),
    ]
    return f"CASE {' '.join(f'WHEN {case} THEN {mark}' for case, mark in cases)} ELSE {FINE} END"


def _number(column: Column, cell: str, typed: bool) -> list[str]:
    """Value and mark of a number; zero has no sign."""
    value, mark = name(column.raw), _mark(column.raw)
    if typed:
        number = f"CASE WHEN NOT isnan({cell}) THEN {cell} + 0.0 END"
        empty = f"{value} IS NULL"
    else:
        number = f"try_cast(replace({cell}, ',', '.') AS DOUBLE) + 0.0"
        number = f"CASE WHEN {_fits(cell, NUMBER)} THEN {number} END"
        empty = f"{cell} IS NULL"
    bounds = [f"{value} >= {column.low!r}::DOUBLE"] if column.low is not None else []
    bounds += [f"{value} <= {column.high!r}::DOUBLE"] if column.high is not None else []
    beyond = f" AND 1000 * abs({value}) <= {column.high!r}::DOUBLE" if column.high else ""
    sound = " AND ".join([f"{value} IS NOT NULL", f"isfinite({value})", *bounds])
    marked = (
        f"CASE WHEN contains({cell}, ',') THEN {COMMA} ELSE 0 END "
        f"+ CASE WHEN {_fits(cell, WHOLE)} THEN {WHOLE_MARKED} "
        f"WHEN {_fits(cell, THOUSANDS)}{beyond} THEN {THOUSANDS_MARKED} "
        f"WHEN {_fits(cell, THREE_DECIMALS)} THEN {THREE_MARKED} ELSE {OTHER_MARKED} END"
    )
    plain = "true" if typed else f"NOT contains({cell}, ',') AND NOT contains({cell}, '.')"
    return [
        f"{number} AS {value}",
        f"CASE WHEN {empty} THEN {FINE if column.feature else FAULT} "
        f"WHEN NOT ({sound}) THEN {FAULT} WHEN {plain} THEN {FINE} "
        f"ELSE {'0' if typed else marked} END AS {mark}",
    ]


def judged(table: str, labelled: bool) -> str:
    """Query of a staged table, of one row: `rows`, `faults`, and by raw header what was mended.

    Faults are counts of whatever the Python reader must look at, of cells or of columns.
    """
    faults = [_count("harmful")]
    counts = {}
    if not TABLES[table].period:
        faults.append(f"count(*) - count(DISTINCT {name(RAW_ID)})")
    if table == "customers":
        faults += _id_faults(_mark(RAW_ID))
    for raw, _, may_be_empty in _categories(table, labelled):
        faulty = [FAULT] if may_be_empty and not labelled else [FAULT, UNKNOWN]
        faults.append(_count(f"{_mark(raw)} IN ({', '.join(map(str, faulty))})"))
        counts[f"mended {raw}"] = _count(f"{_mark(raw)} = {MENDED}")
        if faulty == [FAULT]:  # a spelling, not a new value, where most are unknown
            unknown = _count(f"{_mark(raw)} = {UNKNOWN}")
            filled = f"({unknown} + count({name(raw)}))"
            faults.append(f"CAST(2 * {unknown} > {filled} AS INTEGER)")
    for column in _numbers(table):
        faults += _number_faults(_mark(column.raw))
    if labelled and table == "customers":
        target = BY_NAME[TARGET]
        for value in target.values:
            of_class = _count(f"{name(target.raw)} = {text(value.code)}")
            faults.append(f"CAST({of_class} < 2 AS INTEGER)")
    named = [f"{count} AS {name(key)}" for key, count in counts.items()]
    columns = ", ".join(["count(*) AS rows", f"{' + '.join(faults)} AS faults", *named])
    return f"SELECT {columns} FROM {table}"


def _id_faults(mark: str) -> list[str]:
    count = {kind: _count(f"{mark} = {kind}") for kind in (BARE, WITH_LETTER, ROUND, NOT_ROUND)}
    return [
        _count(f"{mark} = {FAULT}"),
        f"CAST({count[BARE]} > 0 AND {count[WITH_LETTER]} = 0 AS INTEGER)",
        f"CAST({count[ROUND]} > 0 AND {count[NOT_ROUND]} = 0 AS INTEGER)",
    ]


def _number_faults(mark: str) -> list[str]:
    faults = [
        _count(f"{mark} = {FAULT}"),
        f"CAST({_count(f'{mark} > {COMMA}')} > 0 "
        f"AND {_count(f'{mark} BETWEEN {WHOLE_MARKED} AND {OTHER_MARKED}')} > 0 AS INTEGER)",
    ]
    for more in (0, COMMA):
        alike = _count(f"{mark} = {more + THOUSANDS_MARKED}")
        three = _count(f"{mark} = {more + THREE_MARKED}")
        others = _count(f"{mark} IN ({more + THREE_MARKED}, {more + OTHER_MARKED})")
        shown = f"{others} > 0 AND ({alike} >= {others} OR {three} > 0)"  # that it is a decimal
        faults.append(f"CAST({alike} > 0 AND NOT ({shown}) AS INTEGER)")
    return faults


def unknown_texts(raw: str, most: int) -> str:
    """Query of a staged table's unknown values of a column, so many at most."""
    return (
        f"SELECT DISTINCT {_unknown(raw)} FROM customers WHERE {_unknown(raw)} IS NOT NULL "
        f"LIMIT {most}"
    )


def base(labelled: bool) -> str:
    """Query of the staged tables: a row a customer, under names of the column table.

    Fewer rows than customers where a table lacks one of them, or a month of one.
    """
    target = f"{name(BY_NAME[TARGET].raw)} = {text(DECLINED.code)}"
    consent = BY_NAME[CONSENT_COLUMN].raw
    flags = [] if labelled else flagged()
    unknown = [f"CASE WHEN {_unknown(c.raw)} IS NOT NULL THEN {text(c.name)} END" for c in flags]
    refused = f" AND {_unknown(consent)} IS NULL" if flags else ""
    parts = [f"{name(RAW_ID)} AS {ID}", "customers.rowid AS place"]
    if labelled:
        parts.append(f"CAST({target} AS BIGINT) AS {TARGET}")
    for column in (BY_NAME[each] for each in (*FEATURES, PROFIT)):
        value = name(column.name) if column.month else name(column.raw)
        if column.kind == "consent":
            value = f"coalesce({value} = {text(CONSENT.code)}, false)"
        parts.append(f"{value} AS {name(column.name)}")
    parts.append(f"{name(consent)} IS NULL{refused} AS {UNANSWERED}")
    parts.append(
        f"concat_ws(',', {', '.join(unknown)}) AS {UNKNOWN_COLUMNS}"
        if unknown
        else f"'' AS {UNKNOWN_COLUMNS}"
    )
    others = "".join(
        f" JOIN {_a_row_an_id(table)} USING ({name(RAW_ID)})"
        for table in TABLES
        if table != "customers"
    )
    return f"SELECT {', '.join(parts)} FROM customers{others}"


def _a_row_an_id(table: str) -> str:
    """A table as it is, or its months side by side, of those who have each month once."""
    period = TABLES[table].period
    if not period:
        return table
    parts, months = [], []
    for column in COLUMNS:
        if column.table == table and column.month:
            of_month = f"{name(period)} = {text(column.month.code)}"
            values = f"max({name(column.raw)}) FILTER (WHERE {of_month})"
            parts.append(f"{values} AS {name(column.name)}")
            months.append(f"{_count(of_month)} = 1")
    return (
        f"(SELECT {name(RAW_ID)}, {', '.join(parts)} FROM {table} GROUP BY {name(RAW_ID)} "
        f"HAVING {' AND '.join(months)})"
    )
