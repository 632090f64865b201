"""The page of a month's drift, in either language."""

import re

import pytest
from helpers.drift import RULES, compared, halves

from one_click.columns import FEATURES
from one_click.new_month.drift import STATES
from one_click.new_month.drift_page import FLAGS, REASONS, VERDICTS, Counts, drift_page

COUNTS = Counts(300, 7, 2, "revenue_every_month", dict.fromkeys(FLAGS, 3))
LANGUAGES = pytest.mark.parametrize("language", ["ru", "en"])


def emptied(new):
    return new.assign(pages_per_visit=new["pages_per_visit"].where(new.index % 2 == 0))


MONTHS = {
    "as drawn": lambda new: new,
    "one customer": lambda new: new.head(1),
    "a number moved": lambda new: new.assign(service_errors=new["service_errors"] + 3),
    "one service type": lambda new: new.assign(service_type="premium"),
    "half empty": emptied,
    "no value": lambda new: new.assign(promo_share=float("nan")),
    "another score": lambda new: new.assign(score=new["score"] ** 3),
}


@LANGUAGES
@pytest.mark.parametrize("month", MONTHS)
def test_what_moved_stands_open_with_a_picture_and_the_rest_is_closed(customers, language, month):
    known, new = halves(customers)
    figures = compared(known, MONTHS[month](new), {}, RULES)
    page = drift_page(figures, COUNTS, RULES, language)
    assert f'lang="{language}"' in page
    moved = [n for n, column in figures["columns"].items() if column["state"] != "alike"]
    assert page.count('<details class="column" open>') == len(moved)
    assert page.count('<details class="column">') == len(FEATURES) + 1 - len(moved)
    assert page.count("<svg ") == len(FEATURES) + 1
    assert {"known", "new"} <= set(re.findall(r'<rect class="(\w+)"', page))
    assert figures["verdict"] in VERDICTS
    assert f"{figures['verdict']}.{figures['because']}" in REASONS
    assert {column["state"] for column in figures["columns"].values()} <= set(STATES)


@LANGUAGES
def test_the_same_figures_give_the_same_page(customers, language):
    figures = compared(*halves(customers), {}, RULES)
    pages = {drift_page(figures, COUNTS, RULES, language) for _ in range(2)}
    assert len(pages) == 1


def test_the_reason_names_the_column_and_by_how_much(customers):
    known, new = halves(customers)
    page = drift_page(compared(known, emptied(new), {}, RULES), COUNTS, RULES, "en")
    verdict = page.partition('<div class="caution">')[2].partition("</div>")[0]
    assert "Pages per visit: no value, or one of no list, for 50.0%" in verdict
    assert "for 0.0% when the model learned" in verdict
    assert "mend the export" in verdict


def test_who_was_learned_from_is_counted(customers):
    figures = compared(*halves(customers), {}, RULES)
    page = drift_page(figures, COUNTS, RULES, "en")
    assert "7 of 300 are customers that the model was learned from" in page
