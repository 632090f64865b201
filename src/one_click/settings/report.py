"""Settings of the report."""

from dataclasses import dataclass

from omegaconf import MISSING

from one_click.settings.checks import check as _check
from one_click.settings.checks import check_one_of as _one_of
from one_click.settings.checks import check_share as _share


@dataclass
class Report:
    """The report's language, its customers' ids, the rows of its table of offers.

    `contacted` is the share of customers at which the gain curve is read.
    """

    language: str = MISSING
    ids: str = MISSING
    contacted: float = MISSING
    rows: int = MISSING

    def __post_init__(self) -> None:
        _one_of("report.language", self.language, ("ru", "en"))
        _one_of("report.ids", self.ids, ("shown", "hashed"))
        _share("report.contacted", self.contacted)
        _check(1 <= self.rows <= 5000, "report.rows", "1 to 5000", self.rows)
