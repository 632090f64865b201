"""Batches of rows, which come in any sizes, as tables of one size."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa


def regrouped(batches: Iterable["pa.RecordBatch"], rows: int) -> Iterator["pa.Table"]:
    """The same rows in tables of so many, each in one piece; fewer in the last one."""
    from pyarrow import Table

    pieces: list[pa.RecordBatch] = []
    count = 0
    for batch in batches:
        start = 0
        while start < batch.num_rows:
            pieces.append(batch.slice(start, rows - count))
            start += pieces[-1].num_rows
            count += pieces[-1].num_rows
            if count == rows:
                yield Table.from_batches(pieces).combine_chunks()
                pieces, count = [], 0
    if pieces:
        yield Table.from_batches(pieces).combine_chunks()
