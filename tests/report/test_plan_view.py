"""What the slider and the table of the page are given."""

import re
from dataclasses import replace

import pytest
from helpers.page import Tags, data_of
from helpers.report_inputs import (
    CAMPAIGN,
    offers_of,
    page_of,
)

from one_click.report.plan_view import KEY, NONE
from one_click.running.errors import InputError


def test_each_step_of_the_slider_is_a_plan_that_was_made():
    """Of five customers two are in the plan of budget 1, four in that of 2, all in that of 100."""
    data = data_of(page_of())
    assert [step["budget"] for step in data["curve"]] == [0, 1, 2, 100]
    assert data["now"] == 3
    assert [row["plan"] for row in data["rows"]] == [f"{NONE}000"] * 2 + [f"{NONE}{NONE}00"] * 2 + [
        f"{NONE}{NONE}{NONE}0"
    ]
    assert data["rows"][0]["gains"] == [0.25, None]
    for place, step in enumerate(data["curve"]):
        made = [row for row in data["rows"] if row["plan"][place] != NONE]
        assert len(made) == step["offers"]
        assert sum(row["gains"][0] for row in made) == pytest.approx(step["net_gain"])


def test_the_table_holds_the_first_of_the_plan_and_the_page_stays_small():
    everyone = {"offers": offers_of(1300, skipped=0), "campaign": replace(CAMPAIGN, budget=1000)}
    text = page_of(**everyone, settings={"rows": 400})
    assert len(data_of(text)["rows"]) == 400
    assert data_of(text)["rows"][0]["id"] == "id0000"
    whole = page_of(**everyone)
    assert len(data_of(whole)["rows"]) == 1300
    assert len(whole) < 3e6


def test_ids_can_be_hashed_for_a_page_that_travels(monkeypatch):
    monkeypatch.setenv(KEY, "secret")
    text = page_of(settings={"ids": "hashed"})
    assert "id0000" not in text
    first = data_of(text)["rows"][0]["id"]
    assert re.fullmatch("[0-9a-f]{12}", first)
    assert first in Tags(text).words
    monkeypatch.setenv(KEY, "another")
    assert data_of(page_of(settings={"ids": "hashed"}))["rows"][0]["id"] != first


def test_hashed_ids_need_a_secret(monkeypatch):
    monkeypatch.delenv(KEY, raising=False)
    with pytest.raises(InputError, match=f"report.ids: hashed needs a secret .* set {KEY}"):
        page_of(settings={"ids": "hashed"})
