"""The menu and conf/ become the lock."""

import pytest
import yaml
from helpers.composing import choose, fault, lock, menu, write
from helpers.imports import SOURCE

from one_click import artefacts
from one_click.columns import TABLES

ROOT = SOURCE.parent
pytestmark = pytest.mark.usefixtures("workplace")


def test_the_lock_holds_what_each_choice_means(workplace):
    for table in TABLES.values():
        path = workplace / "a folder/of mine" / table.file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    choose(scaler="minmax", sampler="smote", candidates=["svc", "tree"], tables="a folder/of mine")
    written = lock()
    assert written["tables"] == "a folder/of mine"
    assert written["scaler"] == {"_target_": "sklearn.preprocessing.MinMaxScaler"}
    assert written["sampler"]["_target_"] == "imblearn.over_sampling.SMOTE"
    assert list(written["candidates"]) == ["svc", "tree"]
    for name in ("svc", "tree"):
        meaning = yaml.safe_load(
            (artefacts.CONF / f"model/{name}.yaml").read_text(encoding="utf-8")
        )
        assert written["costs"][name] == meaning.pop("_cost_")
        assert written["candidates"][name] == meaning
    assert written["split"] == {"test_share": 0.25, "seed": 1}
    assert "set" not in written


@pytest.mark.parametrize(
    ("values", "path", "value"),
    [
        ({"candidates": {"svc": {"C": 3}}}, "candidates.svc.C", 3),
        ({"candidates": {"svc": {"C": {"high": 9}}}}, "candidates.svc.C",
         {"low": 0.2, "high": 9, "log": True}),
        ({"candidates": {"svc": {"shrinking": False}}}, "candidates.svc.shrinking", False),
        ({"campaign": {"offers": {"personal_call": {"cost": 2}}}},
         "campaign.offers.personal_call.cost", 2),
        ({"campaign": {"segments": ["profitable"]}}, "campaign.segments", ["profitable"]),
        ({"segments": {"profit_cut": 0.4}}, "segments.profit_cut", 0.4),
        ({"segments": {"risk_cut": None}}, "segments.risk_cut", None),
        ({"metric": "average_precision"}, "metric", "average_precision"),
        ({"cleaning": {"twins": "drop"}}, "cleaning.twins", "drop"),
        ({"scaler": {"with_mean": False}}, "scaler.with_mean", False),
        ({"features": {"derived": []}}, "features.derived", []),
        ({"evaluate": {"seed": "${folds.seed}"}}, "evaluate.seed", 2),
    ],
)  # fmt: skip
def test_set_reaches_a_nested_value_and_nothing_else(values, path, value, workplace):
    """A number takes the place of a range; a mapping is entered, so its other keys stay."""
    before = lock()
    choose(set=values)
    after = lock()
    *parents, last = path.split(".")
    place, was = after, before
    for parent in parents:
        place, was = place[parent], was[parent]
    assert place[last] == value
    place.pop(last)
    was.pop(last, None)
    digests, earlier = after.pop("digests"), before.pop("digests")
    assert after == before
    assert {name for name in earlier if digests[name] != earlier[name]} <= {path.partition(".")[0]}


def test_the_same_menu_gives_the_same_bytes(workplace):
    """Comments and the order of keys in the menu are of no account."""
    lock()
    first = artefacts.CONF_LOCK.read_bytes()
    lock()
    assert artefacts.CONF_LOCK.read_bytes() == first
    backwards = dict(reversed(menu().items()))
    write(backwards)
    assert lock()["tables"] == backwards["tables"]
    assert artefacts.CONF_LOCK.read_bytes() == first


def test_an_edited_meaning_reaches_the_lock(workplace):
    campaign = artefacts.CONF / "campaign/standard.yaml"
    text = campaign.read_text(encoding="utf-8")
    assert "budget: 60 " in text
    campaign.write_text(text.replace("budget: 60 ", "budget: 61 "), encoding="utf-8")
    assert lock()["campaign"]["budget"] == 61


def test_a_new_model_is_one_file(workplace):
    """No Python, no list to add it to."""
    spec = {"_target_": "sklearn.naive_bayes.GaussianNB", "_complexity_": 1}
    (artefacts.CONF / "model/bayes.yaml").write_text(yaml.safe_dump(spec), encoding="utf-8")
    choose(candidates=["bayes"])
    assert lock()["candidates"] == {"bayes": spec}


COST = {
    "rows": 1000, "fit_seconds": 2.0, "fit_exponent": 2.0, "score_microseconds": 9.0,
    "score_exponent": 0.0, "memory_mb": 30.0, "memory_exponent": 1.0,
}  # fmt: skip


def put_cost(path: str, **changed: object) -> None:
    spec = yaml.safe_load((artefacts.CONF / path).read_text(encoding="utf-8"))
    text = yaml.safe_dump(spec | {"_cost_": COST | changed})
    (artefacts.CONF / path).write_text(text, encoding="utf-8")


def test_what_a_fit_costs_is_no_part_of_what_is_fitted(workplace):
    """Measured anew, it re-runs nothing: `tune` depends on the digest of its candidate."""
    choose(candidates=["svc"], sampler="smote")
    put_cost("model/svc.yaml")
    put_cost("sampler/smote.yaml", rows=500)
    before = lock()
    assert before["costs"] == {"svc": COST, "sampler": COST | {"rows": 500}}
    assert "_cost_" not in before["candidates"]["svc"]
    assert "_cost_" not in before["sampler"]
    put_cost("model/svc.yaml", fit_seconds=3.0)
    after = lock()
    assert after["costs"]["svc"]["fit_seconds"] == 3.0
    differ = {
        name for name in before["digests"] if before["digests"][name] != after["digests"][name]
    }
    assert differ == {"costs"}


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"fit_seconds": 0.0}, "costs: _cost_.fit_seconds: 0.0 is not allowed; it must be above 0"),
        ({"fit_exponent": 5.0}, "costs: _cost_.fit_exponent: 5.0 is not allowed; it must be at mo"),
        ({"seconds": 1}, "costs.svc.seconds: "),
    ],
)
def test_a_cost_that_is_none_is_one_clear_line(workplace, changed, told, capsys):
    choose(candidates=["svc"])
    put_cost("model/svc.yaml", **changed)
    assert told in fault(capsys)


def test_no_model_is_named_sampler(workplace, capsys):
    """The cost of the sampler stands under that name."""
    spec = {"_target_": "sklearn.naive_bayes.GaussianNB", "_complexity_": 1}
    (artefacts.CONF / "model/sampler.yaml").write_text(yaml.safe_dump(spec), encoding="utf-8")
    choose(candidates=["sampler"])
    assert "candidates.sampler: no name of a model here" in fault(capsys)


def test_an_ensemble_without_one_of_its_members_is_left_out_and_that_is_said(capsys):
    """A shorter list of candidates needs no second override."""
    choose(candidates=["extra_trees", "random_forest", "knn"], ensembles=["blend"])
    assert list(lock()["ensembles"]) == ["blend"]
    assert capsys.readouterr().out == ""
    choose(candidates=["extra_trees", "knn"], ensembles=["blend", "voting"])
    assert list(lock()["ensembles"]) == ["voting"]
    assert "ensembles: blend is left out: " in capsys.readouterr().out


def test_weights_of_a_blend_are_single_values(capsys):
    choose(set={"ensembles": {"blend": {"_members_": {"knn": 5}}}})
    assert lock()["ensembles"]["blend"]["_members_"]["knn"] == 5


def test_tuned_files_of_candidates_that_left_are_removed(workplace):
    """`choose` depends on the folder; what is no tuned pipeline stays."""
    artefacts.TUNED.mkdir(parents=True)
    for name in ("svc.skops", "knn.skops", "gone.skops", ".gitignore"):
        (artefacts.TUNED / name).write_bytes(b"kept?")
    artefacts.TUNE_METRICS.mkdir(parents=True)
    for name in ("svc.json", "gone.json"):
        (artefacts.TUNE_METRICS / name).write_bytes(b"{}")
    choose(candidates=["svc", "tree"])
    lock()
    assert {path.name for path in artefacts.TUNED.iterdir()} == {"svc.skops", ".gitignore"}
    assert {path.name for path in artefacts.TUNE_METRICS.iterdir()} == {"svc.json"}
