"""Promises of the tables for people: in words, safe to open, numbers as numbers."""

import io
import re
import zipfile

import pandas as pd
import pytest
from helpers.campaigns import TYPICAL, campaign, customer, frame, one_offer
from hypothesis import given
from hypothesis import strategies as st

from one_click.columns import ID
from one_click.offers.spreadsheet import (
    FORMULA_STARTS,
    as_told,
    csv_content,
    harmless,
    xlsx_content,
)
from one_click.offers.table import offers_by_customer
from one_click.words.speaker import speaker


def told_of(language: str = "en", **known) -> pd.DataFrame:
    rows = frame([customer(), customer(segment="steady")]).assign(**known)
    plan = campaign({"sale": one_offer()})
    plan.offers["sale"].en = "=A sale"
    offers = offers_by_customer(rows, plan, TYPICAL, "-1f", "00ff")
    return as_told(offers, rows, plan, TYPICAL, speaker("report", language))


def cells_of(content: bytes) -> tuple[str, list[str]]:
    """The worksheet's XML, and the texts in it."""
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    return sheet, re.findall(r"<t[^>]*>([^<]*)</t>", sheet)


@given(st.sampled_from(FORMULA_STARTS), st.text())
def test_a_text_like_a_formula_is_made_harmless(start, rest):
    assert harmless(start + rest) == "'" + start + rest


@pytest.mark.parametrize("cell", ["a=b", "", "1-2", -3.5, -7, None])
def test_other_cells_stay_as_they_are(cell):
    assert harmless(cell) == cell


@pytest.mark.parametrize(
    ("language", "reason", "segment", "channel"),
    [
        ("en", "Share of purchases on promotion: 60% (typically 25%)", "At risk", "email"),
        ("ru", "Доля покупок по акции: 60\u00a0% (обычно 25\u00a0%)", "Под риском", "эл. почта"),
    ],
)
def test_codes_become_words_of_the_language(language, reason, segment, channel):
    row = told_of(language).iloc[0]
    assert row["reason_1"] == reason
    assert row["segment"].startswith(segment)
    assert row["channel"] == channel
    assert pd.isna(row["reason_2"])


def test_the_csv_opens_in_a_spreadsheet_and_reads_back():
    told = told_of(**{ID: ["=1+1", "@x"]})
    content = csv_content(told)
    assert content.startswith(b"\xef\xbb\xbf" + b"customer_id,")
    read = pd.read_csv(io.BytesIO(content), encoding="utf-8-sig")
    assert read[ID].tolist() == ["'=1+1", "'@x"]
    assert read["offer"].iloc[0] == "'=A sale"
    assert read["model_version"].tolist() == ["'-1f"] * 2
    assert read["net_gain"].tolist() == [0.3, 0.0]
    assert read["net_gain_low"].dtype == float


def test_a_loss_stays_a_number():
    """A number below zero begins like a formula, too."""
    told = told_of().assign(net_gain_low=[-0.25, 0.0])
    assert ",-0.25," in csv_content(told).decode("utf-8-sig")
    assert "<v>-0.25</v>" in cells_of(xlsx_content(told))[0]


def test_the_worksheet_has_texts_numbers_and_no_formula():
    sheet, texts = cells_of(xlsx_content(told_of(**{ID: ["=1+1", "http://x.y"]})))
    assert "<f>" not in sheet
    assert "<hyperlink" not in sheet
    assert {"'=1+1", "http://x.y", "'=A sale", "net_gain"} <= set(texts)
    assert 'state="frozen"' in sheet
    assert "<autoFilter" in sheet
    assert "<v>0.8</v>" in sheet  # the risk


def test_the_worksheet_is_the_same_bytes_each_time():
    assert xlsx_content(told_of()) == xlsx_content(told_of())


def test_what_a_worksheet_cannot_hold_is_said():
    """Five customers and a heading do not go into five rows: three, and a line about the rest."""
    told = pd.concat([told_of()] * 3, ignore_index=True).head(5)
    sheet, texts = cells_of(xlsx_content(told, most_rows=5))
    assert sheet.count("<row ") == 5
    assert texts[-1] == "3 / 5: reports/offers.csv"
    assert cells_of(xlsx_content(told, most_rows=6))[0].count("<row ") == 6
