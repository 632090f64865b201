"""The workbook: a sheet a group, what each column means, printed a page wide, the same bytes."""

import io
import re
import zipfile

import pandas as pd
import pytest
import yaml
from helpers.campaigns import customer
from helpers.crm import STEADY, crm_files, facts_of, ids_of_sheet, plan_of
from helpers.imports import SOURCE

from one_click.columns import ID
from one_click.offers.crm import KEYS, about, crm_rows
from one_click.offers.sheets import SHEETS
from one_click.offers.spreadsheet import xlsx_content
from one_click.settings.offers import GROUPS, HoldOut
from one_click.words.speaker import speaker

LANGUAGES = ("ru", "en")
NAMES = ("contact", "control", "others", "columns", "about")
WORDS = yaml.safe_load((SOURCE / "one_click/words/offers.yaml").read_text(encoding="utf-8"))
CUSTOMERS = [customer()] * 12 + [customer(segment="steady")] * 3
TERMS = {"hold_out": HoldOut(0.5, "salt", 0.05, 0.8)}


class Book:
    """A workbook's sheets by name, as XML."""

    def __init__(self, content: bytes):
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            names = re.findall(r'<sheet name="([^"]+)"', book.read("xl/workbook.xml").decode())
            self.workbook = book.read("xl/workbook.xml").decode()
            self.styles = book.read("xl/styles.xml").decode()
            self.sheets = {
                name: book.read(f"xl/worksheets/sheet{place}.xml").decode()
                for place, name in enumerate(names, 1)
            }

    def rows(self, name: str) -> int:
        """Rows of a sheet below its heading."""
        return self.sheets[name].count("<row ") - 1

    def texts(self, name: str) -> list[str]:
        """Texts of a sheet."""
        return re.findall(r"<t[^>]*>([^<]*)</t>", self.sheets[name])


@pytest.fixture(scope="module")
def plan():
    return plan_of(CUSTOMERS, **TERMS)


def book_of(plan, language: str = "en", most_rows: int = 10**6) -> Book:
    offers, wave = plan
    rows = crm_rows(offers, wave, STEADY, speaker("report", language))
    facts = about(*facts_of(offers), wave.campaign, language)
    return Book(xlsx_content(rows, facts, speaker("offers", language), most_rows))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sheet_a_group_then_the_columns_and_the_facts(plan, language):
    book = book_of(plan, language)
    names = [
        WORDS[f"sheet.{n}"][language] for n in ("contact", "control", "others", "columns", "about")
    ]
    assert list(book.sheets) == names
    groups = plan[0]["group"].value_counts()
    assert groups["control"] > 0
    for sheet, name in zip(SHEETS, names[:3], strict=True):
        assert book.rows(name) == groups[sheet.group]
    assert book.rows(names[3]) == len(KEYS) + 2  # two reasons


def test_nobody_of_the_control_group_is_among_those_to_contact(plan):
    offers = plan[0]
    book = book_of(plan)
    for sheet, name in zip(SHEETS, list(book.sheets)[:3], strict=True):
        assert set(ids_of_sheet(book.sheets[name])) == set(
            offers.loc[offers["group"] == sheet.group, ID]
        )


@pytest.mark.parametrize("language", LANGUAGES)
def test_headings_are_of_the_language_and_every_column_is_explained(plan, language):
    book = book_of(plan, language)
    contact, _, _, columns, _ = book.sheets
    say = speaker("offers", language).say
    headings = {say(f"heading.{key}") for key in (*SHEETS[0].printed, *SHEETS[0].beside)}
    assert headings <= set(book.texts(contact))
    explained = set(book.texts(columns))
    for key in KEYS:
        assert {key, say(f"heading.{key}"), say(f"meaning.{key}")} <= explained


def test_a_sheet_prints_a_page_wide_in_landscape_with_its_heading_on_every_page(plan):
    book = book_of(plan)
    for xml in book.sheets.values():
        assert 'orientation="landscape"' in xml
        assert 'fitToHeight="0"' in xml
        assert '<pageSetUpPr fitToPage="1"/>' in xml
        assert 'paperSize="9"' in xml
    assert book.workbook.count("_xlnm.Print_Titles") == len(book.sheets)


def test_an_id_is_text_that_no_spreadsheet_warns_of(plan):
    """Whatever its length and zeros, in a cell of the format `@`, which stays text when edited."""
    offers, wave = plan
    rows = crm_rows(offers, wave, STEADY, speaker("report", "en"))
    facts = about(*facts_of(offers), wave.campaign, "en")
    ids = ["00215387", "1234567890123456789", "A-0042/б", "1e5"]
    rows[ID] = [ids[place % len(ids)] for place in range(len(rows))]
    book = Book(xlsx_content(rows, facts, speaker("offers", "en"), 10**6))
    assert set(ids) <= {text for name in book.sheets for text in book.texts(name)}
    assert 'formatCode="@"' in book.styles
    assert 'numberStoredAsText="1"' in book.sheets["To contact"]


def test_a_sheet_holds_so_many_rows_and_says_where_the_rest_is(plan):
    book = book_of(plan, most_rows=2)
    assert book.rows("To contact") == 3  # two customers and the note
    there = int((plan[0]["group"] == "treatment").sum())
    assert f"2 / {there}: offers.csv" in book.texts("To contact")


def test_the_same_plan_gives_the_same_bytes(plan):
    assert crm_files(*plan, "ru") == crm_files(*plan, "ru")


def test_every_word_is_in_both_languages_and_none_is_unused():
    keys = {f"sheet.{name}" for name in NAMES}
    keys |= {f"columns.{name}" for name in ("heading", "key", "meaning")}
    keys |= {f"about.{name}" for name in ("fact", "value", "campaign", "wave", "wave_date")}
    keys |= {
        f"about.{name}" for name in ("valid_until", "unit", "model_version", "data_hash", *GROUPS)
    }
    keys |= {f"{family}.{key}" for family in ("heading", "meaning") for key in (*KEYS, "reason")}
    assert set(WORDS) == keys
    for key, message in WORDS.items():
        assert set(message) == set(LANGUAGES), key


def test_printed_and_other_columns_of_a_sheet_are_columns_of_the_file():
    for sheet in SHEETS:
        named = [*sheet.printed, *sheet.beside]
        assert set(named) <= set(KEYS)
        assert len(set(named)) == len(named)
        assert pd.Series(named).iloc[0] == ID
