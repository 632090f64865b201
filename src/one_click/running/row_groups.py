"""Tables of parquet that are written and read a row group at a time: memory is that of one."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from one_click.running.errors import InputError
from one_click.running.writing import replacing

if TYPE_CHECKING:
    import pandas as pd


class RowGroups:
    """A parquet file that grows by a row group a frame; all frames have the columns of the first.

    A column of text is one though a frame has none of its values.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.writer: Any = None

    def append(self, frame: "pd.DataFrame") -> None:
        """Add a row group; a frame without rows adds none."""
        import pyarrow as pa
        from pyarrow import parquet

        if not len(frame) and self.writer is not None:
            return
        if self.writer is None:
            schema = _schema(frame)
            self.writer = parquet.ParquetWriter(self.path, schema, write_page_checksum=True)
        table = pa.Table.from_pandas(frame, self.writer.schema, preserve_index=False)
        if len(frame):
            try:
                self.writer.write_table(table, row_group_size=len(frame))
            except OSError as error:  # Arrow's own names no file
                raise OSError(error.errno, os.strerror(error.errno or 0), str(self.path)) from None

    def close(self) -> None:
        """End the file."""
        if self.writer is not None:
            self.writer.close()


@contextmanager
def row_groups(path: Path) -> Iterator[RowGroups]:
    """Give a parquet file to append to; it takes its place when all went well."""
    with replacing(path) as beside:
        groups = RowGroups(beside)
        try:
            yield groups
        finally:
            groups.close()


def read_row_groups(path: Path, key: str | None = None) -> Iterator["pd.DataFrame"]:
    """Frames of a parquet file, a row group each.

    Parameters
    ----------
    key
        A column by which the rows must rise from the first to the last.

    Raises
    ------
    InputError
        Where they do not.
    """
    from pyarrow import parquet

    last: Any = None
    with parquet.ParquetFile(path, page_checksum_verification=True) as file:
        for number in range(file.num_row_groups):
            frame = file.read_row_group(number).to_pandas()
            if key is not None and len(frame):
                ids = frame[key]
                rises = ids.is_monotonic_increasing and ids.is_unique
                if not rises or (last is not None and not last < ids.iloc[0]):
                    raise InputError(
                        f"{path}: row group {number + 1}: {key} does not rise from row to row: "
                        "write the file anew"
                    )
                last = ids.iloc[-1]
            yield frame


def _schema(frame: "pd.DataFrame") -> Any:
    import pandas as pd
    import pyarrow as pa

    kept = pa.Table.from_pandas(frame, preserve_index=False).schema
    for place, name in enumerate(frame):
        kind = frame.dtypes.iloc[place]
        if pd.api.types.is_object_dtype(kind) or pd.api.types.is_string_dtype(kind):
            kept = kept.set(place, kept.field(name).with_type(pa.string()))
    return kept
