"""The four raw tables of a folder, read in any of their dialects and checked.

A dialect is a separator (`;`, `,`, `|` or tab), a decimal point or comma, LF or CRLF, UTF-8 with or
without a byte order mark, or cp1251, and a spreadsheet's habits (`sep=;`, empty columns at the end,
each line in quotes). All give the same frames.
"""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from stat import S_ISREG

import pandas as pd

from one_click.columns import BY_NAME, RAW_ID, TABLES, TARGET, Column
from one_click.customers.cells import read_cells
from one_click.customers.checking import (
    _disagreements,
    _names_its_rows,
    _rare_classes,
    convert,
)
from one_click.customers.decoding import text_of
from one_click.customers.header import LARGEST, headers_of
from one_click.customers.parquet import PARQUET, SUFFIX, parquet_cells, table_path
from one_click.running.errors import InputError


@dataclass(frozen=True)
class RawTables:
    """What was read: frames by table, mended cells by column, encoding by file.

    `unknown` holds, by raw header, the ids whose value is in no list of the column table: only
    tables to score may have such, and they stand as missing.
    """

    frames: dict[str, pd.DataFrame]
    mended: dict[str, int]
    encodings: dict[str, str]
    unknown: dict[str, list[str]]


def _content(path: Path) -> bytes:
    """The bytes of a file that is one, and no larger than a table can be.

    Raises
    ------
    InputError
        For a pipe or a device, which may never end, and for a file that is too large.
    """
    status = path.stat()
    if not S_ISREG(status.st_mode) and not path.is_dir():  # reading a folder says what it is
        raise InputError("no regular file but a pipe or a device; put the table there as a file")
    if status.st_size > LARGEST:
        raise InputError(f"larger than {LARGEST // 2**30} GiB; give the table of one month")
    return path.read_bytes()


def _cells(
    path: Path, headers: list[str], place: str, parquet: bool = False
) -> tuple[pd.DataFrame, str]:
    """Cells of a file and its encoding; each fault names the file."""
    try:
        if parquet:
            return parquet_cells(path, headers), PARQUET
        text, encoding = text_of(_content(path), headers)
        return read_cells(text, headers), encoding
    except FileNotFoundError:
        raise InputError(f"{path}: no such file; put it there or {place}") from None
    except OSError as error:
        problem = f"not readable ({error.strerror}); put the table there"
        raise InputError(f"{path}: {problem}") from None
    except InputError as error:
        raise InputError(f"{path}: {error}") from None


def read_table(
    path: Path, columns: list[Column], option: str, optional: tuple[Column, ...] = ()
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Read and check one table with a row an id, of some columns; others are passed over.

    Parameters
    ----------
    option
        By which the user names the file.
    optional
        Columns that may be there too.

    Returns
    -------
    frame, cells
        Under raw headers: the columns asked for, checked; the text of all columns. The index is
        the line of the file.

    Raises
    ------
    InputError
        A line a fault: file, column, rows (line of the file, the header being 1), what to do.
    """
    headers = [RAW_ID, *(column.raw for column in (*columns, *optional))]
    cells, _ = _cells(path, headers, f"name another by {option}")
    given = [column for column in optional if column.raw in cells]
    frame, _, _, faults = convert("customers", cells, columns=[*columns, *given])
    if not faults:
        faults = _rare_classes(frame)
    if faults:
        raise InputError("\n".join(f"{path}: {fault}" for fault in faults))
    return frame, cells


def read_tables(folder: Path, labelled: bool = True, option: str | None = None) -> RawTables:
    """Read and check the four raw tables of a folder.

    Parameters
    ----------
    labelled
        Whether they are to learn from; tables to score need no target.
    option
        By which the user names the folder; None, where it is a line of params.yaml.

    Raises
    ------
    InputError
        A line a fault: file, column, rows (line of the file, the header being 1), what to do.
    """
    if not folder.is_dir():
        place = f"give another one by {option}" if option else "set `tables` in params.yaml"
        raise InputError(f"{folder}: no such folder; {place}")
    frames: dict[str, pd.DataFrame] = {}
    mended: Counter[str] = Counter()
    unknown: dict[str, list[str]] = {}
    encodings: dict[str, str] = {}
    faults: list[str] = []
    place = f"give its folder by {option}" if option else "set `tables` to its folder"
    files: dict[str, str] = {}
    for table in TABLES:
        try:
            path = table_path(folder, table)
            files[table] = path.name
            parquet = path.suffix == SUFFIX
            headers = headers_of(table, labelled or not parquet)  # a CSV's tell its encoding
            cells, encodings[path.name] = _cells(path, headers, place, parquet)
        except InputError as error:
            faults.append(str(error))
        else:
            frames[table], mended_here, unknown_at, faults_here = convert(table, cells, labelled)
            mended.update(mended_here)
            faults += [f"{path}: {fault}" for fault in faults_here]
            if not faults_here:
                ids = frames[table][RAW_ID]
                unknown |= {raw: ids[rows].tolist() for raw, rows in unknown_at.items()}
    sound = {table: frame for table, frame in frames.items() if _names_its_rows(table, frame)}
    faults += [f"{folder}/{fault}" for fault in _disagreements(sound, files)]
    if labelled:
        labels = BY_NAME[TARGET].table
        path = folder / files.get(labels, TABLES[labels].file)
        faults += [f"{path}: {fault}" for fault in _rare_classes(frames.get(labels))]
    if faults:
        raise InputError("\n".join(faults))
    return RawTables(frames, dict(mended), encodings, unknown)
