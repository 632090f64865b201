"""The plan as files: a CSV for programs, a workbook to filter and print, both safe to open."""

import codecs
from typing import Any

import pandas as pd

from one_click import artefacts
from one_click.offers.csv_lines import csv_header, csv_lines
from one_click.offers.sheets import FORMAT_OF, REASON, SHEETS, Sheet, width_of
from one_click.offers.workbook import Workbook
from one_click.words.speaker import Speaker

SHEET_ROWS = 1_048_576 - 2  # of a worksheet, the heading and a note apart: Excel's limit
CSV_DIGITS = 4
COLUMN_WIDTHS, ABOUT_WIDTHS = (30, 20, 90), (40, 60)


def csv_content(rows: pd.DataFrame) -> bytes:
    """The rows as CSV, with the mark by which a spreadsheet knows UTF-8."""
    return codecs.BOM_UTF8 + csv_header(rows) + more_csv(rows)


def more_csv(rows: pd.DataFrame) -> bytes:
    """What follows `csv_content` where rows come in parts."""
    return csv_lines(rows.round(CSV_DIGITS))


def xlsx_content(
    rows: pd.DataFrame, facts: dict[str, Any], words: Speaker, most_rows: int
) -> bytes:
    """The rows as a workbook: a sheet a group, then what each column means, then the facts.

    The same bytes for the same rows. A sheet holds so many customers; the others stand in the CSV
    alone, and the last row says so.

    Parameters
    ----------
    rows
        As `crm_rows` makes them; the first of each group suffice.
    facts
        As `about` makes them: how many customers each group has, among others.
    words
        Of the catalogue `offers`.
    """
    book = Workbook(words.language)
    for sheet in SHEETS:
        part = rows[rows["group"] == sheet.group].head(min(most_rows, SHEET_ROWS))
        _write_group(book, sheet, part, words, facts[sheet.group])
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
    book: Workbook, sheet: Sheet, rows: pd.DataFrame, words: Speaker, count: int
) -> None:
    """The rows of a group, and how many those are of how many."""
    reasons = [key for key in rows if key.startswith(REASON)] if sheet.reasons else []
    keys = [*sheet.printed, *sheet.beside, *reasons]
    headings, widths = [_heading(key, words) for key in keys], [width_of(key) for key in keys]
    page = book.sheet(words.say(f"sheet.{sheet.name}"), headings, widths)
    formats = [FORMAT_OF.get(key, "text") for key in keys]
    table = rows[keys].astype(object).where(rows[keys].notna(), None)
    for row, cells in enumerate(table.itertuples(index=False, name=None), start=1):
        book.write(page, row, cells, formats)
    last = len(rows)
    if len(rows) < count:
        last += 1
        note = f"{len(rows)} / {count}: {artefacts.OFFERS_CSV.name}"
        book.write(page, last, (note,), ("text",))
    page.autofilter(0, 0, len(rows), len(keys) - 1)
    page.print_area(0, 0, last, len(sheet.printed) - 1)


def _heading(key: str, words: Speaker) -> str:
    if key.startswith(REASON):
        return words.say("heading.reason", rank=key.removeprefix(REASON))
    return words.say(f"heading.{key}")


def _meaning(key: str, words: Speaker) -> str:
    return words.say("meaning.reason" if key.startswith(REASON) else f"meaning.{key}")
