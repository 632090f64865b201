"""`tune` is asked for a candidate of the lock."""

import pytest
from helpers.lock import write_lock
from helpers.store import small_store

from one_click import artefacts
from one_click.running import writing
from one_click.running.errors import InputError
from one_click.stages import tune

COST = {
    "rows": 100, "fit_seconds": 3600.0, "fit_exponent": 0.0, "score_microseconds": 1e-6,
    "score_exponent": 0.0, "memory_mb": 1.0, "memory_exponent": 0.0,
}  # fmt: skip


@pytest.fixture
def workplace(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    writing.write_parquet(artefacts.CUSTOMERS, small_store(240, seed=1))


def test_a_candidate_beyond_the_budget_is_refused_before_anything_is_fitted(workplace):
    """A fit of an hour: 1 to tune, as nothing of it is searched, 5 x 1 folds, 10 and 31."""
    write_lock(costs={"dummy": COST}, budget={"hours": 46.9})
    with pytest.raises(InputError, match=r"candidates\.dummy: about 47 hours"):
        tune.main("dummy")
    assert not artefacts.tuned_model("dummy").exists()


def test_a_candidate_within_the_budget_is_tuned_and_told_of(workplace, capsys):
    write_lock(costs={"dummy": COST}, budget={"hours": 47.1})
    tune.main("dummy")
    assert artefacts.tuned_model("dummy").exists()
    assert capsys.readouterr().err.startswith("warning: candidates.dummy: about 47 hours of one")


def test_a_candidate_outside_the_config_is_refused(tmp_path, monkeypatch):
    """A candidate taken out of the menu may still be asked for by hand."""
    monkeypatch.chdir(tmp_path)
    write_lock()
    with pytest.raises(InputError, match=r"'oracle' is not in conf\.lock\.yaml"):
        tune.main("oracle")
