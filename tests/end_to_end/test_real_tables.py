"""The figures that hold on the store's real tables; skipped where they are absent."""

import numpy as np
import pandas as pd
import pytest
from helpers.real import REAL_TABLES, needs_real_tables

from one_click.columns import BY_NAME, CONSENT, DECLINED, ID, PROFIT, RAW_ID, TABLES, TARGET
from one_click.customers.joining import CONTENT
from one_click.customers.preparation import prepared
from one_click.customers.reading import RawTables, read_tables
from one_click.settings.customers import Cleaning, Split

pytestmark = needs_real_tables

FIRST_COPIES, SECOND_COPIES = (
    [str(number) for number in range(first, first + 11)] for first in (215685, 215895)
)
NOT_REGULAR, SLIP = ["215348", "215357", "215359"], "215380"


@pytest.fixture(scope="module")
def raw() -> RawTables:
    return read_tables(REAL_TABLES)


@pytest.fixture(scope="module")
def usual() -> tuple[pd.DataFrame, dict]:
    """Customers and metrics under the standard rules."""
    rules = Cleaning("revenue_every_month", "aside", 10, "aside")
    return prepared(REAL_TABLES, rules, Split(0.25, seed=1))


def cells(raw, name) -> pd.Series:
    """A column of the raw tables; of one with a row a month, its month."""
    column = BY_NAME[name]
    frame = raw.frames[column.table]
    if column.month:
        frame = frame[frame[TABLES[column.table].period] == column.month.code]
    return frame[column.raw]


def test_rows(raw):
    assert {table: len(frame) for table, frame in raw.frames.items()} == {
        "customers": 1300,
        "revenue": 3900,
        "minutes": 2600,
        "profit": 1300,
    }
    assert raw.frames["customers"][RAW_ID].nunique() == 1300
    assert not any(frame.isna().any(axis=None) for frame in raw.frames.values())


@pytest.mark.parametrize(
    ("name", "mean", "digits"),
    [
        ("contacts_six_months", 4.2538, 4),
        ("tenure_days", 601.9, 1),
        ("pages_per_visit", 8.18, 2),
        ("service_errors", 4.19, 2),
        (PROFIT, 3.9966, 4),
    ],
)
def test_means(raw, name, mean, digits):
    assert round(cells(raw, name).mean(), digits) == mean


@pytest.mark.parametrize(
    ("name", "total"),
    [
        ("revenue_this_month", 6_909_449.1),
        ("revenue_previous_month", 6_417_996.5),
        ("revenue_two_months_ago", 6_272_769.0),
        ("minutes_this_month", 17_166),
        ("minutes_previous_month", 17_508),
    ],
)
def test_sums(raw, name, total):
    assert round(cells(raw, name).sum(), 1) == total


def test_counts_and_shares(raw):
    assert (cells(raw, "contacts_six_months") < 2).sum() == 36
    assert set(cells(raw, "contacts_this_month")) == {3, 4, 5}
    assert (cells(raw, "contacts_this_month") == 4).sum() == 669
    assert round((cells(raw, "tenure_days") < 365).mean(), 3) == 0.208
    assert (cells(raw, "promo_share") >= 0.33).sum() == 277
    assert cells(raw, "categories_per_visit").mode().tolist() == [3]
    assert round((cells(raw, "service_type") == "standard").mean(), 4) == 0.7108
    assert round((cells(raw, "contact_allowed") == CONSENT.code).mean(), 3) == 0.74
    assert (cells(raw, TARGET) == DECLINED.code).sum() == 498
    assert (cells(raw, PROFIT).min(), cells(raw, PROFIT).max()) == (0.86, 7.43)
    assert cells(raw, "revenue_this_month").nlargest(2).tolist() == [106862.2, 7799.4]


def test_categories(raw):
    assert cells(raw, "favourite_category").value_counts().to_dict() == {
        "children": 330,
        "textile": 251,
        "cosmetics": 223,
        "beauty_devices": 184,
        "small_appliances": 174,
        "kitchenware": 138,
    }


def test_spellings_are_mended_and_counted(raw):
    """10 of the service type, the 223 of one category, and a month in every second row."""
    assert raw.mended == {
        BY_NAME["service_type"].raw: 10,
        BY_NAME["favourite_category"].raw: 223,
        TABLES["minutes"].period: 1300,
    }


def test_what_is_often_claimed_is_not_so(usual):
    """Of the 1285, decliners met fewer errors, bought more on promotion; 1 and 2 unpaid lead."""
    learned = usual[0][usual[0]["part"] != "aside"]
    means = learned.groupby(TARGET)[["service_errors", "promo_share"]].mean().round(2)
    assert means.loc[0].tolist() == [4.34, 0.24]
    assert means.loc[1].tolist() == [3.94, 0.46]
    assert set(learned["unpaid_items"].value_counts().index[:2]) == {1, 2}


def test_ids_give_the_target_away(raw):
    """So neither they nor the order of rows may reach a model."""
    declined = (cells(raw, TARGET) == DECLINED.code).to_numpy()
    ids = raw.frames["customers"][RAW_ID].to_numpy(dtype=int)
    assert declined[(ids >= 215349) & (ids <= 215747)].all()
    assert not declined[(ids >= 215942) & (ids <= 216647)].any()
    higher = np.searchsorted(np.sort(ids[~declined]), ids[declined])
    assert 1 - higher.mean() / (~declined).sum() == pytest.approx(0.98, abs=0.005)


def test_months_of_revenue_go_together(usual):
    months = usual[0][["revenue_this_month", "revenue_previous_month"]]
    assert months.rank().corr().iloc[0, 1] == pytest.approx(0.88, abs=0.005)


def test_prepare_counts(usual):
    """1300 read, 3 leave, the slip and 11 second copies stand aside: 1285 rows, 483 declined."""
    _, metrics = usual
    assert metrics["left"] == {"revenue_every_month": 3}
    assert metrics["left_ids"] == {"revenue_every_month": NOT_REGULAR}
    assert metrics["revenue_slips"] == 1
    assert metrics["aside"] == {"revenue_slip": 1, "twin": 11}
    assert metrics["missing"] == {}
    assert metrics["customers"] == {
        "read": 1300,
        "kept": 1297,
        "learned_or_tested": 1285,
        "train": 963,
        "test": 322,
    }
    assert metrics["declined"] == {"read": 498, "learned_or_tested": 483}


def test_prepare_sets_the_slip_and_the_second_copies_aside(usual):
    customers = usual[0].set_index(ID)
    aside = customers.index[customers["part"] == "aside"]
    assert sorted(aside) == [SLIP, *SECOND_COPIES]
    twins = customers["twin_of"].dropna().to_dict()
    assert twins == dict(zip(SECOND_COPIES, FIRST_COPIES, strict=True))
    assert not customers[customers["part"] != "aside"].duplicated(CONTENT).any()


@pytest.mark.parametrize(
    ("rules", "learned"),
    [
        (("revenue_every_month", "keep", 10, "aside"), 1286),
        (("revenue_every_month", "repair", 10, "drop"), 1286),
        (("revenue_any_month", "aside", 10, "aside"), 1288),
    ],
)
def test_other_rules_give_other_counts(rules, learned):
    _, metrics = prepared(REAL_TABLES, Cleaning(*rules), Split(0.25, seed=1))
    assert metrics["customers"]["learned_or_tested"] == learned
