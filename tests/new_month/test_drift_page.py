"""The page of a month's drift, in either language."""

import pytest
from helpers.drift import RULES, halves

from one_click.columns import FEATURES
from one_click.new_month.drift import (
    compared,
)
from one_click.new_month.drift_page import FLAGS, STATES, VERDICTS, Counts, drift_page


@pytest.mark.parametrize("language", ["ru", "en"])
@pytest.mark.parametrize("rows", [1, 300])
def test_the_page_tells_it_in_either_language(customers, language, rows):
    known, new = halves(customers)
    found = compared(known, new.head(rows), {}, RULES)
    counts = Counts(len(known), 2, "revenue_every_month", dict.fromkeys(FLAGS, 3))
    page = drift_page(found, counts, RULES, language)
    assert f'lang="{language}"' in page
    assert page.count("<tr>") >= len(FEATURES) + 6
    assert found["verdict"] in VERDICTS
    assert {column["state"] for column in found["columns"].values()} <= set(STATES)
