"""The plan as files: a CSV for programs, a workbook to filter and print, both safe to open."""

from typing import Any

import pandas as pd

from one_click import artefacts
from one_click.offers.crm import about, crm_rows
from one_click.offers.sheets import FORMAT_OF, REASON, SHEETS, Sheet, width_of
from one_click.offers.wave import Wave
from one_click.offers.workbook import Workbook
from one_click.words.speaker import Speaker, speaker

SHEET_ROWS = 1_048_576  # of a worksheet: Excel's limit
CSV_DIGITS = 4
COLUMN_WIDTHS, ABOUT_WIDTHS = (30, 20, 90), (40, 60)


def crm_files(
    offers: pd.DataFrame, wave: Wave, steady: float, language: str
) -> tuple[bytes, bytes]:
    """The CSV and the workbook of a plan, see `crm_rows`."""
    rows = crm_rows(offers, wave, steady, speaker("report", language))
    words = speaker("offers", language)
    return csv_content(rows), xlsx_content(rows, about(offers, wave.campaign, language), words)


def csv_content(rows: pd.DataFrame) -> bytes:
    """The rows as CSV, with the mark by which a spreadsheet knows UTF-8."""
    return csv_text(rows.round(CSV_DIGITS)).encode("utf-8-sig")


def csv_text(rows: pd.DataFrame) -> str:
    """The rows as CSV; a carriage return, which no writer quotes here, would begin a new row."""
    return rows.replace("\r", " ", regex=True).to_csv(index=False, lineterminator="\n")


def xlsx_content(
    rows: pd.DataFrame, facts: dict[str, Any], words: Speaker, most_rows: int = SHEET_ROWS
) -> bytes:
    """The rows as a workbook: a sheet a group, then what each column means, then the facts.

    The same bytes for the same rows. A sheet holds so many rows; what is beyond stands in the CSV
    alone, and the last row says so.

    Parameters
    ----------
    rows
        As `crm_rows` makes them.
    facts
        As `about` makes them.
    words
        Of the catalogue `offers`.
    """
    book = Workbook(words.language)
    for sheet in SHEETS:
        _write_group(book, sheet, rows[rows["group"] == sheet.group], words, most_rows)
    headings = [words.say(f"columns.{name}") for name in ("heading", "key", "meaning")]
    page = book.sheet(words.say("sheet.columns"), headings, COLUMN_WIDTHS)
    for row, key in enumerate(rows, start=1):
        book.write(page, row, (_heading(key, words), key, _meaning(key, words)), ("text",) * 3)
    headings = [words.say(f"about.{name}") for name in ("fact", "value")]
    page = book.sheet(words.say("sheet.about"), headings, ABOUT_WIDTHS)
    for row, (key, fact) in enumerate(facts.items(), start=1):
        formats = ("text", FORMAT_OF.get(key, "text"))
        book.write(page, row, (words.say(f"about.{key}"), fact), formats)
    return book.content()


def _write_group(
    book: Workbook, sheet: Sheet, rows: pd.DataFrame, words: Speaker, most_rows: int
) -> None:
    """The rows of a group, as many as the sheet holds, and how many those are of how many."""
    reasons = [key for key in rows if key.startswith(REASON)] if sheet.reasons else []
    keys = [*sheet.printed, *sheet.beside, *reasons]
    headings, widths = [_heading(key, words) for key in keys], [width_of(key) for key in keys]
    page = book.sheet(words.say(f"sheet.{sheet.name}"), headings, widths)
    part = rows if len(rows) < most_rows else rows.head(most_rows - 2)
    formats = [FORMAT_OF.get(key, "text") for key in keys]
    for row, cells in enumerate(part[keys].itertuples(index=False, name=None), start=1):
        book.write(page, row, cells, formats)
    last = len(part)
    if len(part) < len(rows):
        last += 1
        note = f"{len(part)} / {len(rows)}: {artefacts.OFFERS_CSV.name}"
        book.write(page, last, (note,), ("text",))
    page.autofilter(0, 0, len(part), len(keys) - 1)
    page.print_area(0, 0, last, len(sheet.printed) - 1)


def _heading(key: str, words: Speaker) -> str:
    if key.startswith(REASON):
        return words.say("heading.reason", rank=key.removeprefix(REASON))
    return words.say(f"heading.{key}")


def _meaning(key: str, words: Speaker) -> str:
    return words.say("meaning.reason" if key.startswith(REASON) else f"meaning.{key}")
