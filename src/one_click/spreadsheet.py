"""The plan for people: in the report's words, as CSV and as a spreadsheet, safe to open."""

import datetime
from pathlib import Path

import pandas as pd

from one_click import files
from one_click.campaign import Campaign
from one_click.columns import ID, PROFIT
from one_click.speaker import Speaker
from one_click.wording import reason_words

# What makes a spreadsheet take a cell for a formula:
# https://owasp.org/www-community/attacks/CSV_Injection
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
SHEET_ROWS = 1_048_576  # of a worksheet: Excel's limit
CSV_DIGITS = 4
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
        As `one_click.offer.offers_table` makes it.
    customers
        With the columns that reasons name.
    typical
        As `models/typical.json` holds it.
    """
    told = offers.copy()
    ordered = customers.set_index(ID).reindex(offers[ID])
    columns = [name for name in told if name.startswith("reason_")]
    named = pd.unique(offers[columns].to_numpy(dtype=object).ravel())
    values = {name: ordered[name].to_list() for name in named if not pd.isna(name)}
    words: dict[tuple, str] = {}  # a million customers have some thousands of different ones

    def reason(name: object, place: int) -> str | None:
        if pd.isna(name):
            return None
        value = values[name][place]
        if (key := (name, value)) not in words:
            words[key] = reason_words(name, value, typical[name]["typical"], speaker)
        return words[key]

    for column in columns:
        told[column] = [reason(name, place) for place, name in enumerate(offers[column])]
    names = {name: getattr(offer, speaker.language) for name, offer in campaign.offers.items()}
    told["offer"] = offers["offer"].map(names)
    for column in ("segment", "channel"):
        told[column] = offers[column].map(
            {code: speaker.say(f"{column}.{code}") for code in offers[column].dropna().unique()}
        )
    for column in told.columns[[not pd.api.types.is_numeric_dtype(kind) for kind in told.dtypes]]:
        told[column] = told[column].map(harmless)
    return told


def write_csv(path: Path, told: pd.DataFrame) -> None:
    """Write the table as CSV, with the mark by which a spreadsheet knows UTF-8."""
    text = told.round(CSV_DIGITS).to_csv(index=False, lineterminator="\n")
    files.write_text(path, text, encoding="utf-8-sig")


def write_xlsx(path: Path, told: pd.DataFrame, most_rows: int = SHEET_ROWS) -> None:
    """Write the table as a worksheet: headings that stay and filter, numbers as numbers.

    The same bytes for the same table. A sheet holds so many rows; what is beyond stands in the CSV
    alone, and the last row says so.
    """
    from xlsxwriter import Workbook

    shown = told if len(told) < most_rows else told.head(most_rows - 2)
    with files.replacing(path) as beside:
        # Its own file system time would be in the properties, and text might become a formula.
        book = Workbook(beside, {
            "constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
            "strings_to_numbers": False,
        })  # fmt: skip
        book.set_properties({"created": datetime.datetime(2000, 1, 1)})
        sheet = book.add_worksheet("offers")
        heading = book.add_format({"bold": True})
        kinds = {"share": "0.0%", "money": "#,##0.00", "plain": "General"}
        formats = {kind: book.add_format({"num_format": text}) for kind, text in kinds.items()}
        sheet.freeze_panes(1, 1)
        sheet.autofilter(0, 0, len(shown), len(shown.columns) - 1)
        cell_formats = []
        for place, name in enumerate(shown):
            kind = "share" if name in SHARES else "money" if name in MONEY else "plain"
            width = 40 if name.startswith("reason_") else WIDTHS.get(name, max(11, len(name) + 3))
            sheet.set_column(place, place, width)
            sheet.write_string(0, place, name, heading)
            cell_formats.append(formats[kind])
        for row, cells in enumerate(shown.itertuples(index=False, name=None), start=1):
            for place, cell in enumerate(cells):
                if isinstance(cell, str):
                    sheet.write_string(row, place, cell)
                elif not pd.isna(cell):
                    sheet.write_number(row, place, cell, cell_formats[place])
        if len(shown) < len(told):
            rest = f"{len(shown)} / {len(told)}: {files.OFFERS_CSV}"
            sheet.write_string(len(shown) + 1, 0, rest)
        book.close()
