"""The four raw tables, read in any of their dialects and checked against the column table.

A dialect is a separator (`;`, `,` or tab), a decimal point or comma, LF or CRLF, UTF-8 with or
without a byte order mark, or cp1251. All give the same frames. Every fault of every table is found
before anything is said, so that a person mends the files once.
"""

import csv
import io
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from one_click.columns import COLUMNS, RAW_ID, TABLES, TARGET, Column, Value
from one_click.stage import InputError

ROWS_SHOWN = 5
VALUES_SHOWN = 3
LONGEST_SHOWN = 40
MAX_ID_DIGITS = 15  # what a float holds exactly: an id may be written 1001.0


@dataclass(frozen=True)
class RawTables:
    """What was read: frames by table, mended cells by column, encoding by file.

    `unknown` holds, by raw header, the ids whose value is in no list of the column table: only
    tables to score may have such, and they stand as missing.
    """

    frames: dict[str, pd.DataFrame]
    mended: dict[str, int]
    encodings: dict[str, str]
    unknown: dict[str, list[int]]


def _rows(lines: Iterable[int]) -> str:
    """Lines of the file, the header being line 1; a few, and how many more."""
    lines = sorted(lines)
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
        if b"\0" in content:  # UTF-16, which cp1251 would take letter by letter
            raise UnicodeDecodeError("utf-8", content, 0, 1, "a zero byte")
        return content.decode("utf-8-sig"), "utf-8"
    except UnicodeDecodeError:
        if b"\0" in content:
            raise
        return content.decode("cp1251"), "cp1251"


def read_cells(text: str) -> pd.DataFrame:
    """Cells as stripped text, an empty one as "", by header; the index is the line of the file.

    Raises
    ------
    ValueError
        For an empty file, a header alone, a doubled column or rows of differing length.
    """
    if not text.strip():
        raise ValueError("the file is empty: export the table again")
    separator = max(";,\t", key=text.lstrip().splitlines()[0].count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, skipinitialspace=True)
    rows, line = {}, 1
    try:
        for row in reader:
            cells = [" ".join(cell.split()) for cell in row]
            if any(cells):
                rows[line] = cells
            line = reader.line_num + 1
    except csv.Error as error:
        raise ValueError(f"row {line}: {error}; correct it (is a quote left open?)") from None
    names = rows.pop(min(rows))
    doubled = sorted({name for name in names if names.count(name) > 1})
    if doubled:
        raise ValueError(f"column «{doubled[0]}» stands twice in the header: keep one of them")
    if not rows:
        raise ValueError("only a header, no rows: export the table again")
    uneven = [line for line, cells in rows.items() if len(cells) != len(names)]
    if uneven:
        raise ValueError(
            f"{_rows(uneven)}: more or fewer cells than the {len(names)} of the header; correct it"
        )
    return pd.DataFrame(list(rows.values()), index=list(rows), columns=names, dtype="str")


def as_numbers(cells: pd.Series) -> tuple[pd.Series, pd.Index]:
    """Numbers of a column of text, empty as missing, and the index of cells that are none."""
    filled = cells[cells != ""]
    numbers = pd.to_numeric(filled.str.replace(",", ".", regex=False), errors="coerce")
    numbers = numbers.astype("float64").replace([np.inf, -np.inf], np.nan)
    return numbers.reindex(cells.index), numbers.index[numbers.isna()]


_OTHER_MARK = "has a decimal comma, others of the column a point; use one of them"


def _with_other_mark(cells: pd.Series) -> pd.Index:
    """Cells with a comma, where others of the column have a point: one of the two is no decimal."""
    comma, point = cells.str.contains(",", regex=False), cells.str.contains(".", regex=False)
    return cells.index[comma] if point.any() else cells.index[:0]


def as_codes(cells: pd.Series, values: Iterable[Value]) -> tuple[pd.Series, pd.Index, int]:
    """Codes of a column of raw values; the index of unknown ones; how many were misspelt."""
    codes = {value.raw: value.code for value in values}
    misspelt = {wrong: value.code for value in values for wrong in value.misspelt}
    known = cells.map(codes | misspelt)
    unknown = known.index[known.isna() & (cells != "")]
    return known.astype(object).where(known.notna(), None), unknown, int(cells.isin(misspelt).sum())


def _key_of(table: str) -> list[str]:
    """Raw headers that name a row: the id, and the month where a customer has a row a month."""
    period = TABLES[table].period
    return [RAW_ID, period] if period else [RAW_ID]


def _columns_of(table: str, labelled: bool = True) -> list[Column]:
    """One column a raw header (a month's column stands for all months of its table)."""
    columns = (c for c in COLUMNS if c.table == table and (labelled or c.name != TARGET))
    return list({column.raw: column for column in columns}.values())


def _schema_failures(table: str, frame: pd.DataFrame) -> pd.DataFrame:
    """Cells outside the column table's ranges, or empty where none may be: column, check, index."""
    import pandera.errors
    import pandera.pandas as pa

    columns = {}
    for column in _columns_of(table):
        checks = []
        if column.low is not None:
            checks.append(pa.Check.ge(column.low, error=f"is below {column.low:g}; correct it"))
        if column.high is not None:
            checks.append(pa.Check.le(column.high, error=f"is above {column.high:g}; correct it"))
        dtype = float if column.kind == "number" else None
        columns[column.raw] = pa.Column(dtype, checks, nullable=column.feature)
    for key in _key_of(table):
        columns[key] = pa.Column(nullable=False)
    schema = pa.DataFrameSchema({raw: columns[raw] for raw in columns if raw in frame})
    try:
        schema.validate(frame, lazy=True)
    except pandera.errors.SchemaErrors as errors:
        return errors.failure_cases
    return pd.DataFrame(columns=["column", "check", "index"])


def convert(
    table: str, cells: pd.DataFrame, labelled: bool = True
) -> tuple[pd.DataFrame, dict[str, int], dict[str, pd.Index], list[str]]:
    """Turn the cells of one table into numbers and codes.

    Parameters
    ----------
    labelled
        Whether the target must be there, and an unknown category is a fault; else the target is
        not looked at.

    Returns
    -------
    frame, mended, unknown, faults
        The frame under its raw headers, a faulty cell as missing; misspelt cells that were mended
        and the index of unknown ones that are no fault, by raw header; a line a fault.
    """
    key, columns = _key_of(table), _columns_of(table, labelled)
    header = ", ".join(f"«{name}»" for name in cells.columns)
    faults = [
        f"column «{name}»: missing; the header has {header}: rename it"
        for name in [*key, *(column.raw for column in columns)]
        if name not in cells.columns
    ]
    frame, mended, unknown_at, told = pd.DataFrame(index=cells.index), {}, {}, set()

    def tell(raw: str, index: Iterable[int], problem: str) -> None:
        index = [row for row in index if (raw, row) not in told]
        if index:
            told.update((raw, row) for row in index)
            values = sorted(set(cells.loc[index, raw]) - {""})[:VALUES_SHOWN]
            shown = ", ".join(f"«{value[:LONGEST_SHOWN]}»" for value in values)
            problem = f"{shown} {problem}" if shown else "empty; fill it in"
            faults.append(f"column «{raw}», {_rows(index)}: {problem}")

    if RAW_ID in cells.columns:
        ids, no_ids = as_numbers(cells[RAW_ID])
        no_ids = no_ids.union(ids.index[(ids % 1 != 0) & ids.notna()])
        no_ids = no_ids.union(ids.index[ids.abs() >= 10**MAX_ID_DIGITS])
        tell(RAW_ID, no_ids, f"is no whole number of up to {MAX_ID_DIGITS} digits; correct the id")
        frame[RAW_ID] = ids.drop(no_ids).reindex(ids.index).astype("Int64")
    coded = [(column.raw, column.values) for column in columns if column.kind != "number"]
    coded += [(period, [c.month for c in COLUMNS if c.table == table]) for period in key[1:]]
    for raw, values in coded:
        if raw in cells.columns:
            frame[raw], unknown, count = as_codes(cells[raw], values)
            expected = ", ".join(value.raw for value in values)
            if labelled or raw in key:
                tell(raw, unknown, f"is unknown; expected one of {expected}: correct it")
            elif len(unknown):
                unknown_at[raw] = unknown
            if count:
                mended[raw] = count
    for column in columns:
        if column.kind == "number" and column.raw in cells.columns:
            frame[column.raw], wrong = as_numbers(cells[column.raw])
            tell(column.raw, wrong, "is no finite number; write digits only")
            tell(column.raw, _with_other_mark(cells[column.raw]), _OTHER_MARK)
    if set(key) <= set(frame.columns):
        doubled = frame.index[frame.duplicated(key) & frame[key].notna().all(axis="columns")]
        within = "".join(f" for the same «{period}»" for period in key[1:])
        tell(RAW_ID, doubled, f"stands more than once{within}; keep one row")
    failures = _schema_failures(table, frame)
    for (raw, check), group in failures.groupby(["column", "check"], sort=True):
        tell(raw, group["index"], check)
    return frame, mended, unknown_at, faults


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


def read_tables(folder: Path, labelled: bool = True) -> RawTables:
    """Read and check the four raw tables of a folder.

    Parameters
    ----------
    labelled
        Whether they are to learn from; tables to score need no target.

    Raises
    ------
    InputError
        A line a fault: file, column, rows (line of the file, the header being 1), what to do.
    """
    if not folder.is_dir():
        raise InputError(f"{folder}: no such folder; set `tables` in params.yaml")
    frames, mended, unknown, encodings, faults = {}, Counter(), {}, {}, []
    for table, described in TABLES.items():
        path = folder / described.file
        try:
            text, encodings[described.file] = decode(path.read_bytes())
            cells = read_cells(text)
        except FileNotFoundError:
            faults.append(f"{path}: no such file; put it there or set `tables` to its folder")
        except UnicodeDecodeError:
            faults.append(f"{path}: neither UTF-8 nor cp1251; save it as UTF-8")
        except OSError as error:
            faults.append(f"{path}: not readable ({error.strerror}); put the table there")
        except ValueError as error:
            faults.append(f"{path}: {error}")
        else:
            frames[table], mended_here, unknown_at, faults_here = convert(table, cells, labelled)
            mended.update(mended_here)
            faults += [f"{path}: {fault}" for fault in faults_here]
            if not faults_here:
                ids = frames[table][RAW_ID]
                unknown |= {raw: ids[rows].tolist() for raw, rows in unknown_at.items()}
    sound = {table: frame for table, frame in frames.items() if _names_its_rows(table, frame)}
    faults += [f"{folder}/{fault}" for fault in _disagreements(sound)]
    if labelled:
        faults += [f"{folder}/{fault}" for fault in _rare_classes(frames)]
    if faults:
        raise InputError("\n".join(faults))
    return RawTables(frames, dict(mended), encodings, unknown)


def _names_its_rows(table: str, frame: pd.DataFrame) -> bool:
    """Whether each row has its id and month; otherwise that is the fault to mend first."""
    key = _key_of(table)
    return set(key) <= set(frame.columns) and bool(frame[key].notna().all(axis=None))


def _rare_classes(frames: dict[str, pd.DataFrame]) -> list[str]:
    """A target with one class teaches nothing; empty and unknown labels are faults of their own."""
    (target,) = (column for column in COLUMNS if column.name == TARGET)
    labels = frames.get(target.table, pd.DataFrame()).get(target.raw)
    if labels is None or labels.isna().any():
        return []
    return [
        f"{TABLES[target.table].file}: column «{target.raw}»: fewer than 2 rows of «{value.raw}», "
        f"all {len(labels)} rows looked at: give rows of both classes"
        for value in target.values
        if (labels == value.code).sum() < 2
    ]
