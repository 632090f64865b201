"""The four raw tables, read in any of their dialects and checked against the column table.

A dialect is a separator (`;`, `,` or tab), a decimal point or comma, LF or CRLF, UTF-8 with or
without a byte order mark, or cp1251. All give the same frames. Every fault of every table is found
before anything is said, so that a person mends the files once.
"""

import io
import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from one_click.columns import COLUMNS, RAW_ID, TABLES, TARGET, Column, Value
from one_click.stage import InputError

ROWS_SHOWN = 5


@dataclass(frozen=True)
class RawTables:
    """What was read: frames by table, mended cells by column, encoding by file."""

    frames: dict[str, pd.DataFrame]
    mended: dict[str, int]
    encodings: dict[str, str]


def _rows(index: Iterable[int]) -> str:
    """Lines of the file, the header being line 1; a few, and how many more."""
    lines = sorted(int(row) + 2 for row in index)
    shown = ", ".join(map(str, lines[:ROWS_SHOWN]))
    more = f" and {len(lines) - ROWS_SHOWN} more" if len(lines) > ROWS_SHOWN else ""
    return f"row{'s' if len(lines) > 1 else ''} {shown}{more}"


def decode(content: bytes) -> tuple[str, str]:
    """Text of a file and its encoding: UTF-8, or else cp1251.

    Raises
    ------
    UnicodeDecodeError
        Where it is neither.
    """
    try:
        return content.decode("utf-8-sig"), "utf-8"
    except UnicodeDecodeError:
        return content.decode("cp1251"), "cp1251"


def read_cells(text: str) -> pd.DataFrame:
    """Cells as stripped text, an empty one as "", under the header as it is written.

    Raises
    ------
    ValueError
        For an empty file, a header alone, a doubled column or rows of differing length.
    """
    header = text.partition("\n")[0]
    if not text.strip():
        raise ValueError("the file is empty: export the table again")
    separator = max(";,\t", key=header.count)
    names = [name.strip().strip('"').strip() for name in header.rstrip("\r").split(separator)]
    doubled = sorted({name for name in names if names.count(name) > 1})
    if doubled:
        raise ValueError(f"column «{doubled[0]}» stands twice in the header: keep one of them")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", pd.errors.ParserWarning)
            cells = pd.read_csv(
                io.StringIO(text),
                sep=separator,
                index_col=False,
                dtype=str,
                keep_default_na=False,
                skip_blank_lines=False,
            )
    except (pd.errors.ParserError, pd.errors.ParserWarning) as error:
        problem = " ".join(str(error).split()).removeprefix("Error tokenizing data. C error: ")
        raise ValueError(f"rows longer than the header ({problem}): correct them") from None
    cells.columns = names
    cells = cells.fillna("").apply(lambda column: column.str.strip())
    cells = cells[(cells != "").any(axis="columns")]
    if cells.empty:
        raise ValueError("only a header, no rows: export the table again")
    return cells


def as_numbers(cells: pd.Series) -> tuple[pd.Series, pd.Index]:
    """Numbers of a column of text, empty as missing, and the index of cells that are none."""
    filled = cells[cells != ""]
    numbers = pd.to_numeric(filled.str.replace(",", ".", regex=False), errors="coerce")
    numbers = numbers.astype("float64").replace([np.inf, -np.inf], np.nan)
    return numbers.reindex(cells.index), numbers.index[numbers.isna()]


def as_codes(cells: pd.Series, values: Iterable[Value]) -> tuple[pd.Series, pd.Index, int]:
    """Codes of a column of raw values; the index of unknown ones; how many were misspelt."""
    codes = {value.raw: value.code for value in values}
    misspelt = {wrong: value.code for value in values for wrong in value.misspelt}
    known = cells.map(codes | misspelt)
    unknown = known.index[known.isna() & (cells != "")]
    return known.astype(object).where(known.notna(), None), unknown, int(cells.isin(misspelt).sum())


def _columns_of(table: str) -> list[Column]:
    """One column a raw header (a month's column stands for all months of its table)."""
    return list({column.raw: column for column in COLUMNS if column.table == table}.values())


def _schema(table: str):
    """The pandera schema of a raw table, derived from the column table."""
    import pandera.pandas as pa

    columns = {}
    for column in _columns_of(table):
        bounds = {"min_value": column.low, "max_value": column.high}
        checks = [
            check(bound)
            for check, bound in zip((pa.Check.ge, pa.Check.le), bounds.values(), strict=True)
            if bound is not None
        ]
        nullable = column.feature
        dtype = float if column.kind == "number" else None
        columns[column.raw] = pa.Column(dtype, checks=checks, nullable=nullable)
    key = [RAW_ID]
    columns[RAW_ID] = pa.Column("Int64", nullable=False)
    if TABLES[table].period:
        key.append(TABLES[table].period)
        columns[TABLES[table].period] = pa.Column(nullable=False)
    return pa.DataFrameSchema(columns, unique=key, report_duplicates="exclude_first")


_PROBLEMS = {
    "not_nullable": "empty; fill it in",
    "multiple_fields_uniqueness": "stands twice; keep one row",
}


def _schema_faults(table: str, frame: pd.DataFrame, already: set[tuple[str, int]]) -> list[str]:
    """Faults that pandera finds, a line a column and check; `already` holds cells told before."""
    import pandera.errors

    try:
        _schema(table).validate(frame, lazy=True)
    except pandera.errors.SchemaErrors as errors:
        cases = errors.failure_cases
    else:
        return []
    key = "» and «".join([RAW_ID, TABLES[table].period] if TABLES[table].period else [RAW_ID])
    faults = []
    for (column, check), group in cases.groupby(["column", "check"], sort=True, dropna=False):
        unique = str(check) == "multiple_fields_uniqueness"
        index = sorted({int(row) for row in group["index"]})
        index = [row for row in index if unique or (str(column), row) not in already]
        if not index:
            continue
        name = key if unique else column
        problem = _PROBLEMS.get(str(check), f"out of range ({check}); correct it")
        faults.append(f"column «{name}», {_rows(index)}: {problem}")
    return faults


def convert(table: str, cells: pd.DataFrame) -> tuple[pd.DataFrame, dict[str, int], list[str]]:
    """Turn the cells of one table into numbers and codes.

    Returns
    -------
    frame, mended, faults
        The frame under its raw headers; misspelt cells that were mended, by raw header; a line a
        fault.
    """
    period = TABLES[table].period
    columns = _columns_of(table)
    needed = [RAW_ID, *([period] if period else []), *(column.raw for column in columns)]
    missing = [name for name in needed if name not in cells.columns]
    if missing:
        there = ", ".join(f"«{name}»" for name in cells.columns)
        return (
            cells,
            {},
            [f"column «{name}»: missing; the header has {there}: rename it" for name in missing],
        )
    frame, mended, faults, told = pd.DataFrame(index=cells.index), {}, [], set()

    def tell(raw: str, index: pd.Index, problem: str) -> None:
        if len(index):
            told.update((raw, int(row)) for row in index)
            values = sorted(set(cells.loc[index, raw]))[:3]
            shown = ", ".join(f"«{value}»" for value in values)
            faults.append(f"column «{raw}», {_rows(index)}: {shown} {problem}")

    ids, no_ids = as_numbers(cells[RAW_ID])
    no_ids = no_ids.union(ids.index[ids.notna() & ((ids % 1 != 0) | (ids.abs() > 2**53))])
    tell(RAW_ID, no_ids, "is no whole number; correct the id")
    frame[RAW_ID] = ids.drop(no_ids).reindex(ids.index).astype("Int64")
    coded = [(column.raw, column.values) for column in columns if column.kind != "number"]
    if period:
        months = [c.month for c in COLUMNS if c.table == table]
        coded.append((period, months))
    for raw, values in coded:
        frame[raw], unknown, count = as_codes(cells[raw], values)
        expected = ", ".join(value.raw for value in values)
        tell(raw, unknown, f"is unknown; expected one of {expected}: correct it")
        if count:
            mended[raw] = count
    for column in columns:
        if column.kind == "number":
            frame[column.raw], wrong = as_numbers(cells[column.raw])
            tell(column.raw, wrong, "is no finite number; write digits only")
    return frame, mended, faults + _schema_faults(table, frame, told)


def _disagreements(frames: dict[str, pd.DataFrame]) -> list[str]:
    """Customers that a table lacks, or that lack a month, a line a table and month."""
    ids = {}
    for table, frame in frames.items():
        if TABLES[table].period:
            for column in COLUMNS:
                if column.table == table:
                    of_month = frame[TABLES[table].period] == column.month.code
                    ids[table, column.month.raw] = set(frame.loc[of_month, RAW_ID])
        else:
            ids[table, None] = set(frame[RAW_ID])
    everyone = set().union(*ids.values())
    faults = []
    for (table, month), present in ids.items():
        absent = sorted(everyone - present)
        if absent:
            shown = ", ".join(map(str, absent[:ROWS_SHOWN]))
            more = f" and {len(absent) - ROWS_SHOWN} more" if len(absent) > ROWS_SHOWN else ""
            where = f" for «{month}»" if month else ""
            faults.append(
                f"{TABLES[table].file}: column «{RAW_ID}»: no row{where} for {shown}{more}, "
                "who stand in another table: add the rows or take them out everywhere"
            )
    return faults


def read_tables(folder: Path) -> RawTables:
    """Read and check the four raw tables of a folder.

    Raises
    ------
    InputError
        A line a fault: file, column, rows (line of the file, the header being 1), what to do.
    """
    if not folder.is_dir():
        raise InputError(f"{folder}: no such folder; set `tables` in params.yaml")
    frames, mended, encodings, faults = {}, {}, {}, []
    for table, described in TABLES.items():
        path = folder / described.file
        try:
            text, encodings[described.file] = decode(path.read_bytes())
            cells = read_cells(text)
        except FileNotFoundError:
            faults.append(f"{path}: no such file; put it there or set `tables` to its folder")
        except UnicodeDecodeError:
            faults.append(f"{path}: neither UTF-8 nor cp1251; save it as UTF-8")
        except (OSError, ValueError) as error:
            faults.append(f"{path}: {error}")
        else:
            frames[table], mended_here, faults_here = convert(table, cells)
            mended |= mended_here
            faults += [f"{path}: {fault}" for fault in faults_here]
    if not faults:
        faults = [f"{folder}/{fault}" for fault in _disagreements(frames)]
    if not faults:
        faults = [f"{folder}/{fault}" for fault in _single_class(frames["customers"])]
    if faults:
        raise InputError("\n".join(faults))
    return RawTables(frames, mended, encodings)


def _single_class(customers: pd.DataFrame) -> list[str]:
    """A target with one class teaches nothing."""
    (target,) = (column for column in COLUMNS if column.name == TARGET)
    counts = customers[target.raw].value_counts()
    rare = [value.raw for value in target.values if counts.get(value.code, 0) < 2]
    return [
        f"{TABLES[target.table].file}: column «{target.raw}»: fewer than 2 rows of «{raw}», all "
        f"{len(customers)} rows looked at: give rows of both classes"
        for raw in rare
    ]
