"""From the raw tables to the customers' table: every row is accounted for, no id tells anything."""

import math

import numpy as np
import pandas as pd
import pytest
from helpers.generated import write_tables
from helpers.joined import COLUMN_NAMES, SPLIT, STANDARD, customers, with_copies
from hypothesis import given
from hypothesis import strategies as st

from one_click.columns import (
    BY_NAME,
    DECLINED,
    FEATURES,
    ID,
    PROFIT,
    RAW_ID,
    TARGET,
)
from one_click.customers.cleaning import cleaned
from one_click.customers.preparation import (
    check_enough,
    content_hash,
    least_of_class,
    prepared,
    with_parts,
    with_spare_rows,
)
from one_click.running import writing
from one_click.running.errors import InputError
from one_click.settings.customers import Cleaning, Learn, Split


@pytest.mark.parametrize("regular", ["revenue_every_month", "revenue_any_month"])
@pytest.mark.parametrize("slip", ["aside", "repair", "keep"])
@pytest.mark.parametrize("twins", ["aside", "drop"])
def test_every_row_is_accounted_for(regular, slip, twins, raw, folder):
    """Who leaves is listed under one rule; who stays has one part; counts say the same."""
    table, metrics = prepared(folder, Cleaning(regular, slip, 10, twins), SPLIT)
    read = set(raw["customers"][RAW_ID])
    listed = [customer for ids in metrics["left_ids"].values() for customer in ids]
    assert len(listed) == len(set(listed))
    assert set(listed) == read - set(table[ID])
    assert metrics["left"] == {rule: len(ids) for rule, ids in metrics["left_ids"].items()}
    assert ("twin" in metrics["left"]) == (twins == "drop")
    parts = table["part"].value_counts().to_dict()
    counted = metrics["customers"]
    assert counted["read"] == len(read) == 260
    assert counted["kept"] == len(table) == 260 - len(listed)
    assert parts.get("aside", 0) == sum(metrics["aside"].values())
    assert (counted["train"], counted["test"]) == (parts["train"], parts["test"])
    assert counted["learned_or_tested"] == parts["train"] + parts["test"]
    assert metrics["revenue_slips"] == 1
    assert metrics["aside"]["revenue_slip"] == int(slip == "aside")
    learned = table[table["part"] != "aside"]
    label = BY_NAME[TARGET]
    declined = (raw[label.table][label.raw] == DECLINED.raw).sum()
    assert metrics["declined"] == {"read": declined, "learned_or_tested": learned[TARGET].sum()}


def test_who_stands_aside_is_in_neither_part():
    kept, _ = cleaned(with_copies(customers(41), (1, 39), (2, 40)), STANDARD)
    parts = with_parts(kept, SPLIT).set_index(ID)
    assert sorted(parts.index[parts["part"] == "aside"]) == ["39", "40"]
    assert parts["part"].value_counts().to_dict() == {"train": 29, "test": 10, "aside": 2}
    assert parts.loc[parts["part"] == "test", TARGET].sum() == 5
    assert list(parts) == [TARGET, *FEATURES, PROFIT, "twin_of", "part"]


@pytest.mark.parametrize("share", [0.01, 0.99])
def test_a_share_that_leaves_a_part_without_a_class_is_one_clear_line(share):
    kept, _ = cleaned(customers(6), STANDARD)
    with pytest.raises(InputError, match=rf"split\.test_share {share}") as error:
        with_parts(kept, Split(share, seed=1))
    assert len(str(error.value).splitlines()) == 1


def parted(**counts: int) -> pd.DataFrame:
    """Customers by class and part, as `stayed_train=5` counts them."""
    rows = [
        {TARGET: int(name.startswith("declined")), "part": name.partition("_")[2]}
        for name, count in counts.items()
        for _ in range(count)
    ]
    return pd.DataFrame(rows)


def test_too_little_to_learn_from_is_said_with_the_least_that_is_needed():
    split = Split(0.25, seed=1)
    check_enough(parted(stayed_train=5, stayed_test=2, declined_train=5, declined_test=1), split, 5)
    few = parted(stayed_train=9, stayed_test=3, declined_train=4, declined_test=1)
    with pytest.raises(InputError) as error:
        check_enough(few, split, 5)
    assert str(error.value) == (
        "market_file.csv: column «Покупательская активность»: 5 customers of «Снизилась» are too "
        "few to learn from; folds.splits 5 and split.test_share 0.25 need 7 of each class at "
        "least: give more rows"
    )
    with pytest.raises(InputError, match="«Прежний уровень» are too few"):
        check_enough(parted(stayed_train=9, declined_train=9, declined_test=1), split, 5)


@given(st.integers(2, 20), st.floats(0.01, 0.9))
def test_the_least_of_a_class_is_enough(folds, share):
    """Where the test rows have their share of the class, or one row more or less."""
    least = least_of_class(Split(share, seed=1), folds)
    assert least - math.ceil(least * share) >= folds
    assert least - 1 - math.ceil((least - 1) * share) < folds or least == folds + 1


def test_one_class_left_after_cleaning_is_one_clear_line():
    everyone = customers(6)
    everyone.loc[everyone[TARGET] == 1, "revenue_this_month"] = 0
    kept, _ = cleaned(everyone, STANDARD)
    with pytest.raises(InputError, match="after cleaning one class is left: see cleaning"):
        with_parts(kept, SPLIT)


def bytes_of(folder, tmp_path) -> tuple[bytes, dict]:
    table, metrics = prepared(folder, STANDARD, SPLIT)
    writing.write_parquet(tmp_path / "customers.parquet", table)
    return (tmp_path / "customers.parquet").read_bytes(), metrics


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_shuffled_raw_rows_give_the_same_bytes(seed, raw, folder, tmp_path):
    shuffled = {t: f.sample(frac=1, random_state=seed) for t, f in raw.items()}
    assert not shuffled["customers"].index.equals(raw["customers"].index)
    content, metrics = bytes_of(folder, tmp_path)
    again, figures = bytes_of(write_tables(tmp_path / "shuffled", shuffled), tmp_path)
    assert again == content
    assert figures == metrics


def renamed(raw, seed):
    """The store under other ids: an arbitrary bijection, so that their order changes too."""
    ids = raw["customers"][RAW_ID].to_numpy()
    others = np.random.default_rng(seed).choice(10**6, len(ids), replace=False).astype(str)
    new = dict(zip(ids.tolist(), others.tolist(), strict=True))
    return {t: f.assign(**{RAW_ID: f[RAW_ID].map(new)}) for t, f in raw.items()}, new


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_renamed_ids_give_the_same_frame_but_for_ids(seed, raw, usual, tmp_path):
    """Of twins, any may be the one that is learned from: they differ in id and profit alone."""
    before, _ = usual
    tables, new = renamed(raw, seed)
    after, _ = prepared(write_tables(tmp_path / "renamed", tables), STANDARD, SPLIT)
    own = [ID, "twin_of", "part"]
    pd.testing.assert_frame_equal(after.drop(columns=own), before.drop(columns=own))
    alone = ~before[[*FEATURES, TARGET]].duplicated(keep=False)
    assert 0 < (~alone).sum() < 20
    assert after.loc[alone, ID].tolist() == before.loc[alone, ID].map(new).tolist()
    assert after.loc[alone, "part"].tolist() == before.loc[alone, "part"].tolist()
    pd.testing.assert_frame_equal(seen(after), seen(before))


def seen(table):
    """What models see, in order: no id, no profit."""
    learned = table[table["part"] != "aside"]
    return learned[[*FEATURES, TARGET, "part"]].reset_index(drop=True)


def test_the_hash_tells_cells_and_not_their_order():
    everyone = customers(4)
    known = content_hash(everyone)
    assert content_hash(everyone.iloc[::-1]) == known
    for name in COLUMN_NAMES:
        cells = everyone[name].tolist()
        assert content_hash(everyone.assign(**{name: [None, *cells[1:]]})) != known, name


def test_consent_is_boolean_an_empty_one_is_a_refusal_and_is_counted(raw, usual, tmp_path):
    header = BY_NAME["contact_allowed"].raw
    agreed, refused, empty = usual[0][ID].iloc[:3]
    answers = raw["customers"][RAW_ID].map({refused: "нет", empty: ""}).fillna("да")
    edited = raw["customers"].assign(**{header: answers})
    table, metrics = prepared(write_tables(tmp_path, raw | {"customers": edited}), STANDARD, SPLIT)
    allowed = table.set_index(ID)["contact_allowed"]
    assert allowed.dtype == bool
    assert allowed[[agreed, refused, empty]].tolist() == [True, False, False]
    assert metrics["missing"] == {"contact_allowed": 1}


def test_a_profit_below_zero_is_kept(raw, usual, tmp_path):
    """A customer who costs more than she brings is a customer; profit changes no part."""
    table, _ = usual
    edited = raw["profit"].copy()
    edited[BY_NAME[PROFIT].raw] = -edited[BY_NAME[PROFIT].raw]
    loss, _ = prepared(write_tables(tmp_path, raw | {"profit": edited}), STANDARD, SPLIT)
    before, after = (frame.set_index(ID).sort_index() for frame in (table, loss))
    assert (after[PROFIT] < 0).all()
    pd.testing.assert_frame_equal(after.assign(**{PROFIT: -after[PROFIT]}), before)


def learned_from(table: pd.DataFrame, rows: int | None) -> pd.DataFrame:
    return with_spare_rows(table, Learn(rows, seed=3))


def test_a_sample_leaves_so_many_training_rows_and_as_large_a_share_of_test_rows(usual):
    """Both classes in their shares; who stands aside stays there."""
    table, _ = usual
    before, after = (frame["part"].value_counts() for frame in (table, learned_from(table, 90)))
    assert after["train"] == 90
    assert after["test"] == round(90 * before["test"] / before["train"])
    assert after["aside"] == before["aside"]
    declined = table[TARGET].groupby(table["part"]).mean()["train"]
    sampled = learned_from(table, 90).groupby("part")[TARGET].mean()["train"]
    assert sampled == pytest.approx(declined, abs=0.5 / 90)


def test_no_row_of_a_sample_changes_its_part_and_a_smaller_one_is_within_a_larger(usual):
    """So a test row stays unknown to every choice, however many rows the choice was made on."""
    table, _ = usual
    parts = {rows: learned_from(table, rows)["part"] for rows in (60, 120)}
    for part in ("train", "test"):
        few, more, every = (set(p.index[p == part]) for p in (*parts.values(), table["part"]))
        assert few < more < every


@pytest.mark.parametrize("rows", [None, 100_000])
def test_without_a_sample_or_with_a_larger_one_than_there_are_rows_nothing_is_spare(usual, rows):
    table, _ = usual
    pd.testing.assert_frame_equal(learned_from(table, rows), table)


def test_a_sample_differs_by_seed_and_by_nothing_else(usual):
    table, _ = usual
    one, again, other = (with_spare_rows(table, Learn(60, seed))["part"] for seed in (3, 3, 4))
    assert one.equals(again)
    assert not one.equals(other)


def test_a_sample_too_small_for_a_class_names_the_setting():
    few = parted(stayed_train=9, stayed_test=3, declined_train=4, declined_test=1, stayed_spare=9)
    with pytest.raises(InputError, match=r"give a larger learn\.rows$"):
        check_enough(few, Split(0.25, seed=1), 5)


def test_what_is_counted_says_how_many_are_spare(folder):
    _, metrics = prepared(folder, STANDARD, SPLIT, Learn(60, seed=3))
    counts = metrics["customers"]
    assert counts["train"] == 60
    assert counts["learned_or_tested"] == 60 + counts["test"]
    assert counts["kept"] == counts["learned_or_tested"] + counts["spare"] + sum(
        metrics["aside"].values()
    )
