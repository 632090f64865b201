"""A finding appears where its test supports it after correction, and nowhere else."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from helpers.shuffled import shuffled_target
from helpers.store import small_store
from helpers.study import QUALITY, RULES, by_column
from scipy.stats import norm

from one_click.columns import PROFIT, TARGET
from one_click.running.errors import InputError
from one_click.study import findings, months, support
from one_click.study.description import described
from one_click.words.wording import KEYS, THEMES

SURE = {"effect": 0.5, "low": 0.4, "high": 0.6, "p_holm": 0.001}


@pytest.fixture(scope="module")
def rows() -> pd.DataFrame:
    store = small_store(500, seed=8)
    return store[store["part"] == "train"]


@pytest.fixture(scope="module")
def described_rows(rows) -> tuple[dict, pd.DataFrame]:
    return described(rows, QUALITY, RULES)


@pytest.fixture(scope="module")
def found(described_rows) -> dict:
    return described_rows[0]["findings"]


def test_what_moves_the_risk_of_the_store_is_found_with_its_sign(found):
    keys = by_column(found)
    assert keys["pages_per_visit"] == keys["minutes_previous_month"] == "lower"
    assert keys["promo_share"] == "higher"
    assert keys.get("tenure_days") in (None, "alike")


def test_themes_and_keys_are_those_that_the_report_can_tell(found):
    assert set(found) == set(THEMES)
    assert {finding["key"] for theme in found.values() for finding in theme} <= set(KEYS)


def test_a_shuffled_target_speaks_about_as_rarely_as_alpha_says(rows):
    """Holm bounds, for each family, the chance of even one finding: here changes of months."""
    spoke = 0
    for seed in range(20):
        changes = months.changes(shuffled_target(rows, seed), RULES.confidence)
        spoke += bool(list(findings.of_changes(changes, RULES)))
    assert spoke <= 4  # 1 expected; 5 or more of 20 has a chance below 0.003


def test_a_shuffled_target_gives_no_difference(rows):
    found = described(shuffled_target(rows), QUALITY, RULES)[0]["findings"]
    assert set(by_column(found).values()) <= {"alike", "alike_shares"}


@pytest.mark.parametrize(
    "changed",
    [
        {"p_holm": 0.05},
        {"effect": 0.05, "low": 0.01, "high": 0.09},
        {"low": -0.1},
    ],
)
def test_neither_p_nor_effect_nor_interval_is_enough_alone(changed):
    assert support.supported(SURE, RULES)
    assert not support.supported(SURE | changed, RULES)


def test_means_are_told_only_where_ranks_and_means_agree():
    meant = {"difference": 1.0, "p_holm": 0.001}
    assert support.both_supported(SURE, meant, RULES)
    assert not support.both_supported(SURE, meant | {"difference": -1.0}, RULES)
    assert not support.both_supported(SURE, meant | {"p_holm": 0.2}, RULES)


@pytest.mark.parametrize(
    ("low", "high", "p", "none"),
    [
        (-0.1, 0.1, 0.9, True),
        (-0.1, 0.3, 0.9, False),
        (0.01, 0.1, 0.2, False),
        (-0.1, 0.1, 0.01, False),
    ],
)
def test_no_association_is_said_only_where_there_is_no_room_for_one(low, high, p, none):
    test = {"effect": 0.0, "low": low, "high": high, "p_holm": p}
    assert support.none_there(test, RULES) is none


def test_a_column_that_differs_in_spread_alone_is_not_called_alike(rows):
    places = rows.groupby(TARGET).cumcount() + 0.5
    even = norm.ppf(places / rows.groupby(TARGET)[TARGET].transform("size"))
    wide = rows.assign(tenure_days=500 + even * np.where(rows[TARGET] == 1, 300, 50))
    found = described(wide, QUALITY, RULES)[0]
    test = found["tests"]["differences"]["mann_whitney"]["tenure_days"]
    assert support.none_there(test, RULES)
    assert "tenure_days" not in by_column(found["findings"])


def test_few_rows_do_not_prove_that_profit_goes_with_nothing():
    wide = {"a": {"effect": 0.0, "low": -0.4, "high": 0.4, "p_holm": 1.0}}
    narrow = {"a": {"effect": 0.0, "low": -0.1, "high": 0.1, "p_holm": 1.0}}
    assert list(findings.of_profit(wide, RULES)) == []
    assert [f["key"] for f in findings.of_profit(narrow, RULES)] == ["profit_alone"]
    tied = {"tenure_days": SURE}
    assert [f["key"] for f in findings.of_profit(tied, RULES)] == ["profit_goes_with"]


def test_normal_columns_are_never_claimed_where_one_is_rejected():
    def tests(p: float) -> dict:
        return {"skew": 0.1, "dagostino": {"p_holm": p}, "shapiro_wilk": {"p_holm": None}}

    (told,) = findings.of_normality({"a": tests(0.001), PROFIT: tests(0.5)}, RULES)
    assert told["key"] == "not_normal_but"
    assert told["columns"] == {"column": PROFIT}
    assert list(findings.of_normality({"a": tests(0.5)}, RULES)) == []


def test_ids_that_tell_are_told_whichever_way_they_point():
    order = {
        "id": {"warning": True, "auc": 0.02, "p": 1e-9},
        "row_order": {"warning": True, "auc": 0.02},
    }
    told = QUALITY | {"order": order | {"rows_in_order_of_id": True}}
    (finding,) = findings.of_quality(told, RULES)
    assert finding["key"] == "id_tells"
    assert finding["effects"]["auc"] == pytest.approx(0.98)


def test_a_stricter_rule_never_adds_a_difference(described_rows, found):
    figures, pairs = described_rows

    def differing(found: dict) -> set:
        return {pair for pair in by_column(found).items() if not pair[1].startswith("alike")}

    for change, less in (({"alpha": 0.001}, set.issubset), ({"smallest_effect": 0.5}, set.__lt__)):
        rules = replace(RULES, **change)
        stricter = findings.findings(figures, QUALITY, pairs, rules)
        assert less(differing(stricter), differing(found))


def test_the_order_of_rows_changes_no_finding(rows, found):
    again = described(rows.sample(frac=1, random_state=5), QUALITY, RULES)[0]["findings"]
    for theme in THEMES:
        assert [f["key"] for f in again[theme]] == [f["key"] for f in found[theme]]
        for one, other in zip(again[theme], found[theme], strict=True):
            for name, value in one.get("effects", {}).items():
                assert np.isclose(value, other["effects"][name])


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("alpha", 0), ("confidence", 1), ("tukey", 0), ("none_within", 1.5), ("strong_pair", 0),
        ("smallest_effect", -0.1), ("seed", -1),
    ],
)  # fmt: skip
def test_a_value_out_of_range_is_named(key, value):
    with pytest.raises(InputError, match=f"describe.{key}"):
        replace(RULES, **{key: value})
