"""The cells of the four raw tables, checked against the column table.

Every fault of every table is found before anything is said, so that a person mends the files once.
"""

from collections.abc import Iterable

import pandas as pd

from one_click.columns import BY_NAME, COLUMNS, RAW_ID, TABLES, TARGET, Column
from one_click.customers.cells import as_codes
from one_click.customers.ids import almost, as_ids
from one_click.customers.lookalikes import lookalike_of
from one_click.customers.numbers import numbers_of
from one_click.customers.rows import a_few, rows_text

VALUES_SHOWN = 3
LONGEST_SHOWN = 40
HEADERS_SHOWN = 20


def _key_of(table: str) -> list[str]:
    """Raw headers that name a row: the id, and the month where a customer has a row a month."""
    period = TABLES[table].period
    return [RAW_ID, period] if period else [RAW_ID]


def _columns_of(table: str, labelled: bool = True) -> list[Column]:
    """One column a raw header (a month's column stands for all months of its table)."""
    columns = (c for c in COLUMNS if c.table == table and (labelled or c.name != TARGET))
    return list({column.raw: column for column in columns}.values())


def _schema_failures(keys: list[str], described: list[Column], frame: pd.DataFrame) -> pd.DataFrame:
    """Cells outside the column table's ranges, or empty where none may be: column, check, index."""
    import pandera.errors
    import pandera.pandas as pa

    columns = {}
    for column in described:
        checks = []
        if column.low is not None:
            checks.append(pa.Check.ge(column.low, error=f"is below {column.low:g}; correct it"))
        if column.high is not None:
            checks.append(pa.Check.le(column.high, error=f"is above {column.high:g}; correct it"))
        dtype = float if column.kind == "number" else None
        columns[column.raw] = pa.Column(dtype, checks, nullable=column.feature)
    for key in keys:
        columns[key] = pa.Column(nullable=False)
    schema = pa.DataFrameSchema({raw: columns[raw] for raw in columns if raw in frame})
    try:
        schema.validate(frame, lazy=True)
    except pandera.errors.SchemaErrors as errors:
        return errors.failure_cases
    return pd.DataFrame(columns=["column", "check", "index"])


def _missing_headers(names: list[str], header: list[str]) -> list[str]:
    """Headers that a table lacks: which look the same to the eye, and the others in one line."""
    absent = [name for name in names if name not in header]
    faults = []
    for wrong in header:
        if similar := lookalike_of(wrong, absent):
            absent.remove(similar[0])
            faults.append(f"column «{similar[0]}»: its header has {similar[1]}; write it anew")
    if absent:
        shown = a_few([f"«{name[:LONGEST_SHOWN]}»" for name in header], HEADERS_SHOWN)
        mend = "rename it" if len(absent) == 1 else "rename them"
        faults.append(
            f"column{'s' if len(absent) > 1 else ''} {', '.join(f'«{name}»' for name in absent)}: "
            f"missing; the header has {shown}: {mend}"
        )
    return faults


def convert(
    table: str,
    cells: pd.DataFrame,
    labelled: bool = True,
    columns: list[Column] | None = None,
) -> tuple[pd.DataFrame, dict[str, int], dict[str, pd.Index], list[str]]:
    """Turn the cells of one table into numbers and codes.

    Parameters
    ----------
    labelled
        Whether the target must be there, and an unknown category is a fault; else the target is
        not looked at.
    columns
        What the table must have beside its key; left out, all that the column table says. Others
        are passed over.

    Returns
    -------
    frame, mended, unknown, faults
        The frame under its raw headers, a faulty cell as missing; misspelt cells that were mended
        and the index of unknown ones that are no fault, by raw header; a line a fault.
    """
    key = _key_of(table)
    columns = _columns_of(table, labelled) if columns is None else columns
    faults = _missing_headers([*key, *(column.raw for column in columns)], list(cells.columns))
    frame = pd.DataFrame(index=cells.index)
    mended: dict[str, int] = {}
    unknown_at: dict[str, pd.Index] = {}
    faulty: set[tuple[str, int]] = set()  # cells of which a fault is listed: one each

    def tell(raw: str, index: Iterable[int], problem: str) -> None:
        index = [row for row in index if (raw, row) not in faulty]
        if index:
            faulty.update((raw, row) for row in index)
            values = sorted(set(cells.loc[index, raw].dropna().map(str)) - {""})[:VALUES_SHOWN]
            text = ", ".join(f"«{value[:LONGEST_SHOWN]}»" for value in values)
            problem = f"{text} {problem}" if text else "empty; fill it in"
            faults.append(f"column «{raw}», {rows_text(index)}: {problem}")

    if RAW_ID in cells.columns:
        frame[RAW_ID], mistakes = as_ids(cells[RAW_ID])
        for index, problem in mistakes:
            tell(RAW_ID, index, problem)
    categories = [(column.raw, column.values) for column in columns if column.kind != "number"]
    months = tuple(c.month for c in COLUMNS if c.table == table and c.month)
    categories += [(period, months) for period in key[1:]]
    for raw, values in categories:
        if raw in cells.columns:
            frame[raw], unknown, count = as_codes(cells[raw], values)
            expected = ", ".join(value.raw for value in values)
            for value in cells.loc[unknown, raw].unique():
                if similar := lookalike_of(value, (each.raw for each in values)):
                    rows = unknown[cells.loc[unknown, raw] == value]
                    tell(raw, rows, f"has {similar[1]}; write «{similar[0]}» in one alphabet")
            none_fits = 2 * len(unknown) > (cells[raw] != "").sum()  # a spelling, not a new value
            if labelled or raw in key or none_fits:
                tell(raw, unknown, f"is unknown; expected one of {expected}: correct it")
            elif len(unknown):
                unknown_at[raw] = unknown
            if count:
                mended[raw] = count
    for column in columns:
        if column.kind == "number" and column.raw in cells.columns:
            frame[column.raw], mistakes = numbers_of(cells[column.raw], column.high)
            for index, problem in mistakes:
                tell(column.raw, index, problem)
    if set(key) <= set(frame.columns):
        duplicates = frame.index[frame.duplicated(key) & frame[key].notna().all(axis="columns")]
        within = "".join(f" for the same «{period}»" for period in key[1:])
        tell(RAW_ID, duplicates, f"stands more than once{within}; keep one row")
    failures = _schema_failures(key, columns, frame)
    for (raw, check), group in failures.groupby(["column", "check"], sort=True):
        tell(raw, group["index"], check)
    return frame, mended, unknown_at, faults


def _disagreements(frames: dict[str, pd.DataFrame], files: dict[str, str]) -> list[str]:
    """Customers that a table lacks, or that lack a month, a line a table and month.

    `files` are the names of the tables' files.
    """
    ids: dict[tuple[str, str | None], pd.Series] = {}
    for table, frame in frames.items():
        if TABLES[table].period:
            for column in COLUMNS:
                if column.table == table and column.month:
                    of_month = frame[TABLES[table].period] == column.month.code
                    ids[table, column.month.raw] = frame.loc[of_month, RAW_ID]
        else:
            ids[table, None] = frame[RAW_ID]
    everyone = pd.concat(list(ids.values())).drop_duplicates() if ids else pd.Series(dtype="str")
    faults = []
    for (table, month), present in ids.items():
        absent = everyone[~everyone.isin(present)].sort_values()
        if len(absent):
            where = f" for «{month}»" if month else ""
            advice = almost(absent, present) or "add the rows or take them out everywhere"
            faults.append(
                f"{files[table]}: column «{RAW_ID}»: no row{where} for {a_few(absent)}, "
                f"who stand in another table: {advice}"
            )
    return faults


def _names_its_rows(table: str, frame: pd.DataFrame) -> bool:
    """Whether each row has its id and month; otherwise that is the fault to mend first."""
    key = _key_of(table)
    return set(key) <= set(frame.columns) and bool(frame[key].notna().all(axis=None))


def _rare_classes(frame: pd.DataFrame | None) -> list[str]:
    """A target with one class teaches nothing; empty and unknown labels are faults of their own."""
    target = BY_NAME[TARGET]
    if frame is None or target.raw not in frame or frame[target.raw].isna().any():
        return []
    labels = frame[target.raw]
    return [
        f"column «{target.raw}»: fewer than 2 rows of «{value.raw}», "
        f"all {len(labels)} rows looked at: give rows of both classes"
        for value in target.values
        if (labels == value.code).sum() < 2
    ]
