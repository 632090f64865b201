"""Texts from outside are shown as texts: no formula in a spreadsheet, no tag on a page, no NaN."""

import ast
import csv
import io
import re
import zipfile
from dataclasses import replace
from html.parser import HTMLParser

import pandas as pd
import pytest
from helpers.campaigns import TYPICAL, campaign, customer, frame, one_offer
from helpers.crm import crm_files
from helpers.imports import SOURCE
from helpers.report_inputs import CAMPAIGN, offers_of, page_of

from one_click.columns import ID
from one_click.offers.table import offers_table
from one_click.offers.texts import FORMULA_STARTS, harmless_rows
from one_click.offers.wave import wave_of

LANGUAGES = ("ru", "en")
FORMULAS = [start + "cmd|' /C calc'!A0" for start in (*FORMULA_STARTS, "=a\r", "=a\n", '="a",')]
WICKED = [
    "<script>alert(1)</script>", "</script><script>alert(1)//", "\"'><img src=x onerror=alert(1)>",
    "<!--", "{{ 7 * 7 }}", "]]><svg onload=alert(1)>", "\u2028alert(1)", "&lt;script&gt;",
]  # fmt: skip


def files_of(text: str, language: str) -> tuple[bytes, bytes]:
    """The CRM's files of a plan whose every text from outside is this one."""
    offers = {"sale": one_offer(), "call": one_offer(service_type="premium")}
    offers = {name: replace(offer, ru=text, en=text) for name, offer in offers.items()}
    plan = campaign(offers, ru=text, en=text, wave=text, unit=text)
    customers = [customer(), customer(service_type="premium"), customer(segment="steady")]
    rows = frame(customers).assign(**{ID: [f"{text}{number}" for number in range(len(customers))]})
    wave = wave_of(rows, plan, TYPICAL)
    table = offers_table(wave, wave.plan(plan.budget), text, text)
    return crm_files(table, wave, language)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("formula", FORMULAS, ids=repr)
def test_no_cell_of_the_plan_is_a_formula(formula, language):
    """In every text column of the CSV and every cell of the workbook, ids among them."""
    table, workbook = files_of(formula, language)
    cells = [cell for row in csv.reader(io.StringIO(table.decode("utf-8-sig"))) for cell in row]
    texts = [cell for cell in cells if not re.fullmatch(r"-?\d+(\.\d+)?(e-?\d+)?", cell)]
    start = "'" + formula.replace("\r", " ")
    assert sum(cell.startswith(start) for cell in texts) >= 5  # ids and two offers
    assert not [cell for cell in texts if cell.startswith(FORMULA_STARTS)]
    with zipfile.ZipFile(io.BytesIO(workbook)) as book:
        sheets = [book.read(n).decode() for n in book.namelist() if n.startswith("xl/worksheets/")]
        assert not [sheet for sheet in sheets if "<f>" in sheet or "<hyperlink" in sheet]
        words = [re.findall(r"<t[^>]*>([^<]*)</t>", sheet) for sheet in sheets]
    assert not [word for sheet in words for word in sheet if word.startswith(FORMULA_STARTS)]


def test_every_text_of_a_table_is_made_harmless_and_no_number():
    rows = pd.DataFrame({"a": FORMULAS, "b": -1.5, "c": None, "d": "1-2"})
    safe = harmless_rows(rows)
    assert safe["a"].tolist() == ["'" + formula for formula in FORMULAS]
    pd.testing.assert_frame_equal(safe.drop(columns="a"), rows.drop(columns="a"))


class Page(HTMLParser):
    """Start tags of a page with the names of their attributes, and its comments."""

    def __init__(self, text: str):
        super().__init__()
        self.tags: list[tuple] = []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        """Note the tag."""
        self.tags.append((tag, *sorted(name for name, _ in attributes)))

    def handle_comment(self, data):
        """Note the comment."""
        self.tags.append(("!--", data))


@pytest.mark.parametrize("wicked", WICKED)
def test_no_text_from_outside_adds_a_tag_to_the_report(wicked):
    def page(text: str) -> str:
        offers = {n: replace(offer, ru=text, en=text) for n, offer in CAMPAIGN.offers.items()}
        plan = replace(CAMPAIGN, ru=text, en=text, wave=text, unit=text, offers=offers)
        rows = offers_of(5).assign(reasons=text)
        rows[ID] = text + rows[ID]
        return page_of(offers=rows, campaign=plan, tables=text)

    assert Page(page(wicked)).tags == Page(page("usual")).tags


def test_json_is_written_without_nan_by_one_writer():
    """`NaN` is no JSON; elsewhere `json.dumps` only feeds hashes and files of the project's own."""
    own = {  # no figure among them
        "risk/model/model_files.py", "running/lock.py", "experiments/recorded.py",
        "experiments/snapshot.py", "experiments/lock_files.py",
    }  # fmt: skip
    for path in (SOURCE / "one_click").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") in ("dump", "dumps"):
                if getattr(getattr(node.func, "value", None), "id", "") != "json":
                    continue
                strict = any(
                    keyword.arg == "allow_nan" and keyword.value.value is False
                    for keyword in node.keywords
                )
                assert strict or path.relative_to(SOURCE / "one_click").as_posix() in own, path
