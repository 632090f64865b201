"""Offers of a wave reach a table once, whole, and nobody who does not allow messages."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pandas as pd
import pytest
from helpers.databases import (
    CAMPAIGN,
    CONSENTING,
    WAVE,
    Command,
    bytes_of,
    consents,
    in_sqlite,
    keep_wave,
    queries,
    write,
)

from one_click.commands import deliver
from one_click.databases import delivery

SHOP, SOURCE, TARGET = Path("shop.db"), Path("conf/source/shop.yaml"), Path("conf/target/shop.yaml")
WORDS = ("--wave", WAVE, "--target", TARGET)


def target(**changes: object) -> None:
    usual = {
        "database": {"url": f"sqlite:///{SHOP}", "lock_seconds": 0.01},
        "table": "offers",
        "source": SOURCE.as_posix(),
    }
    write(TARGET, usual | changes)


def source(asked: dict) -> None:
    write(SOURCE, {"database": {"url": f"sqlite:///{SHOP}"}, "queries": asked})


@pytest.fixture
def plan(tmp_path, monkeypatch):
    """A kept wave, by id, in a folder with a database of who allows messages."""
    monkeypatch.chdir(tmp_path)
    in_sqlite(SHOP, {"customers": consents()})
    source(queries())
    target()
    return keep_wave()


@pytest.fixture
def delivered(plan, monkeypatch, capsys):
    return Command(deliver, monkeypatch, capsys)


def rows(table: str = "offers") -> pd.DataFrame:
    with closing(sqlite3.connect(SHOP)) as database:
        return pd.read_sql(f"select * from {table} order by rank", database)


def test_a_row_is_an_offer_and_the_control_group_has_none(plan, delivered):
    groups = plan["group"].value_counts()
    assert set(groups.index) == {"treatment", "control"}
    out, complaints = delivered(*WORDS)
    written = rows()
    offers = plan[plan["group"] == "treatment"]
    assert sorted(written["customer_id"]) == sorted(offers.index)
    assert written["rank"].tolist() == list(range(1, len(offers) + 1))
    assert list(written.columns) == list(delivery.COLUMNS)
    for name in ("offer", "channel", "segment", "risk", "cost"):
        assert written[name].tolist() == offers.loc[written["customer_id"], name].tolist(), name
    first = written.iloc[0]
    assert (first["wave"], first["wave_date"], first["valid_until"]) == (
        "2026-12", "2026-12-01", "2026-12-31",
    )  # fmt: skip
    sent = offers["channel"].value_counts()
    counts = f"email {sent['email']}, site {sent['site']}"
    assert out == f"offers, wave 2026-12: {len(offers)} offers ({counts})\n"
    assert complaints == []


def test_a_second_delivery_changes_nothing(plan, delivered):
    delivered(*WORDS)
    before = SHOP.read_bytes()
    out, complaints = delivered(*WORDS)
    assert SHOP.read_bytes() == before
    assert "stand there already, nothing is written" in out
    assert complaints == []


def test_another_plan_under_the_name_of_a_wave_is_refused(plan, delivered):
    delivered(*WORDS)
    before = rows()
    keep_wave(budget=1.0)
    line = delivered.fault(*WORDS)
    assert "another plan stands there as wave '2026-12': give the campaign" in line
    pd.testing.assert_frame_equal(rows(), before)
    keep_wave(budget=1.0, wave="2027-03", wave_date="2026-12-02")
    delivered(*WORDS)
    assert set(rows()["wave"]) == {"2026-12", "2027-03"}


def test_a_dry_run_shows_what_would_be_written_and_writes_nothing(plan, delivered):
    before = bytes_of(Path())
    out, _ = delivered(*WORDS, "--dry-run")
    assert "CREATE TABLE offers (" in out
    assert "PRIMARY KEY (wave, customer_id)" in out
    assert f"(dry run): {(plan['group'] == 'treatment').sum()} offers" in out
    assert bytes_of(Path()) == before


def test_a_wave_without_offers_has_no_row(plan, delivered):
    keep_wave(budget=0.0, offers={"letter": CAMPAIGN.offers["letter"]})
    out, _ = delivered(*WORDS)
    assert out == "offers, wave 2026-12: 0 offers\n"
    assert len(rows()) == 0


def messages(plan: pd.DataFrame) -> list[str]:
    return list(plan.index[plan["channel"] == "email"])


def test_consent_withdrawn_since_the_plan_keeps_its_message_out(plan, delivered):
    """An offer on the site reaches out to nobody, and stays."""
    (one, *_) = messages(plan)
    in_sqlite(SHOP, {"customers": consents((one,))})
    out, _ = delivered(*WORDS)
    assert "1 messages to customers who do not allow any now: left out" in out
    left = set(plan.index[plan["group"] == "treatment"]) - {one}
    assert set(rows()["customer_id"]) == left
    assert "site" in set(rows()["channel"])


def test_an_id_of_a_float_column_is_the_same_customer(plan, delivered):
    in_sqlite(SHOP, {"customers": consents().astype({"id": float})})
    assert "left out" not in delivered(*WORDS)[0]
    assert set(rows()["customer_id"]) == set(plan.index[plan["group"] == "treatment"])


def test_who_is_no_longer_a_customer_gets_no_message(plan, delivered):
    (one, *_) = messages(plan)
    in_sqlite(SHOP, {"customers": consents().query("id != @one")})
    delivered(*WORDS)
    assert one not in set(rows()["customer_id"])


def test_consent_withdrawn_after_a_delivery_is_told(plan, delivered):
    delivered(*WORDS)
    (one, *_) = messages(plan)
    before = rows()
    in_sqlite(SHOP, {"customers": consents((one,))})
    _, (line,) = delivered(*WORDS)
    assert "1 customers have withdrawn their consent since" in line
    assert one in line
    pd.testing.assert_frame_equal(rows(), before)


def test_a_message_that_a_plan_calls_an_offer_on_the_site_is_one_still(plan, delivered):
    """What reaches out is what the campaign's offer does, whatever the plan's column says."""
    (one, *_) = messages(plan)
    from hashlib import sha256

    path = WAVE / "offers.parquet"
    pd.read_parquet(path).assign(channel="site").to_parquet(path, index=False)
    manifest = json.loads((WAVE / "manifest.json").read_text())
    manifest["files"]["offers.parquet"] = sha256(path.read_bytes()).hexdigest()
    (WAVE / "manifest.json").write_text(json.dumps(manifest))
    in_sqlite(SHOP, {"customers": consents(tuple(CONSENTING))})
    delivered(*WORDS)
    assert one not in set(rows()["customer_id"])


@pytest.mark.parametrize(
    ("edit", "told"),
    [
        (lambda: in_sqlite(SHOP, {"customers": pd.concat([consents()] * 2)}), "more than once"),
        (lambda: in_sqlite(SHOP, {"customers": consents()[10:]}), None),
        (lambda: in_sqlite(SHOP, {"customers": consents().assign(id=range(12))}),
         "customers of the wave's offers is in the source"),
        (lambda: in_sqlite(SHOP, {"customers": consents()[:0]}), "is in the source"),
        (lambda: in_sqlite(SHOP, {"customers": consents().replace("да", "ага")}), "is unknown"),
        (lambda: source(queries(customers={"id": "number"})), "no such column: number"),
        (lambda: source(queries(customers={"id": None})), "nothing for «id»"),
        (lambda: (WAVE / "campaign.yaml").write_text("a: 1"), "edited since the wave was kept"),
        (lambda: target(source="conf/source/none.yaml"), "conf/source/none.yaml: not found"),
        (lambda: target(table="offers; drop table customers"), "table: 'offers; drop table cust"),
        (lambda: target(table="customers"), "table customers: no column wave, customer_id"),
        (lambda: target(database={"url": "sqlite:///none.db"}), "name a file that is there"),
        (lambda: target(password="hunter2"), "Key 'password' not in 'Target'"),
    ],
)  # fmt: skip
def test_what_cannot_be_delivered_is_a_line_and_changes_nothing(edit, told, plan, delivered):
    edit()
    before = bytes_of(Path())
    if told is None:  # two of the wave's customers are there, who refuse
        assert "left out" in delivered(*WORDS)[0]
        return
    line = delivered.fault(*WORDS)
    assert told in line
    assert "hunter2" not in line
    assert bytes_of(Path()) == before


def test_a_locked_database_is_a_line(plan, delivered):
    with closing(sqlite3.connect(SHOP)) as other:
        other.execute("begin immediate")
        line = delivered.fault(*WORDS)
    assert "database is locked: another one holds it" in line


def test_a_fault_while_rows_are_written_leaves_none(plan, delivered):
    """Of a table that refuses the last of them."""
    delivered(*WORDS)
    with closing(sqlite3.connect(SHOP)) as database:
        database.execute("delete from offers")
        database.execute(
            "create trigger last before insert on offers when new.rank = 5 "
            "begin select raise(abort, 'enough'); end"
        )
        database.commit()
    assert "enough" in delivered.fault(*WORDS)
    assert len(rows()) == 0
