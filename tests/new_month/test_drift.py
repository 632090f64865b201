"""Promises of the drift: a verdict that needs a tolerance and a test, and says why."""

import pytest
from helpers.drift import RULES, compared, halves

from one_click.columns import FEATURES
from one_click.new_month.drift import state, verdict


def states(figures):
    return {name: column["state"] for name, column in figures["columns"].items()}


def told(figures):
    return figures["verdict"], figures["because"], figures["column"]


def test_another_half_of_the_store_is_alike(customers):
    figures = compared(*halves(customers), {}, RULES)
    assert figures["rows"] == 300
    assert told(figures) == ("use", "alike", None)
    assert set(states(figures).values()) == {"alike"}
    assert list(figures["columns"]) == [*FEATURES, "score"]


def test_a_slip_or_two_are_no_drift(customers):
    known, new = halves(customers)
    month = new.assign(revenue_this_month=new["revenue_this_month"].where(new.index >= 2))
    figures = compared(known, month, {"favourite_category": 1}, RULES)
    assert figures["columns"]["revenue_this_month"]["missing"] == pytest.approx(2 / 300)
    assert figures["verdict"] == "use"


def test_a_column_that_moved_is_named_and_the_rest_is_not(customers):
    known, new = halves(customers)
    figures = compared(known, new.assign(service_errors=new["service_errors"] + 6), {}, RULES)
    assert told(figures) == ("look", "values", "service_errors")
    assert {name for name, state in states(figures).items() if state != "alike"} == {
        "service_errors"
    }
    change = figures["columns"]["service_errors"]["change"]
    assert change["now"] > 0.8 > 0.3 > change["before"]


def test_the_tests_are_corrected_for_their_number(customers):
    known, new = halves(customers)
    month = new.assign(service_errors=new["service_errors"] + 1)
    columns = compared(known, month, {}, RULES)["columns"]
    least = min(column["p"] for column in columns.values())
    assert columns["service_errors"]["p"] == least
    assert columns["service_errors"]["p_holm"] == pytest.approx(least * len(columns))


def test_another_score_asks_for_another_model(customers):
    known, new = halves(customers)
    figures = compared(known, new.assign(score=new["score"] ** 3), {}, RULES)
    assert told(figures) == ("retrain", "score", "score")


@pytest.mark.parametrize(
    ("rows", "expected"), [(3, "use"), (24, "look"), (90, "retrain")], ids=["1%", "8%", "30%"]
)
def test_the_more_is_absent_the_worse(customers, rows, expected):
    known, new = halves(customers)
    new = new.assign(favourite_category=new["favourite_category"].where(new.index >= rows))
    figures = compared(known, new, {}, RULES)
    assert figures["verdict"] == expected
    if expected != "use":
        assert told(figures)[1:] == ("absent", "favourite_category")


def test_unknown_values_are_told_from_missing_ones(customers):
    known, new = halves(customers)
    new = new.assign(favourite_category=new["favourite_category"].where(new.index >= 30))
    figures = compared(known, new, {"favourite_category": 24, "contact_allowed": 12}, RULES)
    column, consent = (figures["columns"][n] for n in ("favourite_category", "contact_allowed"))
    assert (column["unknown"], column["missing"]) == (0.08, pytest.approx(0.02))
    assert (consent["unknown"], consent["missing"]) == (0.04, 0)  # they stand as refusals
    assert column["state"] == consent["state"] == "shifted"


def test_values_that_were_absent_before_are_no_drift(customers):
    known, new = (
        half.assign(unpaid_items=half["unpaid_items"].where(half.index >= 60))
        for half in halves(customers)
    )
    assert compared(known, new, {}, RULES)["verdict"] == "use"


@pytest.mark.parametrize("rows", [1, 40, 249])
def test_of_few_customers_nothing_is_concluded_where_no_shift_is_seen(customers, rows):
    """The index of 40 rows of the same store is large, and no test agrees with it."""
    known, new = halves(customers)
    figures = compared(known, new.sample(rows, random_state=0), {}, RULES)
    assert told(figures) == ("too_few", "too_few", None)
    assert set(states(figures).values()) == {"alike"}
    if rows <= 40:
        assert max(column["psi"] for column in figures["columns"].values()) > RULES.far


def test_a_large_shift_of_few_customers_is_told(customers):
    known, new = halves(customers)
    month = new.head(40).assign(service_errors=new["service_errors"] + 6)
    assert told(compared(known, month, {}, RULES)) == ("look", "values", "service_errors")


def test_a_column_without_any_value_says_so(customers):
    known, new = halves(customers)
    figures = compared(known, new.assign(promo_share=float("nan")), {}, RULES)
    assert told(figures) == ("retrain", "absent", "promo_share")
    assert figures["columns"]["promo_share"]["p"] is None


SEEN = {"p_holm": 0.001, "psi": 0.0, "p_absent_holm": 0.001}
NOT_ABSENT = {"missing": 0.0, "unknown": 0.0, "missing_before": 0.0}


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        ({"psi": 0.05}, ("shifted", "values")),
        ({"psi": 0.049}, ("alike", None)),
        ({"psi": 0.25}, ("far", "values")),
        ({"psi": 9.0, "p_holm": 0.01}, ("alike", None)),
        ({"psi": 9.0, "p_holm": None}, ("alike", None)),
        ({"missing": 0.01, "unknown": 0.01}, ("shifted", "absent")),
        ({"missing": 0.5, "missing_before": 0.49}, ("alike", None)),
        ({"missing": 0.2}, ("far", "absent")),
        ({"missing": 0.2, "p_absent_holm": 0.01}, ("alike", None)),
        ({"missing": 0.02, "psi": 0.25}, ("far", "values")),
    ],
)
def test_a_state_needs_a_tolerance_and_a_test(column, expected):
    assert state(SEEN | NOT_ABSENT | column, RULES) == expected


def test_a_quarter_of_far_columns_asks_for_another_model():
    alike, far = (
        {"state": name, "by": by, "psi": 0.3} for name, by in (("alike", None), ("far", "values"))
    )
    columns = {"a": alike, "b": alike, "c": alike, "d": far, "score": alike}
    assert verdict(columns, 300, RULES)["verdict"] == "look"
    expected = {"verdict": "retrain", "because": "columns", "column": "c"}
    assert verdict(columns | {"c": far}, 300, RULES) == expected
