"""The four raw tables of a folder, read and checked."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from one_click.columns import RAW_ID, TABLES
from one_click.customers.cells import decode, read_cells
from one_click.customers.checking import _disagreements, _names_its_rows, _rare_classes, convert
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
    unknown: dict[str, list[int]]


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
        place = "set `tables` in params.yaml" if labelled else "give another one by --tables"
        raise InputError(f"{folder}: no such folder; {place}")
    frames: dict[str, pd.DataFrame] = {}
    mended: Counter[str] = Counter()
    unknown: dict[str, list[int]] = {}
    encodings: dict[str, str] = {}
    faults: list[str] = []
    for table, described in TABLES.items():
        path = folder / described.file
        try:
            text, encodings[described.file] = decode(path.read_bytes())
            cells = read_cells(text)
        except FileNotFoundError:
            place = "set `tables` to its folder" if labelled else "give its folder by --tables"
            faults.append(f"{path}: no such file; put it there or {place}")
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
