"""Earlier waves: read or refused in a line; who had a message how many waves ago."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from helpers.campaigns import TYPICAL, campaign, customer, frame, one_offer
from helpers.crm import STEADY, kept_files, plan_of
from hypothesis import given, settings
from hypothesis import strategies as st

from one_click.columns import ID
from one_click.offers.crm import crm_rows
from one_click.offers.fatigue import over_limit
from one_click.offers.history import COLUMNS, SINCE, Record, read_waves
from one_click.offers.kept_wave import PROMISES
from one_click.offers.spreadsheet import csv_content
from one_click.offers.table import offers_by_customer
from one_click.running.errors import InputError
from one_click.settings.offers import Fatigue, HoldOut
from one_click.words.speaker import speaker

HALF, PROMISED = HoldOut(0.5, "salt", 0.05, 0.8), dict.fromkeys(PROMISES, 0.25)
ROW = "7,treatment,2026-11,2026-11-01,sms"


def wave(day: str, channels: dict[int, str], group: str = "treatment") -> pd.DataFrame:
    """A wave that sent to customers over channels."""
    return pd.DataFrame(
        {ID: [str(one) for one in channels], "channel_code": list(channels.values())}
    ).assign(group=group, wave=day[:7], wave_date=day)[list(COLUMNS)]


def wave_warnings(ids, waves, wave_date):
    record = Record(waves, wave_date)
    record.since_message(ids)
    return record.warnings()


def test_waves_are_counted_back_from_the_latest_one():
    """Customer 1 got one in September and November, 2 in October, 3 over the site, 4 was held out.

    Held out of a message in October, 5 counts as if it had come; of 4 nothing is known.
    The wave of December itself, and any later one, do not count.
    """
    waves = pd.concat(
        [
            wave("2026-11-01", {1: "sms", 3: "site"}),
            wave("2026-09-01", {1: "email"}),
            wave("2026-10-01", {2: "call"}),
            wave("2026-11-01", {4: None}, group="control"),
            wave("2026-10-01", {5: "sms", 3: "site"}, group="control"),
            wave("2026-12-01", {2: "sms"}),
        ]
    )
    since = Record(waves, "2026-12-01").since_message(pd.Series(list("12345")))
    assert since.tolist()[:2] == [1.0, 2.0]
    assert since[2:4].isna().all()
    assert since[4] == 2
    assert since.name == SINCE


def test_a_wave_that_does_not_count_is_told_of():
    """Else a campaign whose date was not moved on would write again to those of the last wave."""
    ids, last = pd.Series(["1", "2"]), wave("2026-11-01", {1: "sms"})
    assert wave_warnings(ids, last, "2026-12-01") == []
    assert wave_warnings(ids, last.head(0), "2026-12-01") == []
    (line,) = wave_warnings(ids, last, "2026-11-01")
    assert line.startswith("warning: data/waves: 2026-11: not before wave_date of the campaign, ")
    held = wave("2026-11-01", {2: None}, group="control")
    (line,) = wave_warnings(ids, pd.concat([last, held]), "2026-12-01")
    assert line.startswith("warning: data/waves: 2026-11: a CSV does not say which customers")
    held = held.assign(channel_code="")  # a kept one says that there was none
    assert wave_warnings(ids, pd.concat([last, held]), "2026-12-01") == []
    (line,) = wave_warnings(pd.Series(["7", "8"]), last, "2026-12-01")
    assert line.startswith("warning: data/waves: none of its customers is among the 2 of this plan")
    zeros = pd.concat([last, wave("2026-11-01", {2: "sms"})])
    (line,) = wave_warnings(pd.Series(["1", "002", "3"]), zeros, "2026-12-01")
    assert line.startswith("warning: data/waves: 1 customers stand in this plan with other leading")


@pytest.mark.parametrize(
    ("between", "over"),
    [(None, [False, False, False]), (0, [False] * 3), (1, [True, False, False]),
     (2, [True, True, False])],
)  # fmt: skip
def test_so_many_waves_must_pass(between, over):
    rules = Fatigue(contacts_a_month=None, waves_between=between)
    assert over_limit(pd.DataFrame({SINCE: [1.0, 2.0, None]}), rules).tolist() == over


@settings(max_examples=40, deadline=None)
@given(
    history=st.lists(
        st.tuples(
            st.sampled_from(["2026-08-01", "2026-09-01", "2026-10-01", "2026-11-01"]),
            st.integers(100, 104), st.sampled_from(["sms", "site", "call"]),
        ), max_size=12,
    ),
    between=st.integers(0, 3),
    budget=st.sampled_from([0.5, 5.0, 1e6]),
)  # fmt: skip
def test_nobody_gets_a_message_before_the_waves_have_passed_whatever_the_budget(
    history, between, budget
):
    """By the days themselves: the last so many waves hold no message to whom one is planned."""
    waves = pd.concat([wave("2026-12-01", {}), *(wave(d, {who: c}) for d, who, c in history)])
    plan = campaign(
        {"sms": one_offer("sms"), "banner": one_offer("site", cost=0.1, effect=0.02)},
        budget=budget,
        fatigue=Fatigue(contacts_a_month=None, waves_between=between),
    )
    customers = frame([customer()] * 5)
    customers[SINCE] = Record(waves, plan.wave_date).since_message(customers[ID])
    offers = offers_by_customer(customers, plan, TYPICAL)
    last = sorted({day for day, _, _ in history}, reverse=True)[:between]
    tired = {str(who) for day, who, channel in history if day in last and channel != "site"}
    messages = offers[offers["channel"] == "sms"]
    assert not tired & set(messages[ID])
    reasons = offers[offers["skip_reason"] == "fatigue"]
    assert set(reasons[ID]) <= tired


@pytest.mark.parametrize("name", ["00215387", "A-0042/б", "7"])
def test_ids_of_a_wave_are_read_as_they_were_written(name, tmp_path):
    (tmp_path / "2026-11.csv").write_text(f"{','.join(COLUMNS)}\n{name}{ROW[1:]}\n", "utf-8")
    since = Record(read_waves(tmp_path), "2026-12-01").since_message(pd.Series([name, f"0{name}"]))
    assert since.notna().tolist() == [True, False]


def test_without_a_file_nobody_had_anything(tmp_path):
    waves = read_waves(tmp_path)
    assert list(waves) == list(COLUMNS)
    assert Record(waves, "2026-12-01").since_message(pd.Series(["1"])).isna().all()


def test_what_the_project_writes_is_what_it_reads(tmp_path):
    """Of three, one gets a message, one the site's offer, one nothing: the wave after sees that."""
    offers, wave = plan_of(
        [customer(), customer(contact_allowed=False), customer(segment="steady")],
        offers={"letter": one_offer(), "banner": one_offer("site", effect=0.09)},
    )
    content = csv_content(crm_rows(offers, wave, STEADY, speaker("report", "ru")))
    (tmp_path / "2026-12.csv").write_bytes(content)
    ids = pd.Series(["100", "101", "102"])
    since = Record(read_waves(tmp_path), "2027-01-01").since_message(ids)
    assert offers.set_index(ID)["channel"].fillna("").sort_index().tolist() == ["email", "site", ""]
    assert since.isna().tolist() == [False, True, True]
    assert since[0] == 1


def test_a_kept_wave_says_who_of_the_control_group_would_have_had_a_message(tmp_path):
    """Half of the four are held out; the CSV of the same plan says it of nobody of them."""
    people = [customer()] * 3 + [customer(contact_allowed=False)]
    offers, planned = plan_of(
        people,
        offers={"letter": one_offer(), "banner": one_offer("site", effect=0.09)},
        hold_out=HALF,
    )
    held = offers["group"] == "control"
    assert held.any()
    (tmp_path / "2026-12").mkdir()
    for name, content in kept_files(offers, planned.campaign, PROMISED).items():
        (tmp_path / "2026-12" / name).write_bytes(content)
    ids = offers[ID].sort_values()
    since = Record(read_waves(tmp_path), "2027-01-01").since_message(ids)
    assert since.isna().tolist() == [False, False, False, True]
    assert wave_warnings(ids, read_waves(tmp_path), "2027-01-01") == []
    (tmp_path / "2026-12/promised.json").unlink()
    with pytest.raises(InputError, match=r"2026-12: no kept wave, it has no promised\.json"):
        read_waves(tmp_path)


def groups_of_a_second_wave(seed: int, kept: bool, folder: Path) -> tuple[float, float]:
    """Mean risk of treatment and control group after a wave that changed nothing."""
    risk = np.random.default_rng(seed).uniform(0.3, 0.9, 500)
    people = [customer(risk=float(one)) for one in risk]
    salt = HoldOut(0.4, f"salt {seed}", 0.05, 0.8)
    terms = {
        "offers": {"letter": one_offer()},
        "budget": 50.0,
        "hold_out": salt,
        "fatigue": Fatigue(contacts_a_month=None, waves_between=1),
    }
    offers, first = plan_of(people, **terms)
    if kept:
        folder.mkdir()
        for name, content in kept_files(offers, first.campaign, PROMISED).items():
            (folder / name).write_bytes(content)
    else:
        rows = crm_rows(offers, first, STEADY, speaker("report", "en"))
        folder.with_suffix(".csv").write_bytes(csv_content(rows))
    since = Record(read_waves(folder.parent), "2027-01-01").since_message(first.customers[ID])
    again, _ = plan_of(
        [one | {SINCE: ago} for one, ago in zip(people, since, strict=True)], **terms
    )
    means = again[again["planned_offer"].notna()].groupby("group")["risk"].mean()
    return means["treatment"], means["control"]


@pytest.mark.parametrize("kept", [True, False], ids=["a kept wave", "its CSV"])
def test_groups_of_the_second_wave_are_alike_where_the_first_one_was_kept(kept, tmp_path):
    """Those at the highest risk had a message, and rest; without a record the held-out do not."""
    gaps = []
    for seed in range(4):
        (tmp_path / str(seed)).mkdir()
        treatment, control = groups_of_a_second_wave(seed, kept, tmp_path / str(seed) / "first")
        gaps.append(control - treatment)
    assert abs(np.mean(gaps)) < 0.02 if kept else np.mean(gaps) > 0.05


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "no table of offers"),
        (b"\xff\xfe\x00", "no table of offers"),
        (b"customer_id,group\n7,treatment\n", "no column wave, wave_date, channel_code"),
        (f"{','.join(COLUMNS)}\n{ROW.replace('2026-11-01', '1.11.2026')}\n".encode(),
         "wave_date: lines 2: not a day such as 2026-11-01"),
        (f"{','.join(COLUMNS)}\n{ROW.replace('2026-11-01', '2026-9-01')}\n".encode(),
         "wave_date: lines 2: not a day such as 2026-11-01"),  # as text it would be after December
        (f"{','.join(COLUMNS)}\n{ROW}\n{ROW[1:]}\n".encode(),
         "customer_id: lines 3: not an id (has a spreadsheet cut it?)"),
        (f"{','.join(COLUMNS)}\n1.23E+11{ROW[1:]}\n".encode(),
         "customer_id: lines 2: not an id (has a spreadsheet cut it?)"),
        (f"{','.join(COLUMNS)}\n{ROW.replace('treatment', 'offer')}\n".encode(),
         "group: lines 2: not one of treatment, control, none"),
        (f"{','.join(COLUMNS)}\n{ROW.replace('2026-11,', ',')}\n".encode(),
         "wave: lines 2: not a name"),
        (f"{','.join(COLUMNS)}\n{ROW.replace('sms', 'SMS')}\n".encode(),
         "channel_code: lines 2: not one of email, sms, push, call, site"),
    ],
)  # fmt: skip
def test_a_bad_file_is_a_line_that_says_what_to_do(content, problem, tmp_path):
    path = tmp_path / "bad.csv"
    path.write_bytes(content)
    with pytest.raises(InputError) as refused:
        read_waves(tmp_path)
    line = str(refused.value)
    assert line.startswith(f"{path}: ")
    assert problem in line
    assert "reports/offers.csv" in line
    assert "\n" not in line


def test_separators_at_the_end_of_rows_move_no_column(tmp_path):
    (tmp_path / "wave.csv").write_text(f"{','.join(COLUMNS)}\n{ROW},,\n", encoding="utf-8")
    plain = tmp_path / "plain"
    plain.mkdir()
    (plain / "wave.csv").write_text(f"{','.join(COLUMNS)}\n{ROW}\n", encoding="utf-8")
    (tmp_path / "README.md").touch()
    expected = read_waves(plain)
    plain.rename(tmp_path.parent / f"{tmp_path.name}_plain")
    pd.testing.assert_frame_equal(read_waves(tmp_path), expected)


def test_a_link_to_nowhere_is_a_line(tmp_path):
    (tmp_path / "wave.csv").symlink_to(tmp_path / "none.csv")
    with pytest.raises(InputError, match="no table of offers in CSV"):
        read_waves(tmp_path)


def test_another_file_than_a_csv_is_refused_and_the_folders_own_are_no_waves(tmp_path):
    for name in ("README.md", ".gitignore"):
        (tmp_path / name).write_text("no wave")
    assert read_waves(tmp_path).empty
    (tmp_path / "2026-11.xlsx").write_bytes(b"PK")
    with pytest.raises(InputError, match=r"2026-11\.xlsx: no CSV: put a copy of .*offers\.csv"):
        read_waves(tmp_path)
