"""The plan for people: in the report's words, as CSV and as a spreadsheet, safe to open."""

import datetime
import io
from typing import TYPE_CHECKING

import pandas as pd

from one_click import artefacts
from one_click.columns import ID, PROFIT
from one_click.settings.offers import Campaign
from one_click.words.speaker import Speaker
from one_click.words.wording import reason_words

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

# What makes a spreadsheet take a cell for a formula:
# https://owasp.org/www-community/attacks/CSV_Injection
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
SHEET_ROWS = 1_048_576  # of a worksheet: Excel's limit
CSV_DIGITS = 4
KINDS = {"share": "0.0%", "money": "#,##0.00", "plain": "General"}
SHARES = ("risk", "risk_low", "risk_high", "break_even")
MONEY = (PROFIT, "value_at_risk", "cost", "net_gain_low", "net_gain", "net_gain_high")
WIDTHS = {"segment": 24, "offer": 44, "channel": 12, "skip_reason": 16, "data_hash": 16}


def harmless(cell: object) -> object:
    """A text that a spreadsheet would take for a formula, behind an apostrophe; else as it is."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA_STARTS) else cell


def as_told(
    offers: pd.DataFrame,
    customers: pd.DataFrame,
    campaign: Campaign,
    typical: dict[str, dict],
    speaker: Speaker,
) -> pd.DataFrame:
    """The table with reasons, offers, segments and channels in words; harmless text, plain numbers.

    Parameters
    ----------
    offers
        As `offers.table` makes it.
    customers
        With the columns that reasons name.
    typical
        As `models/typical.json` holds it.
    """
    table = offers.copy()
    ordered = customers.set_index(ID).reindex(offers[ID])
    columns = [name for name in table if name.startswith("reason_")]
    reasons = pd.unique(offers[columns].to_numpy(dtype=object).ravel())
    values = {name: ordered[name].to_list() for name in reasons if not pd.isna(name)}
    words: dict[tuple, str] = {}  # a million customers have some thousands of different ones

    def reason(name: str | None, place: int) -> str | None:
        if name is None or pd.isna(name):
            return None
        value = values[name][place]
        if (key := (name, value)) not in words:
            words[key] = reason_words(name, value, typical[name]["typical"], speaker)
        return words[key]

    for column in columns:
        table[column] = [reason(name, place) for place, name in enumerate(offers[column])]
    names = {name: getattr(offer, speaker.language) for name, offer in campaign.offers.items()}
    table["offer"] = offers["offer"].map(names)
    for column in ("segment", "channel"):
        table[column] = offers[column].map(
            {code: speaker.say(f"{column}.{code}") for code in offers[column].dropna().unique()}
        )
    for column in table.columns[[not pd.api.types.is_numeric_dtype(kind) for kind in table.dtypes]]:
        table[column] = table[column].map(harmless)
    return table


def csv_content(table: pd.DataFrame) -> bytes:
    """The table as CSV, with the mark by which a spreadsheet knows UTF-8."""
    text = table.round(CSV_DIGITS).to_csv(index=False, lineterminator="\n")
    return text.encode("utf-8-sig")


def xlsx_content(table: pd.DataFrame, most_rows: int = SHEET_ROWS) -> bytes:
    """The table as a workbook: headings that stay and filter, numbers as numbers.

    The same bytes for the same table. A sheet holds so many rows; what is beyond stands in the CSV
    alone, and the last row says so.
    """
    from xlsxwriter import Workbook

    part = table if len(table) < most_rows else table.head(most_rows - 2)
    content = io.BytesIO()
    # Its own file system time would be in the properties, and text might become a formula.
    book = Workbook(content, {
        "constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
        "strings_to_numbers": False,
    })  # fmt: skip
    book.set_properties({"created": datetime.datetime(2000, 1, 1)})
    sheet = book.add_worksheet("offers")
    formats = {kind: book.add_format({"num_format": text}) for kind, text in KINDS.items()}
    _write_headings(sheet, part, book.add_format({"bold": True}))
    cell_formats = [formats[_kind_of(name)] for name in part]
    for row, cells in enumerate(part.itertuples(index=False, name=None), start=1):
        for place, cell in enumerate(cells):
            if isinstance(cell, str):
                sheet.write_string(row, place, cell)
            elif not pd.isna(cell):
                sheet.write_number(row, place, cell, cell_formats[place])
    if len(part) < len(table):
        rest = f"{len(part)} / {len(table)}: {artefacts.OFFERS_CSV}"
        sheet.write_string(len(part) + 1, 0, rest)
    book.close()
    return content.getvalue()


def _kind_of(name: str) -> str:
    return "share" if name in SHARES else "money" if name in MONEY else "plain"


def _write_headings(sheet: "Worksheet", table: pd.DataFrame, heading: "Format") -> None:
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, len(table), len(table.columns) - 1)
    for place, name in enumerate(table):
        width = 40 if name.startswith("reason_") else WIDTHS.get(name, max(11, len(name) + 3))
        sheet.set_column(place, place, width)
        sheet.write_string(0, place, name, heading)
