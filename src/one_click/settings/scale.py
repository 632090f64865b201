"""Settings of size: what a base of millions of customers may take of a machine."""

from dataclasses import dataclass

from omegaconf import MISSING

from one_click.settings.checks import check as _check
from one_click.settings.checks import check_most as _most


@dataclass
class Scale:
    """Memory of reading, rows of a chunk and of a workbook; see conf/config.yaml."""

    memory_mb: int = MISSING
    chunk_rows: int = MISSING
    workbook_rows: int = MISSING

    def __post_init__(self) -> None:
        _check(self.memory_mb >= 100, "scale.memory_mb", "at least 100", self.memory_mb)
        _most("scale.memory_mb", self.memory_mb, 10_000_000)
        _check(self.chunk_rows >= 1, "scale.chunk_rows", "at least 1", self.chunk_rows)
        _most("scale.chunk_rows", self.chunk_rows, 1_000_000)
        _check(self.workbook_rows >= 1, "scale.workbook_rows", "at least 1", self.workbook_rows)
        _most("scale.workbook_rows", self.workbook_rows, 1_000_000)
