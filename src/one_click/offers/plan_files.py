"""The plan's CSV and workbook, made of parts that come in the order of worth."""

from dataclasses import dataclass, field

import pandas as pd

from one_click.offers.crm import about, crm_rows
from one_click.offers.outlook import Totals
from one_click.offers.spreadsheet import csv_content, more_csv, xlsx_content
from one_click.offers.wave import Audience
from one_click.words.speaker import speaker


@dataclass(frozen=True)
class Wording:
    """When a reason is steady, the language, and the most customers of a worksheet."""

    steady: float
    language: str
    most_rows: int


@dataclass
class PlanFiles:
    """What the parts of a plan come to: their totals, and the first rows of each group."""

    wording: Wording
    totals: Totals | None = None
    first: list[pd.DataFrame] = field(default_factory=list)

    def add(self, offers: pd.DataFrame, audience: Audience) -> bytes:
        """The CSV of the next part.

        Parameters
        ----------
        offers
            As `table.offers_table` makes them, of these customers or of some of them.
        """
        words = speaker("report", self.wording.language)
        rows = crm_rows(offers, audience, self.wording.steady, words)
        content = more_csv(rows) if self.first else csv_content(rows)
        totals, earlier = Totals.of(offers), self.totals
        before = offers["group"].map(earlier.groups if earlier else {}).fillna(0).to_numpy()
        place = before + offers.groupby("group").cumcount().to_numpy()
        self.first.append(rows[place < self.wording.most_rows])
        self.totals = earlier + totals if earlier else totals
        return content

    def workbook(self, audience: Audience, model: dict[str, str]) -> bytes:
        """The workbook of the parts so far.

        Parameters
        ----------
        model
            `model_version` and `data_hash` of the plan.
        """
        assert self.totals is not None  # of a plan with a row at least
        language = self.wording.language
        facts = about(self.totals.groups, model, audience.campaign, language)
        rows = pd.concat(self.first, ignore_index=True)
        return xlsx_content(rows, facts, speaker("offers", language), self.wording.most_rows)
