"""The store's real tables: the figures of the study, skipped where the tables are absent."""

import pandas as pd
import pytest
from helpers.real import REAL_TABLES, needs_real_tables
from helpers.study import RULES, by_column

from one_click.columns import PROFIT, TARGET
from one_click.customers.everyone import Everyone, read_everyone
from one_click.customers.preparation import prepared
from one_click.settings.customers import Cleaning, Split
from one_click.study import association
from one_click.study.description import described
from one_click.study.quality import quality

pytestmark = needs_real_tables


@pytest.fixture(scope="module")
def everyone() -> Everyone:
    return read_everyone(REAL_TABLES)


@pytest.fixture(scope="module")
def checked(everyone) -> dict:
    return quality(everyone, RULES, 10)


@pytest.fixture(scope="module")
def customers() -> pd.DataFrame:
    rules = Cleaning("revenue_every_month", "aside", 10, "aside")
    return prepared(REAL_TABLES, rules, Split(0.25, seed=1))[0]


@pytest.fixture(scope="module")
def study(checked, customers) -> dict:
    return described(customers[customers["part"] == "train"], checked, RULES)[0]


def test_numbers_of_the_raw_tables(checked):
    columns = checked["columns"]
    means = {
        "contacts_six_months": 4.2538, "tenure_days": 601.8985, "pages_per_visit": 8.1769,
        "service_errors": 4.1854, PROFIT: 3.9966,
    }  # fmt: skip
    assert {name: round(columns[name]["mean"], 4) for name in means} == means
    sums = {
        "revenue_this_month": 6_909_449.1, "revenue_previous_month": 6_417_996.5,
        "revenue_two_months_ago": 6_272_769.0, "minutes_this_month": 17_166,
        "minutes_previous_month": 17_508,
    }  # fmt: skip
    assert {name: round(columns[name]["sum"], 1) for name in sums} == sums
    assert columns["contacts_six_months"]["outliers_low"] == 36  # a fence at 1.9: under 2 contacts
    assert columns["contacts_this_month"]["counts"]["4"] == 669
    assert columns["categories_per_visit"]["mode"] == 3
    assert (columns[PROFIT]["min"], columns[PROFIT]["max"]) == (0.86, 7.43)
    unpaid = columns["unpaid_items"]["counts"]
    assert set(sorted(unpaid, key=unpaid.get)[-2:]) == {"1", "2"}


def test_categories_of_the_raw_tables(checked):
    columns = checked["columns"]
    assert columns["favourite_category"]["counts"] == {
        "children": 330, "textile": 251, "cosmetics": 223, "beauty_devices": 184,
        "small_appliances": 174, "kitchenware": 138,
    }  # fmt: skip
    assert round(columns["service_type"]["counts"]["standard"] / 1300, 4) == 0.7108
    assert round(columns["contact_allowed"]["counts"]["yes"] / 1300, 3) == 0.74
    assert checked["target"] == {"declined": 498, "rows": 1300}


def test_shares_below_a_cut_of_the_raw_tables(everyone):
    customers = everyone.customers
    assert (customers["contacts_six_months"] < 2).sum() == 36
    assert round((customers["tenure_days"] < 365).mean(), 3) == 0.208
    assert (customers["promo_share"] >= 0.33).sum() == 277


def test_blemishes_of_the_raw_tables(checked):
    assert checked["order"]["id"]["warning"]
    assert 1 - checked["order"]["id"]["auc"] == pytest.approx(0.98, abs=0.005)
    assert checked["copies"]["equal_features_and_target"] == 11
    assert checked["copies"]["equal_revenue_of_all_months"] == 21
    month = checked["revenue"]["revenue_this_month"]
    assert (month["slips"], month["with_slips"]["max"]) == (1, 106862.2)
    assert month["without_slips"]["max"] == 7799.4
    assert sum(checked["spelling_mended"].values()) == 10 + 223 + 1300


def test_phik_with_the_target(customers):
    """Of the 1285 rows to learn from and test on: copies, slip and empty months are out."""
    learned = customers[customers["part"] != "aside"]
    found = association.phik_matrix(learned[list(association.WHOLE)])[TARGET]
    expected = {
        "pages_per_visit": 0.76, "minutes_previous_month": 0.70, "minutes_this_month": 0.58,
        "contacts_six_months": 0.55, "categories_per_visit": 0.53, "promo_share": 0.51,
        "unpaid_items": 0.51, "revenue_two_months_ago": 0.50, "contact_allowed": 0.0,
        "contacts_this_month": 0.0,
    }  # fmt: skip
    assert {name: round(found[name], 2) for name in expected} == expected


def test_months_of_revenue_are_the_one_strong_pair(study, everyone):
    assert list(study["association"]["strong_pairs"]) == [
        "revenue_previous_month revenue_this_month"
    ]
    customers = everyone.customers
    months = customers[["revenue_this_month", "revenue_previous_month"]]
    assert months.corr("spearman").iloc[0, 1] == pytest.approx(0.88, abs=0.005)


def test_false_claims_do_not_come_out(study):
    found = study["findings"]
    keys = by_column(found)
    assert keys["service_errors"] == "lower"  # decliners met fewer failures, not more
    assert keys["promo_share"] == "higher"  # decliners buy on promotion oftener
    assert keys["contact_allowed"] == "alike_shares"
    assert keys["contacts_this_month"] == "alike"
    cautions = {finding["key"]: finding for finding in found["cautions"]}
    assert cautions["not_normal_but"]["columns"] == {"column": PROFIT}
    assert {"id_tells", "copies"} <= set(cautions)
    assert [finding["key"] for finding in found["profit"]] == ["profit_alone"]


def test_findings_of_errors_and_promotion_have_the_means_of_the_training_rows(study):
    amounts = {
        f["columns"]["column"]: f["amounts"]
        for f in study["findings"]["differences"]
        if "amounts" in f
    }
    assert pd.Series(amounts["service_errors"]).to_dict() == pytest.approx(
        {"declined": 3.95, "stayed": 4.35}, abs=0.02
    )
    assert amounts["promo_share"] == pytest.approx({"declined": 0.46, "stayed": 0.24}, abs=0.01)
