"""Promises of `prepare`: which rows leave, stand aside, are learned from or tested on, and why."""

import os
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
import yaml
from helpers.imports import SOURCE

from one_click import artefacts
from one_click.columns import (
    BY_NAME,
    COLUMNS,
    DECLINED,
    FEATURES,
    ID,
    PROFIT,
    RAW_ID,
    REVENUES,
    TABLES,
    TARGET,
)
from one_click.customers import cleaning as prepare
from one_click.customers import generated as sample
from one_click.customers.cleaning import cleaned
from one_click.customers.joining import in_order_of_content, joined
from one_click.customers.parts import assigned_parts, with_parts
from one_click.customers.preparation import content_hash, prepared
from one_click.running import stage, writing
from one_click.running.errors import InputError
from one_click.settings.customers import Cleaning, Split

STANDARD = Cleaning("revenue_every_month", "aside", 10, "aside")
SPLIT = Split(0.25, seed=1)
COLUMN_NAMES = [ID, *(column.name for column in COLUMNS)]


def cleaning(**rules) -> Cleaning:
    """The standard rules with some changed."""
    return Cleaning(**(vars(STANDARD) | rules))


def customers(count: int, **columns) -> pd.DataFrame:
    """As `joined` gives them: ids from 1, no twins, revenue 100 each month, classes in turn."""
    numbers = np.arange(1, count + 1)
    frame = pd.DataFrame({ID: numbers})
    for column in COLUMNS:
        if column.values:
            frame[column.name] = column.values[0].code
        else:
            frame[column.name] = 100.0 if column.name in REVENUES else numbers / (count + 1)
    frame = frame.assign(declined=numbers % 2, contact_allowed=True)
    return frame.assign(**columns)


def test_the_table_of_the_tests_is_that_of_joined(folder):
    """Otherwise the tests of single rules would prove nothing."""
    made, read = customers(3), joined(prepare.read_tables(folder).frames)
    assert list(made) == list(read) == COLUMN_NAMES
    assert {n: t.kind for n, t in made.dtypes.items()} == {
        n: t.kind for n, t in read.dtypes.items()
    }


@pytest.fixture(scope="module")
def raw() -> dict[str, pd.DataFrame]:
    """A generated store of 260 with the blemishes of the real one, by table."""
    return sample.draw_store(260, seed=4)[0]


def store(folder, tables):
    """Write raw tables into a folder."""
    folder.mkdir(exist_ok=True)
    for table, frame in tables.items():
        (folder / TABLES[table].file).write_bytes(sample.table_csv(table, frame))
    return folder


@pytest.fixture(scope="module")
def folder(raw, tmp_path_factory):
    return store(tmp_path_factory.mktemp("store"), raw)


@pytest.fixture(scope="module")
def usual(folder):
    """Customers and metrics of the store under the standard rules."""
    return prepared(folder, STANDARD, SPLIT)


# Joining


def two_customers() -> dict[str, pd.DataFrame]:
    """Raw frames of customers 1 and 2; each table in another order, months in none."""
    of_customers = [c for c in COLUMNS if c.table == "customers"]
    rows = {
        column.raw: [column.values[0].code, column.values[1].code] if column.values else [1.5, 2.5]
        for column in of_customers
    }
    months = {table: TABLES[table].period for table in ("revenue", "minutes")}
    return {
        "customers": pd.DataFrame({RAW_ID: [2, 1], **rows}),
        "revenue": pd.DataFrame(
            [
                (1, "previous_month", 12.0),
                (2, "this_month", 23.0),
                (1, "two_months_ago", 11.0),
                (2, "two_months_ago", 21.0),
                (2, "previous_month", 22.0),
                (1, "this_month", 13.0),
            ],
            columns=[RAW_ID, months["revenue"], BY_NAME["revenue_this_month"].raw],
        ),
        "minutes": pd.DataFrame(
            [
                (1, "this_month", 15.0),
                (2, "previous_month", 24.0),
                (1, "previous_month", 14.0),
                (2, "this_month", 25.0),
            ],
            columns=[RAW_ID, months["minutes"], BY_NAME["minutes_this_month"].raw],
        ),
        "profit": pd.DataFrame({RAW_ID: [1, 2], BY_NAME[PROFIT].raw: [-0.5, 7.0]}),
    }


def test_joined_gives_each_customer_its_own_cells_and_months_as_columns():
    """Orders differ from table to table; nothing is averaged, multiplied or mixed up."""
    wide = joined(two_customers()).set_index(ID)
    assert sorted(wide.index) == [1, 2]
    for name, first, second in [
        ("revenue_two_months_ago", 11, 21),
        ("revenue_previous_month", 12, 22),
        ("revenue_this_month", 13, 23),
        ("minutes_previous_month", 14, 24),
        ("minutes_this_month", 15, 25),
        (PROFIT, -0.5, 7),
        ("pages_per_visit", 2.5, 1.5),
        (TARGET, 1, 0),
        ("contact_allowed", True, False),
        ("service_type", "premium", "standard"),
        ("favourite_category", "textile", "children"),
    ]:
        assert wide[name].loc[[1, 2]].tolist() == [first, second], name


def test_joined_refuses_a_month_that_stands_twice():
    """`pivot`, not `pivot_table`: a double would be averaged in silence."""
    frames = two_customers()
    frames["revenue"] = pd.concat([frames["revenue"], frames["revenue"].iloc[[0]]])
    with pytest.raises(ValueError, match="duplicate"):
        joined(frames)


# Who is regular


@pytest.mark.parametrize(
    ("rule", "left"),
    [("revenue_every_month", [2, 3, 5]), ("revenue_any_month", [3])],
)
def test_customers_who_are_not_regular_leave_and_are_listed(rule, left):
    """1 and 4 buy each month, 2 misses one, 3 never buys, one month of 5 is missing."""
    everyone = customers(
        5,
        revenue_two_months_ago=[1, 0, 0, 0.01, 1],
        revenue_previous_month=[1, 1, 0, 1, np.nan],
        revenue_this_month=[1, 1, 0, 1, 1],
    )
    kept, counts = cleaned(everyone, cleaning(regular=rule))
    assert sorted(kept[ID]) == sorted({1, 2, 3, 4, 5} - set(left))
    assert counts["left"] == {rule: len(left)}
    assert counts["left_ids"] == {rule: left}


# Slips

SLIP_AT_3 = {
    "revenue_two_months_ago": [100.0, 100, 80, 100, 100],
    "revenue_previous_month": [100.0, 100, 140, 100, 100],
    "revenue_this_month": [100.0, 1000, 1000.5, 90, 100],
}


def with_slip(rule: str):
    """Medians are 100: 1000 is ten of them, no more; 1000.5 of customer 3 is a slip."""
    kept, counts = cleaned(customers(5, **SLIP_AT_3), cleaning(revenue_slip=rule))
    assert counts["revenue_slips"] == 1
    assert counts["left"] == {"revenue_every_month": 0}
    kept = kept.set_index(ID).sort_index()
    others = [1, 2, 4, 5]
    for name, values in SLIP_AT_3.items():
        assert kept.loc[others, name].tolist() == [values[i - 1] for i in others]
    assert kept.loc[others, "aside"].isna().all()
    return kept.loc[3, [*REVENUES, "aside"]].tolist(), counts["aside"]


def test_a_slip_stands_aside_and_its_revenue_counts_as_missing():
    """Scored, not learned from; nor is it scored with a revenue that is wrong."""
    (two_ago, previous, this, aside), counted = with_slip("aside")
    assert (two_ago, previous) == (80, 140)
    assert np.isnan(this)
    assert aside == "revenue_slip"
    assert counted == {"revenue_slip": 1, "twin": 0}


def test_a_slip_is_repaired_by_the_mean_of_the_other_months():
    (two_ago, previous, this, aside), counted = with_slip("repair")
    assert (two_ago, previous, this) == (80, 140, 110)
    assert pd.isna(aside)
    assert counted == {"revenue_slip": 0, "twin": 0}


def test_a_slip_is_kept():
    (two_ago, previous, this, aside), counted = with_slip("keep")
    assert (two_ago, previous, this) == (80, 140, 1000.5)
    assert pd.isna(aside)
    assert counted == {"revenue_slip": 0, "twin": 0}


def test_two_slips_of_a_customer_are_one_customer_and_repaired_by_the_third_month():
    slips = {name: [100.0, 100, 5000, 100, 100] for name in REVENUES[1:]}
    kept, counts = cleaned(customers(5, **slips), cleaning(revenue_slip="repair"))
    assert counts["revenue_slips"] == 1
    assert kept.set_index(ID).loc[3, list(REVENUES)].tolist() == [100, 100, 100]


def test_a_repair_leaves_an_empty_month_empty():
    """What is missing is no slip."""
    months = {name: [100.0] * 5 for name in REVENUES}
    months[REVENUES[1]][2] = np.nan
    rules = cleaning(revenue_slip="repair", regular="revenue_any_month")
    kept, counts = cleaned(customers(5, **months), rules)
    assert counts["revenue_slips"] == 0
    assert kept[REVENUES[1]].isna().sum() == 1


# Twins


def with_copies(everyone: pd.DataFrame, *pairs) -> pd.DataFrame:
    """Give the second customer of each pair the features and target of the first."""
    frame = everyone.set_index(ID)
    for first, second in pairs:
        frame.loc[second, [*FEATURES, TARGET]] = frame.loc[first, [*FEATURES, TARGET]]
    return frame.astype(everyone.set_index(ID).dtypes.to_dict()).reset_index()


def test_of_three_copies_the_lowest_id_is_learned_and_the_others_stand_aside():
    """Whatever the order of rows; profit is theirs and may differ."""
    everyone = with_copies(customers(7), (3, 5), (3, 7))
    for order in ([0, 1, 2, 3, 4, 5, 6], [6, 4, 2, 0, 1, 3, 5]):
        kept, counts = cleaned(everyone.iloc[order], STANDARD)
        assert counts["left"] == {"revenue_every_month": 0}
        assert counts["aside"] == {"revenue_slip": 0, "twin": 2}
        kept = kept.set_index(ID).sort_index()
        assert kept["twin_of"].dropna().to_dict() == {5: 3, 7: 3}
        assert kept["aside"].dropna().to_dict() == {5: "twin", 7: "twin"}
        assert kept[PROFIT].tolist() == everyone[PROFIT].tolist()


def test_twins_are_dropped_and_listed():
    everyone = with_copies(customers(7), (3, 5), (3, 7), (2, 6))
    kept, counts = cleaned(everyone, cleaning(twins="drop"))
    assert sorted(kept[ID]) == [1, 2, 3, 4]
    assert kept["twin_of"].isna().all()
    assert counts["left"] == {"revenue_every_month": 0, "twin": 3}
    assert counts["left_ids"] == {"revenue_every_month": [], "twin": [5, 6, 7]}
    assert counts["aside"] == {"revenue_slip": 0, "twin": 0}


@pytest.mark.parametrize("name", [*FEATURES, TARGET])
def test_customers_who_differ_in_one_feature_or_the_target_are_no_twins(name):
    everyone = with_copies(customers(4), (1, 3))
    assert cleaned(everyone, STANDARD)[1]["aside"]["twin"] == 1
    column = BY_NAME[name]
    if column.kind == "category":
        other = column.values[1].code
    else:
        other = {"number": 55.5, "consent": False, "label": 0}[column.kind]
    everyone.loc[2, name] = other
    assert cleaned(everyone, STANDARD)[1]["aside"]["twin"] == 0


def test_twins_may_share_a_missing_value():
    everyone = with_copies(customers(4, promo_share=[np.nan, 0.1, 0.2, 0.3]), (1, 3))
    everyone["service_type"] = pd.Series([None, "premium", None, "premium"], dtype=object)
    assert cleaned(everyone, STANDARD)[0]["twin_of"].dropna().tolist() == [1]


@pytest.mark.parametrize("rule", ["aside", "repair", "keep"])
def test_the_copy_of_a_slip_is_a_twin(rule):
    """Found before the slip is taken out; both stand aside where a slip does."""
    everyone = with_copies(customers(7, revenue_this_month=[100.0, 9999] + 5 * [100.0]), (2, 4))
    kept, counts = cleaned(everyone, cleaning(revenue_slip=rule))
    aside = kept.set_index(ID)["aside"].dropna().to_dict()
    assert aside == ({2: "revenue_slip"} if rule == "aside" else {}) | {4: "twin"}
    assert counts["revenue_slips"] == 2
    assert counts["aside"] == {"revenue_slip": int(rule == "aside"), "twin": 1}


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


# Parts


def test_parts_are_stratified_disjoint_and_of_the_asked_share():
    """Of 16 decliners and 24 others a quarter is 4 and 6; each row is in one part."""
    target = pd.Series([1] * 16 + [0] * 24)
    part = assigned_parts(target, 0.25, seed=1)
    assert set(part) == {"train", "test"}
    assert target[part == "test"].tolist() == [1] * 4 + [0] * 6
    assert (part == "train").sum() == 30


def test_parts_follow_from_the_seed():
    target = pd.Series([1] * 40 + [0] * 60)
    one, again, other = (assigned_parts(target, 0.3, seed) for seed in (1, 1, 2))
    assert one.tolist() == again.tolist()
    assert one.tolist() != other.tolist()
    assert (one == "test").sum() == (other == "test").sum() == 30


def test_parts_are_shuffled():
    """Rows stand in the order of their content: a test part of neighbours would be a biased one."""
    target = pd.Series([1] * 400 + [0] * 400)
    places = np.flatnonzero(assigned_parts(target, 0.25, seed=1) == "test")
    assert abs(np.mean(places) - 399.5) < 60
    assert 0.5 < (np.diff(places) == 1).mean() / 0.25 < 1.5


def test_who_stands_aside_is_in_neither_part():
    kept, _ = cleaned(with_copies(customers(41), (1, 39), (2, 40)), STANDARD)
    parts = with_parts(kept, SPLIT).set_index(ID)
    assert sorted(parts.index[parts["part"] == "aside"]) == [39, 40]
    assert parts["part"].value_counts().to_dict() == {"train": 29, "test": 10, "aside": 2}
    assert parts.loc[parts["part"] == "test", TARGET].sum() == 5
    assert list(parts) == [TARGET, *FEATURES, PROFIT, "twin_of", "part"]


@pytest.mark.parametrize("share", [0.01, 0.99])
def test_a_share_that_leaves_a_part_without_a_class_is_one_clear_line(share):
    kept, _ = cleaned(customers(6), STANDARD)
    with pytest.raises(InputError, match=rf"split\.test_share {share}") as error:
        with_parts(kept, Split(share, seed=1))
    assert len(str(error.value).splitlines()) == 1


def test_one_class_left_after_cleaning_is_one_clear_line():
    everyone = customers(6)
    everyone.loc[everyone[TARGET] == 1, "revenue_this_month"] = 0
    kept, _ = cleaned(everyone, STANDARD)
    with pytest.raises(InputError, match="after cleaning one class is left: see cleaning"):
        with_parts(kept, SPLIT)


# Ids and the order of rows reach nothing


def bytes_of(folder, tmp_path) -> tuple[bytes, dict]:
    table, metrics = prepared(folder, STANDARD, SPLIT)
    writing.write_parquet(tmp_path / "customers.parquet", table)
    return (tmp_path / "customers.parquet").read_bytes(), metrics


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_shuffled_raw_rows_give_the_same_bytes(seed, raw, folder, tmp_path):
    shuffled = {t: f.sample(frac=1, random_state=seed) for t, f in raw.items()}
    assert not shuffled["customers"].index.equals(raw["customers"].index)
    content, metrics = bytes_of(folder, tmp_path)
    again, figures = bytes_of(store(tmp_path / "shuffled", shuffled), tmp_path)
    assert again == content
    assert figures == metrics


def renamed(raw, seed):
    """The store under other ids: an arbitrary bijection, so that their order changes too."""
    ids = raw["customers"][RAW_ID].to_numpy()
    others = np.random.default_rng(seed).choice(10**6, len(ids), replace=False)
    new = dict(zip(ids.tolist(), others.tolist(), strict=True))
    return {t: f.assign(**{RAW_ID: f[RAW_ID].map(new)}) for t, f in raw.items()}, new


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_renamed_ids_give_the_same_frame_but_for_ids(seed, raw, usual, tmp_path):
    """Of twins, any may be the one that is learned from: they differ in id and profit alone."""
    before, _ = usual
    tables, new = renamed(raw, seed)
    after, _ = prepared(store(tmp_path / "renamed", tables), STANDARD, SPLIT)
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


def test_rows_stand_in_the_order_of_their_content():
    """First by the first feature, last by profit; by id where all is equal."""
    everyone = customers(4, service_type=["standard", "premium", "premium", "premium"])
    everyone = with_copies(everyone, (2, 4), (2, 3)).assign(monthly_profit=[1.0, 9, 5, 5])
    for order in ([0, 1, 2, 3], [3, 2, 1, 0]):
        assert in_order_of_content(everyone.iloc[order])[ID].tolist() == [3, 4, 2, 1]


def test_the_hash_tells_cells_and_not_their_order():
    everyone = customers(4)
    known = content_hash(everyone)
    assert content_hash(everyone.iloc[::-1]) == known
    for name in COLUMN_NAMES:
        cells = everyone[name].tolist()
        assert content_hash(everyone.assign(**{name: [None, *cells[1:]]})) != known, name


# Consent and profit


def test_consent_is_boolean_an_empty_one_is_a_refusal_and_is_counted(raw, usual, tmp_path):
    header = BY_NAME["contact_allowed"].raw
    agreed, refused, empty = usual[0][ID].iloc[:3]
    answers = raw["customers"][RAW_ID].map({refused: "нет", empty: ""}).fillna("да")
    edited = raw["customers"].assign(**{header: answers})
    table, metrics = prepared(store(tmp_path, raw | {"customers": edited}), STANDARD, SPLIT)
    allowed = table.set_index(ID)["contact_allowed"]
    assert allowed.dtype == bool
    assert allowed[[agreed, refused, empty]].tolist() == [True, False, False]
    assert metrics["missing"] == {"contact_allowed": 1}


def test_a_profit_below_zero_is_kept(raw, usual, tmp_path):
    """A customer who costs more than she brings is a customer; profit changes no part."""
    table, _ = usual
    edited = raw["profit"].copy()
    edited[BY_NAME[PROFIT].raw] = -edited[BY_NAME[PROFIT].raw]
    loss, _ = prepared(store(tmp_path, raw | {"profit": edited}), STANDARD, SPLIT)
    before, after = (frame.set_index(ID).sort_index() for frame in (table, loss))
    assert (after[PROFIT] < 0).all()
    pd.testing.assert_frame_equal(after.assign(**{PROFIT: -after[PROFIT]}), before)


# main()


@pytest.fixture
def workplace(folder, tmp_path, monkeypatch):
    """A working folder with a lock and the store's tables."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DVC_STAGE", raising=False)
    lock = yaml.safe_load((SOURCE.parent / artefacts.CONF_LOCK).read_text(encoding="utf-8"))
    lock["tables"] = "tables"
    artefacts.CONF_LOCK.write_text(yaml.safe_dump(lock, allow_unicode=True), encoding="utf-8")
    (tmp_path / "tables").mkdir()
    for path in folder.iterdir():
        (tmp_path / "tables" / path.name).write_bytes(path.read_bytes())
    return tmp_path


def written() -> tuple[bytes, bytes]:
    return artefacts.CUSTOMERS.read_bytes(), artefacts.PREPARE_METRICS.read_bytes()


def test_main_writes_both_files_and_the_same_bytes_again(workplace, usual):
    stage.run(prepare.main)
    first = written()
    pd.testing.assert_frame_equal(pd.read_parquet(artefacts.CUSTOMERS), usual[0], check_dtype=False)
    assert writing.read_json(artefacts.PREPARE_METRICS) == writing.rounded(usual[1])
    stage.run(prepare.main)
    assert written() == first
    assert {path.name for path in workplace.iterdir()} == {
        "conf.lock.yaml", "tables", "data", "metrics",
    }  # fmt: skip


def test_bad_tables_are_a_line_a_fault_and_leave_earlier_outputs(workplace, capsys):
    """Exit code 1, no traceback, nothing on stdout, both files as they were."""
    stage.run(prepare.main)
    before = written()
    capsys.readouterr()
    (workplace / "tables/money.csv").unlink()
    (workplace / "tables/market_time.csv").write_bytes(b"")
    with pytest.raises(SystemExit) as exit_:
        stage.run(prepare.main)
    assert exit_.value.code == 1
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.splitlines() == [
        "error: tables/market_time.csv: the file is empty: export the table again",
        "error: tables/money.csv: no such file; put it there or set `tables` to its folder",
    ]
    assert written() == before


def test_bad_tables_write_nothing_where_nothing_was(workplace):
    (workplace / "tables/money.csv").unlink()
    with pytest.raises(SystemExit):
        stage.run(prepare.main)
    assert not artefacts.CUSTOMERS.exists()
    assert not artefacts.PREPARE_METRICS.exists()


def test_the_command_ends_with_code_1_and_no_traceback(workplace):
    """As DVC and a person run it."""
    (workplace / "tables/money.csv").unlink()
    done = subprocess.run(
        [sys.executable, "-m", "one_click.customers.cleaning"],
        env=os.environ | {"PYTHONPATH": str(SOURCE)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.splitlines() == [
        "error: tables/money.csv: no such file; put it there or set `tables` to its folder"
    ]
