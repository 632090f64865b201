"""Promises of the tables for people: in words, safe to open, numbers as numbers."""

import io
import re
import zipfile

import pandas as pd
import pytest
from helpers.campaigns import TYPICAL, campaign, customer, frame, one_offer
from hypothesis import given
from hypothesis import strategies as st
from one_click.words.catalogues import report_speaker

from one_click.columns import ID
from one_click.offers.spreadsheet import FORMULA_STARTS, as_told, harmless, write_csv, write_xlsx
from one_click.offers.table import offers_by_customer
from one_click.words.wording import trigger_words


def told_of(language: str = "en", **known) -> pd.DataFrame:
    rows = frame([customer(), customer(segment="steady")]).assign(**known)
    plan = campaign({"sale": one_offer()})
    plan.offers["sale"].en = "=A sale"
    offers = offers_by_customer(rows, plan, TYPICAL, "-1f", "00ff")
    return as_told(offers, rows, plan, TYPICAL, report_speaker(language))


def cells_of(path) -> tuple[str, list[str]]:
    """The worksheet's XML, and the texts in it."""
    with zipfile.ZipFile(path) as book:
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


def test_the_csv_opens_in_a_spreadsheet_and_reads_back(tmp_path):
    told = told_of(**{ID: ["=1+1", "@x"]})
    write_csv(tmp_path / "offers.csv", told)
    content = (tmp_path / "offers.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbf" + b"customer_id,")
    read = pd.read_csv(io.BytesIO(content), encoding="utf-8-sig")
    assert read[ID].tolist() == ["'=1+1", "'@x"]
    assert read["offer"].iloc[0] == "'=A sale"
    assert read["model_version"].tolist() == ["'-1f"] * 2
    assert read["net_gain"].tolist() == [0.3, 0.0]
    assert read["net_gain_low"].dtype == float


def test_a_loss_stays_a_number(tmp_path):
    """A number below zero begins like a formula, too."""
    told = told_of().assign(net_gain_low=[-0.25, 0.0])
    write_csv(tmp_path / "offers.csv", told)
    assert ",-0.25," in (tmp_path / "offers.csv").read_text(encoding="utf-8-sig")
    write_xlsx(tmp_path / "offers.xlsx", told)
    assert "<v>-0.25</v>" in cells_of(tmp_path / "offers.xlsx")[0]


def test_the_worksheet_has_texts_numbers_and_no_formula(tmp_path):
    write_xlsx(tmp_path / "offers.xlsx", told_of(**{ID: ["=1+1", "http://x.y"]}))
    sheet, texts = cells_of(tmp_path / "offers.xlsx")
    assert "<f>" not in sheet
    assert "<hyperlink" not in sheet
    assert {"'=1+1", "http://x.y", "'=A sale", "net_gain"} <= set(texts)
    assert 'state="frozen"' in sheet
    assert "<autoFilter" in sheet
    assert "<v>0.8</v>" in sheet  # the risk


def test_the_worksheet_is_the_same_bytes_each_time(tmp_path):
    for name in ("a", "b"):
        write_xlsx(tmp_path / f"{name}.xlsx", told_of())
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_what_a_worksheet_cannot_hold_is_said(tmp_path):
    """Five customers and a heading do not go into five rows: three, and a line about the rest."""
    told = pd.concat([told_of()] * 3, ignore_index=True).head(5)
    write_xlsx(tmp_path / "offers.xlsx", told, most_rows=5)
    sheet, texts = cells_of(tmp_path / "offers.xlsx")
    assert sheet.count("<row ") == 5
    assert texts[-1] == "3 / 5: reports/offers.csv"
    write_xlsx(tmp_path / "offers.xlsx", told, most_rows=6)
    assert cells_of(tmp_path / "offers.xlsx")[0].count("<row ") == 6


@pytest.mark.parametrize(
    ("trigger", "words"),
    [
        (("unpaid_items", "high"), "Unpaid items, three months: higher than usual"),
        (("pages_per_visit", "low"), "Pages viewed a visit: lower than usual"),
        (("service_type", "premium"), "Service type: premium"),
    ],
)
def test_a_trigger_in_words(trigger, words):
    assert trigger_words(*trigger, report_speaker("en")) == words
