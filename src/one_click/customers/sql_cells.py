"""One cell in SQL: its value, a mark, and what of a column's marks is for the Python reader.

A mark is a small whole number. The patterns are those of `ids` and `numbers`, the rules theirs too;
where a rule is of a whole column, marks are counted.
"""

from collections.abc import Iterable

from one_click.columns import Column, Value
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
MENDED, UNKNOWN, EMPTY = 2, 3, 4  # of a category
WHOLE_MARKED, THOUSANDS_MARKED, THREE_MARKED, OTHER_MARKED = 2, 3, 4, 5  # of a number with a point
COMMA = 10  # more than that with a comma
WITH_LETTER, BARE, ROUND, NOT_ROUND = 2, 3, 4, 5  # of an id; the last two of a long one
PLAIN_ID = rf"[0-9A-Za-z][0-9A-Za-z_.:/@#+-]{{0,{LONGEST - 1}}}"
SHORT_NUMBER = "[0-9]{1,15}"  # most ids; what a spreadsheet leaves of others is none
# Of columns that nobody reads: no quote, no line end, nothing that becomes another letter; of
# cp1251, read as latin-1, no byte that a letter in UTF-8 ends with.
HARMLESS, HARMLESS_IN_CP1251 = "[ !#-~А-яЁё«»№–—]*", "[ !#-~À-ÿ]*"
LONGEST_CELL = 1_000


def name(identifier: str) -> str:
    """A name in quotes."""
    return '"' + identifier.replace('"', '""') + '"'


def text(value: str) -> str:
    """A text in quotes."""
    return "'" + value.replace("'", "''") + "'"


def count(condition: str) -> str:
    """How many rows there are of a condition."""
    return f"count(*) FILTER (WHERE {condition})"


def _fits(cell: str, pattern: str) -> str:
    return f"regexp_full_match({cell}, {text(pattern)})"


def _one_of(cell: str, values: Iterable[str]) -> str:
    return f"{cell} IN ({', '.join(map(text, values))})"


def _marked(cases: list[tuple[str, int | str]], otherwise: int | str) -> str:
    whens = " ".join(f"WHEN {condition} THEN {mark}" for condition, mark in cases)
    return f"CAST(CASE {whens} ELSE {otherwise} END AS UTINYINT)"


def id_value(cell: str) -> str:
    """An id as text; 1001 of a float column's 1001.0."""
    with_zero = f"suffix({cell}, '.0') OR suffix({cell}, ',0')"
    zero = f"CASE WHEN {_fits(cell, POINT_ZERO)} THEN left({cell}, -2) ELSE {cell} END"
    return f"CASE WHEN {with_zero} THEN {zero} ELSE {cell} END"


def id_mark(value: str) -> str:
    """Whether an id is plain, or one of those that the whole column decides on."""
    cases: list[tuple[str, int | str]] = [
        (f"{value} IS NULL", FAULT),
        (_fits(value, SHORT_NUMBER), FINE),
        (f"NOT {_fits(value, PLAIN_ID)}", FAULT),
        (_one_of(f"lower({value})", NO_NAMES), FAULT),
        (_fits(value, LEFT_OVER), FAULT),
        (_fits(value, BARE_EXPONENT), BARE),
        (_fits(value, LONG_ROUND), ROUND),
        (_fits(value, LONG), NOT_ROUND),
        (f"regexp_matches({value}, '[A-Za-z]')", WITH_LETTER),
    ]
    return _marked(cases, FINE)


def id_faults(mark: str) -> list[str]:
    """Ids of which a spreadsheet may have made others: `12e4` where no other has a letter."""
    counts = {kind: count(f"{mark} = {kind}") for kind in (BARE, WITH_LETTER, ROUND, NOT_ROUND)}
    return [
        count(f"{mark} = {FAULT}"),
        f"CAST({counts[BARE]} > 0 AND {counts[WITH_LETTER]} = 0 AS INTEGER)",
        f"CAST({counts[ROUND]} > 0 AND {counts[NOT_ROUND]} = 0 AS INTEGER)",
    ]


def category_value(cell: str, values: tuple[Value, ...]) -> str:
    """The code of a raw value, well or badly spelt; NULL of an unknown one."""
    codes = {value.raw: value.code for value in values}
    codes |= {wrong: value.code for value in values for wrong in value.misspelt}
    kind = f"ENUM ({', '.join(text(value.code) for value in values)})"
    cases = (f"WHEN {text(raw)} THEN CAST({text(code)} AS {kind})" for raw, code in codes.items())
    return f"CASE {cell} {' '.join(cases)} END"


def category_mark(cell: str, values: tuple[Value, ...], may_be_empty: bool, in_cp1251: bool) -> str:
    """Whether a value is empty, known, mended or unknown; in cp1251 the latter is for Python."""
    misspelt = [wrong for value in values for wrong in value.misspelt]
    cases: list[tuple[str, int | str]] = [
        (f"{cell} IS NULL", EMPTY if may_be_empty else FAULT),
        (_one_of(cell, (value.raw for value in values)), FINE),
    ]
    cases += [(_one_of(cell, misspelt), MENDED)] if misspelt else []
    return _marked(cases, FAULT if in_cp1251 else UNKNOWN)


def category_faults(mark: str, may_be_unknown: bool) -> list[str]:
    """Cells that are no value; of a column where a value may be unknown, whether most are."""
    unknown = count(f"{mark} = {UNKNOWN}")
    if not may_be_unknown:
        return [count(f"{mark} = {FAULT}"), unknown]
    known = count(f"{mark} IN ({FINE}, {MENDED})")
    return [count(f"{mark} = {FAULT}"), f"CAST({unknown} > {known} AS INTEGER)"]


def number_value(cell: str, typed: bool) -> str:
    """A number; zero has no sign."""
    if typed:
        return f"CASE WHEN NOT isnan({cell}) THEN {cell} + 0.0 END"
    number = f"try_cast(replace({cell}, ',', '.') AS DOUBLE) + 0.0"
    return f"CASE WHEN {_fits(cell, NUMBER)} THEN {number} END"


def number_mark(cell: str, value: str, column: Column, typed: bool) -> str:
    """Whether a number is one, within its bounds, and what its point or comma may be."""
    sound = [f"{value} IS NOT NULL", f"isfinite({value})"]
    sound += [f"{value} >= CAST({column.low!r} AS DOUBLE)"] if column.low is not None else []
    sound += [f"{value} <= CAST({column.high!r} AS DOUBLE)"] if column.high is not None else []
    cases: list[tuple[str, int | str]] = [
        (f"{value if typed else cell} IS NULL", FINE if column.feature else FAULT),
        (f"NOT ({' AND '.join(sound)})", FAULT),
    ]
    if typed:
        return _marked(cases, FINE)
    most = "true" if column.high is None else f"1000 * abs({value}) <= {float(column.high)!r}"
    for sign, more in ((".", 0), (",", COMMA)):
        kinds: list[tuple[str, int | str]] = [
            (_fits(cell, WHOLE), WHOLE_MARKED),
            (f"{cell} NOT LIKE '%{sign}___'", OTHER_MARKED),  # spares most cells two patterns
            (f"{_fits(cell, THOUSANDS)} AND {most}", THOUSANDS_MARKED),
            (_fits(cell, THREE_DECIMALS), THREE_MARKED),
        ]
        cases.append((f"contains({cell}, '{sign}')", f"{more} + {_marked(kinds, OTHER_MARKED)}"))
    return _marked(cases, FINE)


def number_faults(mark: str) -> list[str]:
    """Cells that are no number; commas among points; a mark that may part thousands."""
    point = count(f"{mark} BETWEEN {WHOLE_MARKED} AND {OTHER_MARKED}")
    both = f"CAST({count(f'{mark} > {COMMA}')} > 0 AND {point} > 0 AS INTEGER)"
    faults = [count(f"{mark} = {FAULT}"), both]
    for more in (0, COMMA):
        alike = count(f"{mark} = {more + THOUSANDS_MARKED}")
        three = count(f"{mark} = {more + THREE_MARKED}")
        others = count(f"{mark} IN ({more + THREE_MARKED}, {more + OTHER_MARKED})")
        shown = f"{others} > 0 AND ({alike} >= {others} OR {three} > 0)"  # that it is a decimal
        faults.append(f"CAST({alike} > 0 AND NOT ({shown}) AS INTEGER)")
    return faults


def harm(cells: tuple[str, ...], in_cp1251: bool) -> str:
    """Whether text that nobody reads may be read in two ways, and shift what is read."""
    pattern = HARMLESS_IN_CP1251 if in_cp1251 else HARMLESS
    each = [f"NOT {_fits(cell, pattern)} OR length({cell}) > {LONGEST_CELL}" for cell in cells]
    return f"coalesce({' OR '.join(each)}, false)" if each else "false"
