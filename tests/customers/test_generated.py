"""Promises of the generated store: its tables, its blemishes, its aggregates and its truth."""

import io

import numpy as np
import pandas as pd
import pytest

from one_click import columns
from one_click.columns import BY_NAME, COLUMNS, DECLINED, PROFIT, RAW_ID, TABLES, TARGET
from one_click.customers import generated as sample


def code_of(column: columns.Column, cells: pd.Series, values=None) -> pd.Series:
    """Raw spellings, right or wrong, to codes."""
    values = values or column.values
    codes = {raw: value.code for value in values for raw in (value.raw, *value.misspelt)}
    assert set(cells) <= set(codes), f"unknown values of {column.raw}"
    return cells.map(codes)


def customers_of(tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """One row a customer in code names; the months become columns, spellings become codes."""
    rows = pd.DataFrame(index=tables["customers"][RAW_ID])
    for column in COLUMNS:
        table = tables[column.table].set_index(RAW_ID)
        if column.month:
            period = code_of(
                column,
                table[TABLES[column.table].period],
                [c.month for c in COLUMNS if c.table == column.table],
            )
            table = table[period == column.month.code]
        cells = table[column.raw]
        rows[column.name] = code_of(column, cells) if column.values else cells
    return rows


def auc(scores: pd.Series, positive: pd.Series) -> float:
    """ROC-AUC by ranks."""
    ranks = pd.Series(np.asarray(scores)).rank().to_numpy()[np.asarray(positive)]
    ahead = ranks.sum() - len(ranks) * (len(ranks) + 1) / 2
    return ahead / (len(ranks) * (len(positive) - len(ranks)))


def is_declined(rows: pd.DataFrame) -> pd.Series:
    return rows[TARGET] == DECLINED.code


@pytest.fixture(scope="module")
def large():
    """A store of 50,000: cleaned rows without slip and empty months, beside their truth."""
    tables, truth = sample.draw_store(50_000, seed=5)
    rows = customers_of(tables)
    rows["probability"] = truth["probability"].to_numpy()
    usual = (rows[list(columns.REVENUES)] > 0).all(axis=1) & (rows["revenue_this_month"] < 25_000)
    return rows[usual]


@pytest.fixture(scope="module")
def store():
    return sample.draw_store(1300, seed=1)


def test_tables_have_the_shape_ids_and_headers_of_the_column_table(store):
    """1300 customers give 1300, 3900, 2600 and 1300 rows under the raw headers."""
    tables, truth = store
    assert {key: len(table) for key, table in tables.items()} == {
        "customers": 1300,
        "revenue": 3900,
        "minutes": 2600,
        "profit": 1300,
    }
    for key, table in tables.items():
        period = [TABLES[key].period] if TABLES[key].period else []
        raw = dict.fromkeys(column.raw for column in COLUMNS if column.table == key)
        assert list(table) == [RAW_ID, *period, *raw]
        assert table[RAW_ID].drop_duplicates().tolist() == [
            str(215348 + place) for place in range(1300)
        ]
        assert not table.isna().any(axis=None)
    assert list(truth) == [columns.ID, "probability"]
    assert truth[columns.ID].tolist() == tables["customers"][RAW_ID].tolist()
    assert truth["probability"].between(0, 1).all()


def test_values_lie_in_the_ranges_of_the_column_table(large):
    for column in COLUMNS:
        if column.kind == "number":
            low = -np.inf if column.low is None else column.low
            high = np.inf if column.high is None else column.high
            assert large[column.name].between(low, high).all(), column.name
    for name, (low, high, decimals) in sample.GRIDS.items():
        assert large[name].between(low, high).all(), name
        assert (large[name].round(decimals) == large[name]).all(), name


def test_months_stand_in_no_fixed_order(store):
    """Every order of the months occurs, so only the period tells which month a row is."""
    for key, orders in (("revenue", 6), ("minutes", 2)):
        table = store[0][key]
        found = table.groupby(RAW_ID)[TABLES[key].period].agg("|".join).value_counts()
        assert len(found) == orders
        assert found.min() > 0.8 * 1300 / orders


def test_truth_is_bayes_rule_on_the_visible_values():
    """The vectorised truth equals sums and products written out for one customer at a time."""
    features, probability = sample.draw_features(200, np.random.default_rng(3))
    for row in range(200):
        joint = np.array(sample.SHARE_OF_STORE)
        for name in [*sample.BELLS, *sample.WEIGHTS]:
            if name in sample.CHAIN:
                before = features[sample.CHAIN[name][0]][row]
                centre, width = np.array(sample.BELLS[name]).T
                error = (np.log(features[name][row] / before) - centre) / width
                joint = joint * np.exp(-(error**2) / 2) / width
            else:
                place = np.flatnonzero(sample.grid(name) == features[name][row]).item()
                joint = joint * sample.chances_by_kind(name)[:, place]
        by_hand = np.dot(sample.DECLINE, joint) / joint.sum()
        assert probability[row] == pytest.approx(by_hand, rel=1e-9)


def test_chances_and_shares_sum_to_one():
    assert sum(sample.SHARE_OF_STORE) == pytest.approx(1)
    for name in [*(name for name in sample.BELLS if name not in sample.CHAIN), *sample.WEIGHTS]:
        chances = sample.chances_by_kind(name)
        assert chances.shape == (len(sample.SHARE_OF_STORE), len(sample.grid(name)))
        np.testing.assert_allclose(chances.sum(axis=1), 1)


def within_chance(rows: pd.DataFrame) -> bool:
    """Whether the share of decliners is the mean truth, but for four standard errors."""
    probability = rows["probability"]
    error = np.sqrt((probability * (1 - probability)).sum()) / len(rows)
    return abs(is_declined(rows).mean() - probability.mean()) < 4 * error


def test_truth_is_calibrated(large):
    """In each bin of the truth, and in groups that the features make, the drawn share is it."""
    for _, rows in large.groupby(pd.qcut(large["probability"], 20)):
        assert within_chance(rows)
    for group in (
        large["pages_per_visit"] >= 12,
        large["promo_share"] > 0.6,
        (large["pages_per_visit"] >= 11) & (large["unpaid_items"] >= 5),
        large["revenue_previous_month"] > 1.2 * large["revenue_two_months_ago"],
        large["favourite_category"] == "small_appliances",
        large["contact_allowed"] == "no",
    ):
        assert within_chance(large[group])


def test_truth_ranks_as_well_as_a_good_model_could(large):
    assert 0.92 <= auc(large["probability"], is_declined(large)) <= 0.95


@pytest.mark.parametrize(
    ("name", "stayed", "declined", "tolerance"),
    [
        ("contacts_six_months", 4.57, 3.74, 0.1),
        ("tenure_days", 591, 623, 12),
        ("promo_share", 0.24, 0.45, 0.02),
        ("categories_per_visit", 3.67, 2.62, 0.1),
        ("unpaid_items", 2.29, 3.73, 0.2),
        ("service_errors", 4.34, 3.94, 0.1),
        ("pages_per_visit", 9.80, 5.57, 0.3),
        ("minutes_previous_month", 15.0, 10.9, 0.3),
        ("minutes_this_month", 14.6, 10.9, 0.3),
        ("revenue_two_months_ago", 4933, 4651, 50),
        ("revenue_previous_month", 4933, 4972, 50),
        ("revenue_this_month", 5198, 5304, 50),
    ],
)
def test_means_of_decliners_and_others_are_near_a_real_store(
    large, name, stayed, declined, tolerance
):
    means = large.groupby(is_declined(large))[name].mean()
    assert means[False] == pytest.approx(stayed, abs=tolerance)
    assert means[True] == pytest.approx(declined, abs=tolerance)


def test_shares_are_near_a_real_store(large):
    declined = is_declined(large)
    assert 0.37 <= declined.mean() <= 0.39
    assert (large["service_type"] == "standard").mean() == pytest.approx(0.71, abs=0.02)
    premium = (large["service_type"] == "premium").groupby(declined).mean()
    assert premium[False] == pytest.approx(0.26, abs=0.02)
    assert premium[True] == pytest.approx(0.34, abs=0.02)
    assert (large["tenure_days"] < 365).mean() == pytest.approx(0.21, abs=0.02)
    assert (large["promo_share"] >= 0.33).mean() == pytest.approx(0.21, abs=0.02)
    assert large["categories_per_visit"].mode().item() == 3
    assert set(large["unpaid_items"].value_counts().index[:2]) == {1, 2}
    risks = declined.groupby(large["favourite_category"]).mean()
    assert risks["small_appliances"] == pytest.approx(0.16, abs=0.03)
    assert risks["beauty_devices"] == pytest.approx(0.28, abs=0.03)
    assert risks.drop(["small_appliances", "beauty_devices"]).between(0.36, 0.50).all()
    months = large[["revenue_this_month", "revenue_previous_month"]].rank()
    assert months.corr().iloc[0, 1] == pytest.approx(0.88, abs=0.02)


def test_what_tells_nothing_in_a_real_store_tells_nothing_here(large):
    """Consent, contacts of this month and profit are independent of the target."""
    declined = is_declined(large)
    consent = large["contact_allowed"] == "yes"
    assert consent.mean() == pytest.approx(0.74, abs=0.01)
    contacts = large["contacts_this_month"].value_counts(normalize=True)
    assert contacts[4] == pytest.approx(0.51, abs=0.01)
    assert contacts[3] == pytest.approx(contacts[5], abs=0.01)
    profit = large[PROFIT]
    assert (profit.mean(), profit.std()) == pytest.approx((4.0, 1.0), abs=0.03)
    assert profit.between(0.86, 7.43).all()
    for told in (consent, large["contacts_this_month"], profit):
        assert auc(told, declined) == pytest.approx(0.5, abs=0.012)


def without_profit(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.drop(columns=PROFIT).reset_index(drop=True)


@pytest.mark.parametrize(
    ("customers", "misspelt", "twins", "distance", "empty"),
    [(50, 1, 1, 8, 1), (1300, 10, 11, 210, 3), (13_000, 100, 110, 2100, 30)],
)
def test_blemishes_are_counted(customers, misspelt, twins, distance, empty):
    """Misspelt words, twins, the slip and empty months grow with the store; none is missing."""
    tables, truth = sample.draw_store(customers, seed=2)
    service_type, category = BY_NAME["service_type"], BY_NAME["favourite_category"]
    assert (
        tables["customers"][service_type.raw].isin(service_type.values[0].misspelt).sum()
        == misspelt
    )
    cosmetics = category.values[2]
    spelt = tables["customers"][category.raw]
    assert spelt.isin(cosmetics.misspelt).any()
    assert not spelt.isin([cosmetics.raw]).any()
    periods = tables["minutes"][TABLES["minutes"].period]
    assert periods.isin(columns.PREVIOUS_MONTH.misspelt).sum() == customers
    assert not periods.isin([columns.PREVIOUS_MONTH.raw]).any()

    rows = customers_of(tables)
    second = rows.drop(columns=PROFIT).duplicated().to_numpy()
    assert second.sum() == twins
    copies = np.flatnonzero(second)
    assert without_profit(rows.iloc[copies]).equals(without_profit(rows.iloc[copies - distance]))
    probability = truth["probability"].to_numpy()
    assert (probability[copies] == probability[copies - distance]).all()

    none = rows[list(columns.REVENUES)] == 0
    assert none.any(axis=1).sum() == empty
    assert none.sum(axis=1).max() <= 2
    assert not none["revenue_this_month"].any()

    highest = rows["revenue_this_month"].sort_values().iloc[-3:]
    assert highest.iloc[2] > 25_000
    assert highest.iloc[1] < 12_000
    before = rows["revenue_previous_month"][highest.index[2]]
    assert 14 < highest.iloc[2] / before < 30


def test_ids_give_the_target_away(store):
    """The trap is kept: decliners mostly come first, as in the real store."""
    rows = customers_of(store[0])
    assert auc(-rows.index.astype(int), is_declined(rows)) == pytest.approx(0.98, abs=0.01)


def test_slip_and_empty_months_keep_the_truth_before_them():
    """A blemish of the file says nothing about the customer: the truth is that of the others."""
    tables, truth = sample.draw_store(130_000, seed=3)
    rows = customers_of(tables)
    rows["probability"] = truth["probability"].to_numpy()
    empty = rows[rows["revenue_two_months_ago"] == 0]
    assert len(empty) == 300
    assert within_chance(empty)


def test_same_seed_gives_the_same_bytes_and_another_seed_another_store():
    def content(seed):
        tables, truth = sample.draw_store(300, seed)
        files = [sample.table_csv(key, table) for key, table in tables.items()]
        return [*files, truth.to_csv().encode()]

    assert content(11) == content(11)
    assert all(mine != other for mine, other in zip(content(11), content(12), strict=True))


def test_dialects_round_trip(store):
    """Profit is written with `;`, a decimal comma and CRLF; the others with `,`, `.` and LF."""
    for key, table in store[0].items():
        content = sample.table_csv(key, table)
        sep, decimal, end = (";", ",", "\r\n") if key == "profit" else (",", ".", "\n")
        read = pd.read_csv(io.BytesIO(content), sep=sep, decimal=decimal, dtype={RAW_ID: "str"})
        pd.testing.assert_frame_equal(read, table)
        lines = content.decode("utf-8").split(end)
        assert len(lines) == len(table) + 2
        assert lines[-1] == ""
        assert not any("\r" in line or "\n" in line for line in lines)
        assert lines[0] == sep.join(table)


def test_a_hundred_thousand_customers():
    tables, truth = sample.draw_store(100_000, seed=0)
    assert len(truth) == len(tables["customers"]) == 100_000
    assert len(tables["revenue"]) == 300_000


@pytest.mark.parametrize("customers", [-1, 0, 49])
def test_a_store_too_small_is_refused(customers):
    with pytest.raises(ValueError, match=f"at least 50 customers, not {customers}"):
        sample.draw_store(customers, seed=0)
