"""Overrides become jobs: expanded, checked, named."""

import re

import pytest
from helpers.imports import SOURCE
from hypothesis import given
from hypothesis import strategies as st

from one_click import artefacts
from one_click.choices.menu import read_menu
from one_click.columns import TABLES
from one_click.experiments.hydra_internals import parsed_overrides
from one_click.experiments.jobs import differing_sections, grid, name, readable
from one_click.experiments.overrides import expanded, quoted, spelled, with_overrides
from one_click.running.errors import InputError

ROOT = SOURCE.parent
CONF = ROOT / artefacts.CONF


@pytest.fixture(autouse=True)
def place(monkeypatch):
    monkeypatch.chdir(ROOT)


def menu() -> dict:
    return read_menu(ROOT / artefacts.MENU) | {"candidates": ["dummy", "svc"], "ensembles": []}


def jobs(*arguments: str) -> list:
    return grid([spelled(argument) for argument in arguments], menu(), CONF)


def test_lists_ranges_globs_and_lists_of_lists_are_a_grid():
    listed = expanded(
        ["scaler=glob(m*)", "sampler=none,smote", "++set.candidates.svc.C=range(1,3)",
         "candidates=[svc,knn],[tree]", "report=en"],
        CONF,
    )  # fmt: skip
    assert len(listed) == 1 * 2 * 2 * 2
    assert listed[0] == [
        "scaler=minmax", "sampler=none", "++set.candidates.svc.C=1", "candidates=[svc,knn]",
        "report=en",
    ]  # fmt: skip
    assert listed[-1][1:4] == ["sampler=smote", "++set.candidates.svc.C=2", "candidates=[tree]"]


def test_an_interval_of_another_sweeper_is_checked_by_its_ends():
    listed = expanded(["++set.candidates.svc.C=interval(0.5,4)"], CONF)
    assert listed == [["++set.candidates.svc.C=0.5"], ["++set.candidates.svc.C=4"]] or listed == [
        ["++set.candidates.svc.C=0.5"], ["++set.candidates.svc.C=4.0"],
    ]  # fmt: skip


def test_overrides_reach_the_config():
    (job,) = jobs("scaler=minmax", "set.candidates.svc.C=3", "candidates=[svc]")
    assert job.config.scaler._target_ == "sklearn.preprocessing.MinMaxScaler"
    assert job.config.candidates.svc.C == 3
    assert list(job.config.candidates) == ["svc"]


@pytest.mark.parametrize(
    ("argument", "problem"),
    [
        ("scaler=standard,nonesuch", "no choice 'nonesuch'; choose one of minmax, none, power"),
        ("scaler=glob(x*)", "scaler=glob(x*): nothing fits; choose among minmax, none"),
        ("skaler=none", "no choice 'skaler'; the choices are campaign"),
        ("set.split.nonesuch=1", "split.nonesuch"),
        ("set.candidates.knn.n_neighbors=3", "set.candidates.knn: not among the candidates"),
        ("conf.lock.yaml:split.seed=1", "conf.lock.yaml is composed"),
        ("tables=tables", "tables: tables is relative; jobs run in a copy"),
        ("tables=postgresql://me:hunter2@host/shop", "params.yaml: tables: an address, no path"),
        ("scaler=[", "scaler=[: no override"),
        ("tables=/нет/такой", "quote it: \"tables='/нет/такой'\""),
        ("tables=/it's", """quote it: 'tables='"'"'/it\\'"'"'s'"'"''"""),
        ("++set.folds.seed=range(0,100000)", "100000 jobs are more than 10000"),
    ],
)  # fmt: skip
def test_a_wrong_override_is_one_line(argument, problem):
    with pytest.raises(InputError, match=re.escape(problem)) as told:
        jobs(argument)
    assert len(str(told.value).splitlines()) == 1
    assert "hunter2" not in str(told.value)


def test_of_several_jobs_the_one_at_fault_is_named():
    """A value of a candidate that one of the jobs does not have, as it is in params.yaml."""
    fault = r"^\+\+set.candidates.svc.C=1 candidates=\[dummy\]: .*svc: not among the candidates"
    with pytest.raises(InputError, match=fault):
        jobs("set.candidates.svc.C=1", "candidates=[svc],[dummy]")
    assert len(jobs("set.candidates.svc.C=1,3", "candidates=[svc],[svc,knn]")) == 4


def test_names_are_readable_and_one_for_the_same_choices_in_any_order():
    one, other = jobs("scaler=minmax", "set.candidates.svc.C=3,4")
    (turned,) = jobs("set.candidates.svc.C=3", "scaler=minmax")
    assert re.fullmatch(r"scaler-minmax_svc\.C-3-[0-9a-f]{6}", name(one, "code"))
    assert name(turned, "code")[-6:] == name(one, "code")[-6:]
    assert name(one, "code")[-6:] != name(other, "code")[-6:]
    assert name(one, "code")[-6:] != name(one, "other code")[-6:]
    (unchanged,) = jobs()
    assert name(unchanged, "").startswith("base-")
    assert readable(("tables=/a/far/folder",)) == "tables-folder"


def test_other_raw_tables_are_another_experiment(tmp_path):
    for table in TABLES.values():
        (tmp_path / table.file).write_text("1")
    (job,) = jobs(f"tables={tmp_path}")
    before = name(job, "code")
    for stray in (".DS_Store", "~$money.csv", "._money.csv", "notes.txt", "money (2).csv"):
        (tmp_path / stray).write_text("no table")
    assert name(job, "code") == before
    (tmp_path / "money.csv").write_text("2")
    assert name(job, "code") != before


@pytest.mark.parametrize(
    "name",
    ["Таблицы (март)", "a,b", "a=b & c", "it's", 'say "x"', "[a] {b}: c", "a\\b", "a\\'b", "x\\",
     "#1 50%"],
)  # fmt: skip
def test_a_folder_of_tables_that_is_there_needs_no_quotes(tmp_path, name):
    """A comma makes no two jobs of it, a bracket no list; DVC's `-S` gets it quoted."""
    (tmp_path / name).mkdir()
    for table in TABLES.values():
        (tmp_path / name / table.file).touch()
    (job,) = jobs(f"tables={tmp_path / name}")
    assert job.config.tables == str(tmp_path / name)


@given(st.text(st.characters(exclude_characters="$", exclude_categories=["C", "Z"]), min_size=1))
def test_what_is_quoted_is_a_value_of_the_same_text(text):
    """`${...}` apart, which OmegaConf resolves whatever is around it."""
    (override,) = parsed_overrides([f"tables={quoted(text)}"])
    assert override.value() == text


@given(st.text(max_size=200))
def test_any_name_is_one_that_git_allows(text):
    """See git-check-ref-format: no `..`, `@{`, control characters, `.lock` or `.` at the end."""
    called = readable((f"set.candidates.svc.C={text}", text))
    assert re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", called)
    assert ".." not in called
    assert len(called) < 100


def test_sections_in_which_jobs_differ():
    assert differing_sections(jobs("scaler=minmax,none")) == {"scaler"}
    assert differing_sections(jobs("set.candidates.svc.C=1,2")) == {"candidates", "candidates.svc"}
    assert differing_sections(jobs("scaler=none")) == set()


def test_overrides_change_the_menu_as_dvc_does(tmp_path):
    """`-S` is DVC's own word: the same overrides, by DVC and here."""
    from dvc.utils.hydra import apply_overrides
    from omegaconf import OmegaConf

    path = tmp_path / "params.yaml"
    OmegaConf.save(OmegaConf.create(menu()), path)
    overrides = ["scaler=minmax", "++set.candidates.svc.C=3", "candidates=[svc,knn]", "~set.x=1"]
    apply_overrides(str(path), overrides[:3])
    assert read_menu(path) == with_overrides(menu(), overrides[:3])
    with pytest.raises(InputError):
        with_overrides(menu(), overrides[3:])
