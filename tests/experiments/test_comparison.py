"""Two branches compared: pairs, plan, segments, stages; or why not."""

import shutil

import pandas as pd
import pytest
from helpers.toy import Toy

from one_click import artefacts
from one_click.commands import compare
from one_click.experiments import repository
from one_click.experiments.comparison import compared, gains, stage_differences
from one_click.experiments.revisions import Revision, revision
from one_click.running import stage, writing
from one_click.running.errors import InputError

IDS = [11, 12, 13, 14, 15, 16]
DECLINED = [1, 0, 1, 0, 1, 0]
NONE = (None, 0.0, 0.0)
# Risks, offers (name, cost, net gain), segments: a good branch and a bad one.
GOOD = (
    [0.9, 0.1, 0.8, 0.2, 0.7, 0.5],
    [("call", 1.0, 2.0), *[NONE] * 5],
    ["at_risk", *["steady"] * 5],
)
BAD = ([0.1, 0.9, 0.2, 0.8, 0.3, 0.5], [NONE, ("call", 1.0, 8.0), *[NONE] * 4], ["steady"] * 6)


class Made(Revision):
    """A commit whose files are given."""

    def output(self, path):
        """From the branch's folder."""
        return self.place / path.name

    def has(self, path):
        """Whether it is in the branch's folder."""
        return (self.place / path.name).exists()

    def text(self, path):
        """From the branch's folder."""
        return (self.place / path.name).read_text(encoding="utf-8")


def branch(folder, name, made_of, declined=DECLINED, scaler="standard") -> Made:
    risk, offers, segments = made_of
    folder = folder / name
    folder.mkdir()
    ids = pd.DataFrame({"customer_id": IDS})
    ids.assign(declined=declined).to_parquet(folder / "customers.parquet")
    origin = ["fold_0"] * 5 + ["all_rows"]
    ids.assign(score=risk, risk=risk, origin=origin).to_parquet(folder / "risks.parquet")
    ids.assign(segment=segments).to_parquet(folder / "segments.parquet")
    plan = pd.DataFrame(offers, columns=["offer", "cost", "net_gain"])
    plan.assign(customer_id=IDS, risk=risk).to_parquet(folder / "offers.parquet")
    value = {"value": risk[0], "low": risk[0] - 0.1, "high": risk[0] + 0.1}
    writing.write_json(folder / "evaluate.json", {"roc_auc": value, "ece": {"value": risk[1]}})
    lock = {
        "compose": {"cmd": "c", "params": {"params.yaml": {"scaler": scaler}}, "outs": []},
        "tune": {"cmd": "t", "outs": [{"path": "model", "md5": scaler}]},
        "choose": {"cmd": "k", "deps": [{"path": "model", "md5": scaler}], "outs": []},
    }
    made = Made(name, name * 7, lock)
    object.__setattr__(made, "place", folder)
    return made


def test_a_branch_of_before_whose_ids_are_numbers_is_compared_as_well(tmp_path):
    one, other = branch(tmp_path, "a", BAD), branch(tmp_path, "b", GOOD)
    alike = compared(one, other)
    for path in (tmp_path / "b").glob("*.parquet"):
        pd.read_parquet(path).astype({"customer_id": "str"}).to_parquet(path)
    assert compared(one, other) == alike


def test_better_predictions_a_plan_that_moved_and_stages_that_differ(tmp_path):
    text = compared(branch(tmp_path, "a", BAD), branch(tmp_path, "b", GOOD, scaler="robust"))
    assert "## b against a" in text
    assert "5 customers, each scored by models that have not seen it" in text, "one is new to both"
    assert "| ROC-AUC | 0.0000 | 1.0000 | +1.0000 (+1.0000 to +1.0000) | better |" in text
    assert "| net gain, as planned | 8.00 | 2.00 | -6.00" in text
    assert "**Segments**: 1 of 6 customers moved" in text
    assert "| roc_auc | 0.1000 (0.0000 to 0.2000) | 0.9000 (0.8000 to 1.0000) |" in text
    assert "| ece | 0.9000 | 0.1000 |" in text
    assert "| compose | scaler | the same |" in text
    assert "| choose | what it reads | the same |" in text


def test_net_gain_by_outcomes_pays_only_for_those_who_declined():
    """An offer of 3 to gain at a risk of 0.9, at a cost of 1: 3 / 0.9 - 1 or -1, by the outcome."""
    offers = pd.DataFrame(
        {"customer_id": [1, 2, 3], "offer": ["call", "call", None], "cost": [1.0, 1.0, 0.0],
         "net_gain": [2.0, 2.0, 0.0], "risk": [0.9, 0.9, 0.9]}
    )  # fmt: skip
    table = gains(offers, pd.Series([1, 0, 1], index=[1, 2, 3]))
    assert list(table["planned"]) == [2, 2, 0]
    assert list(table["known"]) == pytest.approx([3 / 0.9 - 1, -1, 0])


def test_other_outcomes_are_not_paired(tmp_path):
    one = branch(tmp_path, "a", GOOD)
    other = branch(tmp_path, "b", GOOD, declined=[1, 1, 1, 0, 1, 0], scaler="robust")
    with pytest.raises(InputError, match="the outcome of 1 customers differs, the first is 12"):
        compared(one, other)


def test_the_same_results_are_said_to_be_the_same(tmp_path):
    one = branch(tmp_path, "a", GOOD)
    assert stage_differences(one, one) == []
    assert "No stage differs" in compared(one, one)


@pytest.fixture(scope="module")
def toy(tmp_path_factory) -> Toy:
    return Toy.made(tmp_path_factory.mktemp("toy"))


@pytest.fixture
def there(toy, monkeypatch):
    monkeypatch.chdir(toy.folder)
    monkeypatch.setenv("PATH", toy.environment()["PATH"])
    repository.cache_folder.cache_clear()
    yield toy
    repository.cache_folder.cache_clear()


def test_a_commit_gives_its_tables_from_the_cache_or_says_what_is_missing(
    there, monkeypatch, capsys
):
    made = revision("main")
    table = made.output(artefacts.OUT_OF_FOLD)
    assert table.read_bytes() == (there.folder / artefacts.OUT_OF_FOLD).read_bytes()
    with pytest.raises(InputError, match=r"main: no data/risks\.parquet in its dvc\.lock"):
        made.output(artefacts.RISKS)
    shutil.move(table, there.folder / "away")
    with pytest.raises(InputError, match=r"main: data/out_of_fold\.parquet has left the cache"):
        made.output(artefacts.OUT_OF_FOLD)
    shutil.move(there.folder / "away", table)
    monkeypatch.setattr("sys.argv", ["compare", "nonesuch", "main"])
    with pytest.raises(SystemExit):
        stage.run(compare.main)
    told = capsys.readouterr().err
    assert told == "error: nonesuch: no such branch, tag, commit or experiment\n"


def test_a_stage_that_was_not_run_since_is_not_compared(there):
    """As after `dvc repro prepare` alone: later figures would be of another table."""
    made = revision("main")
    made.stages["prepare"]["outs"][0]["md5"] = "0" * 32
    with pytest.raises(InputError, match=r"choose was made of another data/prepared\.txt than"):
        made.output(artefacts.OUT_OF_FOLD)
