"""How an artefact is written and read.

Every writer writes beside the target and then replaces it, so that a killed stage leaves no half
of a file; and writes the same bytes for the same content, so that DVC sees what has not changed.
"""

import csv
import errno
import hashlib
import json
import math
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

UNFINISHED = ".unfinished"  # of files that belong together
SPECIAL, GUARDED = r"([\\*?\[\] ])", r"\\\1"  # in a pattern of git


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Give a path beside `path` to write to; it takes the place of `path` when all went well."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}{path.suffix}")
    try:
        yield beside
        os.replace(beside, path)
    finally:
        beside.unlink(missing_ok=True)


@contextmanager
def replacing_together(folder: Path) -> Iterator[Path]:
    """Give a folder inside `folder` to write to; all its files take their places, or none does.

    A folder inside it is one inside `folder`; what else stands there stays. git sees none of the
    unfinished files, and what a killed run left of them goes with the next one.
    """
    is_new = not folder.exists()
    aside = folder / UNFINISHED
    if aside.exists():
        shutil.rmtree(aside)
    new, old = aside / "new", aside / "old"
    new.mkdir(parents=True)
    try:
        write_text(aside / ".gitignore", "*\n")
        old.mkdir()
        yield new
        _exchange(new, old, folder)
    except BaseException:
        shutil.rmtree(folder if is_new else aside)
        raise
    shutil.rmtree(aside)


def _exchange(new: Path, old: Path, folder: Path) -> None:
    """Move files to their places and those that were there to `old`; all back where one fails."""
    places = sorted(path.relative_to(new) for path in new.rglob("*") if path.is_file())
    for place in places:
        if (folder / place).is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(folder / place))
    parents = sorted({parent for place in places for parent in place.parents})
    absent = [folder / parent for parent in parents if not (folder / parent).is_dir()]
    try:
        for parent in parents:
            (old / parent).mkdir(exist_ok=True)
        for parent in absent:
            parent.mkdir()
        for place in places:
            if (folder / place).exists():
                os.replace(folder / place, old / place)
            os.replace(new / place, folder / place)
    except BaseException:
        for place in places:
            if not (new / place).exists():  # it has taken its place
                (folder / place).unlink(missing_ok=True)
            if (old / place).exists():
                os.replace(old / place, folder / place)
        for parent in reversed(absent):
            if parent.is_dir():
                parent.rmdir()
        raise


def keep_from_git(path: Path) -> None:
    """Name a file, and what is written beside it, in the `.gitignore` of its folder."""
    ignored = path.with_name(".gitignore")
    text = ignored.read_text(encoding="utf-8") if ignored.exists() else ""
    pattern = f"*{re.sub(SPECIAL, GUARDED, path.name)}*"
    if pattern not in text.splitlines():
        gap = "" if text.endswith("\n") or not text else "\n"
        write_text(ignored, f"{text}{gap}{pattern}\n")


def write_bytes(path: Path, content: bytes) -> None:
    """Write a file's content."""
    with replacing(path) as beside:
        beside.write_bytes(content)


def copy(source: Path, path: Path) -> None:
    """Write a file as another one is."""
    with replacing(path) as beside:
        shutil.copyfile(source, beside)


def sha256_of(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_text(path: Path, text: str) -> None:
    """Write text as it is: no translation of line ends."""
    write_bytes(path, text.encode())


def rounded(value: Any, digits: int | None = 4) -> Any:
    """The same nested value, every NumPy scalar made plain, every float rounded (None: kept)."""
    if isinstance(value, dict):
        return {str(key): rounded(item, digits) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [rounded(item, digits) for item in value]
    if hasattr(value, "item"):
        value = value.item()
    return round(value, digits) if isinstance(value, float) and digits is not None else value


def significant(value: Any, digits: int = 4) -> Any:
    """The same nested value, plain, floats with so many significant digits; NaN and inf: None.

    For p-values, of which so many decimals would leave nothing.
    """
    if isinstance(value, dict):
        return {str(key): significant(item, digits) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [significant(item, digits) for item in value]
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, float):
        return float(f"{value:.{digits}g}") if math.isfinite(value) else None
    return value


def write_json(
    path: Path, content: dict, digits: int | None = 4, *, in_order: bool = False
) -> None:
    """Write figures: floats rounded to `digits` (None: kept), keys sorted, or `in_order` given."""
    plain = rounded(content, digits)
    text = json.dumps(plain, ensure_ascii=False, indent=2, sort_keys=not in_order, allow_nan=False)
    write_text(path, text + "\n")


def read_json(path: Path) -> dict:
    """Read what `write_json` wrote."""
    return json.loads(path.read_text(encoding="utf-8"))


def write_parquet(path: Path, frame: "pd.DataFrame") -> None:
    """Write a table without its index; by a checksum a page, `saved.table` sees damage."""
    with replacing(path) as beside:
        frame.to_parquet(beside, index=False, write_page_checksum=True)


def write_csv(path: Path, frame: "pd.DataFrame", digits: int = 6) -> None:
    """Write figures behind a plot: floats with at most `digits` significant digits."""
    write_text(path, frame.to_csv(index=False, float_format=f"%.{digits}g", lineterminator="\n"))


def append_row(path: Path, row: list) -> None:
    """Append a row to a log in CSV."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", newline="", encoding="utf-8") as file:
        csv.writer(file).writerow(row)
