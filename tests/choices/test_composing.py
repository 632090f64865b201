"""The menu and conf/ become the lock, or one clear line that names the key at fault."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml
from helpers.imports import SOURCE
from helpers.store import choices

from one_click import artefacts
from one_click.choices.menu import GROUPS, LISTS
from one_click.columns import TABLES
from one_click.running import stage
from one_click.running.errors import InputError
from one_click.running.lock import load
from one_click.settings.offers import ACTIONABLE
from one_click.settings.risk import Search
from one_click.stages import compose

ROOT = SOURCE.parent
OLD_LOCK = b"# an earlier lock\n"


@pytest.fixture(autouse=True)
def workplace(tmp_path, monkeypatch):
    """A working folder with copies of params.yaml and conf/, and an earlier lock."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DVC_STAGE", raising=False)
    shutil.copy(ROOT / artefacts.MENU, artefacts.MENU)
    shutil.copytree(ROOT / artefacts.CONF, artefacts.CONF)
    artefacts.CONF_LOCK.write_bytes(OLD_LOCK)
    return tmp_path


@dataclass
class Settings:
    """What a stage loads."""

    search: Search


def composing() -> None:
    """As `python -m one_click.stages.compose` without arguments."""
    stage.run(lambda: compose.main(check=False))


def menu() -> dict:
    return yaml.safe_load(artefacts.MENU.read_text(encoding="utf-8"))


def write(choices: dict) -> None:
    text = yaml.safe_dump(choices, allow_unicode=True, sort_keys=False)
    artefacts.MENU.write_text(text, encoding="utf-8")


def choose(**choices) -> None:
    """Change choices of the menu."""
    write(menu() | choices)


def lock() -> dict:
    """Compose, and read what was written."""
    composing()
    return yaml.safe_load(artefacts.CONF_LOCK.read_text(encoding="utf-8"))


def fault(capsys) -> str:
    """Compose in vain: the one line, with the earlier lock intact and nothing left beside it."""
    with pytest.raises(SystemExit) as exit_:
        composing()
    assert exit_.value.code == 1
    told = capsys.readouterr()
    assert told.out == ""
    (line,) = told.err.splitlines()
    assert artefacts.CONF_LOCK.read_bytes() == OLD_LOCK
    assert {path.name for path in Path().iterdir()} <= {"params.yaml", "conf", "conf.lock.yaml"}
    return line.removeprefix("error: ")


# What is written


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


# What is refused


def test_a_faulty_menu_removes_no_tuned_file(workplace, capsys):
    choose(candidates=["svc"], scaler="nonesuch")
    artefacts.TUNED.mkdir(parents=True)
    (artefacts.TUNED / "knn.skops").write_bytes(b"kept")
    with pytest.raises(SystemExit):
        composing()
    assert (artefacts.TUNED / "knn.skops").exists()


BLEND = ["extra_trees", "random_forest", "knn"]
MODELS = ", ".join(choices("model"))
SCALERS = "minmax, none, power, quantile, robust, standard"
CORRECT = "correct it in params.yaml or in conf/"
OUTSIDE = (
    "an interpolation can name one key of the config, as in ${folds.seed}, and nothing outside it: "
    "write the value"
)
TOLD = (
    "the value of the environment variable ONE_CLICK_TOLD; git keeps what is chosen: take it out "
    "(`git checkout params.yaml`)"
)
MENUS = {
    "unknown key": (
        {"scalar": "standard"},
        "params.yaml: scalar: unknown key; the keys are campaign, candidates, cleaning, encoder, "
        "ensembles, features, report, sampler, scaler, search, selector, set, tables"),
    "unknown keys of two kinds": (
        {3: "standard", "scalar": "standard"},
        "params.yaml: 3: unknown key; the keys are campaign, candidates, cleaning, encoder, "
        "ensembles, features, report, sampler, scaler, search, selector, set, tables"),
    "wrong choice": (
        {"scaler": "nonesuch"},
        f"params.yaml: scaler: no choice 'nonesuch'; choose one of {SCALERS}"),
    "no choice": (
        {"scaler": None}, f"params.yaml: scaler: no choice None; choose one of {SCALERS}"),
    "a list for a choice": (
        {"scaler": ["none"]},
        f"params.yaml: scaler: no choice ['none']; choose one of {SCALERS}"),
    "a path for a choice": (
        {"scaler": "../model/svc"},
        f"params.yaml: scaler: no choice '../model/svc'; choose one of {SCALERS}"),
    "YAML's no": (
        {"report": False}, "params.yaml: report: no choice False; choose one of en, ru"),
    "unknown candidate": (
        {"candidates": ["svc", "forest"]},
        f"params.yaml: candidates: no choice 'forest'; choose one of {MODELS}"),
    "candidate twice": (
        {"candidates": ["svc", "knn", "svc"]},
        "params.yaml: candidates: a model is named twice; name each once"),
    "candidates empty": (
        {"candidates": []},
        "params.yaml: candidates: [] is no list of models; name at least one"),
    "one candidate, no list": (
        {"candidates": "svc"},
        "params.yaml: candidates: 'svc' is no list of models; name at least one"),
    "candidate that is no name": (
        {"candidates": ["svc", {"knn": 1}]},
        f"params.yaml: candidates: no choice {{'knn': 1}}; choose one of {MODELS}"),
    "ensembles, no list": (
        {"ensembles": "blend"},
        "params.yaml: ensembles: 'blend' is no list of ensembles; write [] for none"),
    "unknown ensemble": (
        {"ensembles": ["mix"]},
        "params.yaml: ensembles: no choice 'mix'; choose one of blend, stacking, voting"),
    "a member that is no candidate": (
        {"candidates": ["svc", "knn"], "ensembles": [],
         "set": {"ensembles": {"blend": {"_members_": ["svc"]}}}},
        "params.yaml: set.ensembles.blend: not among the ensembles; add it to ensembles or take "
        "it out of set"),
    "weights of no sum": (
        {"set": {"ensembles": {"blend": {"_members_": dict.fromkeys(BLEND, 0)}}}},
        f"params.yaml and conf/: ensembles.blend._members_: {dict.fromkeys(BLEND, 0)} is not "
        f"allowed; it must be a list of candidates, or their weights: {CORRECT}"),
    "weights beside the members": (
        {"set": {"ensembles": {"blend": {"weights": [1]}}}},
        "params.yaml and conf/: ensembles.blend.weights: 'weights' is not allowed; it must be left "
        f"out: `_members_` says it: {CORRECT}"),
    "no tables": (
        {"tables": None}, "params.yaml: tables: None is no folder; name the tables' folder"),
    "tables that is no text": (
        {"tables": 3}, "params.yaml: tables: 3 is no folder; name the tables' folder"),
    "set empty": (
        {"set": None}, "params.yaml: set: None is no mapping; write {} for none"),
    "set a list": (
        {"set": ["metric"]}, "params.yaml: set: ['metric'] is no mapping; write {} for none"),
    "set of an unknown section": (
        {"set": {"splits": {"seed": 1}}},
        f"params.yaml and conf/: splits: Key 'splits' not in 'Params': {CORRECT}"),
    "set of an unknown key": (
        {"set": {"split": {"share": 0.3}}},
        f"params.yaml and conf/: split.share: Key 'share' not in 'Split': {CORRECT}"),
    "set of an unknown nested key": (
        {"set": {"campaign": {"offers": {"personal_call": {"price": 1}}}}},
        "params.yaml and conf/: campaign.offers.personal_call.price: Key 'price' not in 'Offer': "
        f"{CORRECT}"),
    "set by a path with dots": (
        {"set": {"split.seed": 1}},
        f"params.yaml and conf/: split.seed: Key 'split.seed' not in 'Params': {CORRECT}"),
    "set of a wrong type": (
        {"set": {"split": {"test_share": "a quarter"}}},
        "params.yaml and conf/: split.test_share: Value 'a quarter' of type 'str' could not be "
        f"converted to Float: {CORRECT}"),
    "set of half a number": (
        {"set": {"folds": {"splits": 2.5}}},
        "params.yaml and conf/: folds.splits: Value '2.5' of type 'float' could not be converted "
        f"to Integer: {CORRECT}"),
    "set to nothing": (
        {"set": {"split": {"seed": None}}},
        "params.yaml and conf/: split.seed: Incompatible value 'None' for field of type 'int': "
        f"{CORRECT}"),
    "set out of range": (
        {"set": {"split": {"test_share": 25}}},
        "params.yaml and conf/: split.test_share: 25.0 is not allowed; it must be between 0 and 1: "
        f"{CORRECT}"),
    "set to no number": (
        {"set": {"campaign": {"budget": float("nan")}}},
        "params.yaml and conf/: campaign.budget: nan is not allowed; it must be 0 or more: "
        f"{CORRECT}"),
    "set to less than nothing": (
        {"set": {"campaign": {"budget": -1}}},
        "params.yaml and conf/: campaign.budget: -1.0 is not allowed; it must be 0 or more: "
        f"{CORRECT}"),
    "set to no budget": (
        {"set": {"campaign": {"budget": None}}},
        "params.yaml and conf/: campaign.budget: Incompatible value 'None' for field of type "
        f"'float': {CORRECT}"),
    "set to what nobody can act on": (
        {"set": {"campaign": {"offers": {"personal_call": {"triggers": {"tenure_days": "low"}}}}}},
        "params.yaml and conf/: campaign.offers.personal_call.triggers: 'tenure_days' is not "
        f"allowed; it must be one of {', '.join(ACTIONABLE)}: {CORRECT}"),
    "set to a wrong word": (
        {"set": {"cleaning": {"twins": "keep"}}},
        "params.yaml and conf/: cleaning.twins: 'keep' is not allowed; it must be one of aside, "
        f"drop: {CORRECT}"),
    "set of an offer half described": (
        {"set": {"campaign": {"offers": {"gift": {"cost": 1}}}}},
        "params.yaml and conf/: campaign.offers.gift.channel: Structured config of type `Offer` "
        f"has missing mandatory value: channel: {CORRECT}"),
    "set to a missing value": (
        {"set": {"campaign": {"budget": "???"}}},
        "params.yaml: set.campaign.budget: ??? is no value; write one or take the key out"),
    "a list of a missing value": (
        {"candidates": ["???"]},
        "params.yaml: candidates[0]: ??? is no value; write one or take the key out"),
    "set to the environment": (
        {"set": {"campaign": {"unit": "${oc.env:ONE_CLICK_TOLD}"}}},
        f"params.yaml: set.campaign.unit: {OUTSIDE}"),
    "a text with the environment in it": (
        {"set": {"campaign": {"ru": "a ${oc.env:ONE_CLICK_TOLD} b"}}},
        f"params.yaml: set.campaign.ru: {OUTSIDE}"),
    "a list with the environment in it": (
        {"set": {"campaign": {"segments": ["${oc.decode:${oc.env:ONE_CLICK_TOLD}}"]}}},
        f"params.yaml: set.campaign.segments[0]: {OUTSIDE}"),
    "a key of the environment": (
        {"set": {"campaign": {"caps": {"${oc.env:ONE_CLICK_TOLD}": 1}}}},
        f"params.yaml: set.campaign.caps: {OUTSIDE}"),
    "set to Hydra's own": (
        {"set": {"campaign": {"unit": "${hydra:runtime.cwd}"}}},
        f"params.yaml: set.campaign.unit: {OUTSIDE}"),
    "a choice of the environment": (
        {"scaler": "${oc.env:ONE_CLICK_TOLD}"}, f"params.yaml: scaler: {OUTSIDE}"),
    "tables of the environment": (
        {"tables": "${oc.env:ONE_CLICK_TOLD}"}, f"params.yaml: tables: {OUTSIDE}"),
    "what the environment said, filled in by DVC": (
        {"set": {"campaign": {"unit": "told-by-nobody"}}},
        f"params.yaml: set.campaign.unit: {TOLD}"),
    "what a secret of the environment said, in a text": (
        {"set": {"campaign": {"ru": "a told-to-nobody b"}}},
        f"params.yaml: set.campaign.ru: {TOLD.replace('ONE_CLICK_TOLD', 'ONE_CLICK_ID_KEY')}"),
    "a choice that the environment said": (
        {"scaler": "told-by-nobody"}, f"params.yaml: scaler: {TOLD}"),
    "tables that the environment said": (
        {"tables": "told-by-nobody"}, f"params.yaml: tables: {TOLD}"),
    "candidates that the environment said": (
        {"candidates": "told-by-nobody"}, f"params.yaml: candidates: {TOLD}"),
    "an address with a password": (
        {"tables": "https://me:told-to-nobody@host/tables"},
        "params.yaml: tables: a secret is no setting: git keeps it; tables of a database come by "
        "`one-click fetch`"),
    "an address of a database": (
        {"tables": "postgresql://host/shop"},
        "params.yaml: tables: an address, no path: what a database holds changes by the hour; take "
        "a snapshot of it by `one-click fetch conf/source/NAME.yaml --output data/raw/DATE`, and "
        "name its folder"),
    "a value that stands for itself": (
        {"set": {"folds": {"seed": "${folds.seed}"}}},
        "folds.seed: ${folds.seed} is no plain value; write the value"),
    "values that stand for each other": (
        {"set": {"folds": {"seed": "${split.seed}"}, "split": {"seed": "${folds.seed}"}}},
        "split.seed: ${folds.seed} is no plain value; write the value"),
    "a section that stands for another": (
        {"set": {"scaler": {"copy": "${encoder}"}}},
        "scaler.copy: ${encoder} is no plain value; write the value"),
    "a number beyond reckoning": (
        {"set": {"campaign": {"budget": 1e308}}},
        "params.yaml: set.campaign.budget: a number beyond 1e+12 in size is not allowed"),
    "a number of no end": (
        {"set": {"candidates": {"svc": {"C": float("inf")}}}},
        "params.yaml: set.candidates.svc.C: a number beyond 1e+12 in size is not allowed"),
    "no number in a spec": (
        {"set": {"candidates": {"svc": {"C": float("nan")}}}},
        "params.yaml and conf/: candidates.svc.C: nan is not allowed; it must be finite: "
        f"{CORRECT}"),
    "months without end": (
        {"set": {"campaign": {"months": 10**9}}},
        "params.yaml and conf/: campaign.months: 1000000000 is not allowed; it must be at most "
        f"120: {CORRECT}"),
    "confidence next to 1": (
        {"set": {"segments": {"confidence": 1 - 1e-16}}},
        "params.yaml and conf/: segments.confidence: 0.9999999999999999 is not allowed; it must "
        f"be 0.000001 to 0.999999: {CORRECT}"),
    "no moves": (
        {"set": {"segments": {"moves": []}}},
        "params.yaml and conf/: segments.moves: [] is not allowed; it must be at least one move: "
        f"{CORRECT}"),
    "a text that nobody sees": (
        {"tables": "data/sample\0"},
        "params.yaml: tables: a line end or an unseen character (U+0000) is not allowed"),
    "set.tables": (
        {"set": {"tables": "elsewhere"}},
        "params.yaml: set.tables: a choice of its own; set `tables` instead"),
    "set of a choice": (
        {"set": {"sampler": "smote"}},
        "params.yaml: set.sampler: 'smote' is no mapping; set keys of it"),
    "set of a section to a list": (
        {"set": {"split": [0.25]}},
        "params.yaml: set.split: [0.25] is no mapping; set keys of it"),
    "set of a section to nothing": (
        {"set": {"split": None}}, "params.yaml: set.split: None is no mapping; set keys of it"),
    "set of candidates to a number": (
        {"set": {"candidates": 3}},
        "params.yaml: set.candidates: 3 is no mapping; set keys of it"),
    "set of candidates to a name": (
        {"set": {"candidates": "svc"}},
        "params.yaml: set.candidates: 'svc' is no mapping; set keys of it"),
    "set of a range to a list": (
        {"set": {"candidates": {"svc": {"C": [1, 3]}}}},
        "params.yaml: set.candidates.svc.C: [1, 3] is no mapping; set keys of it"),
    "set for a candidate that is not chosen": (
        {"candidates": ["svc"], "set": {"candidates": {"knn": {"p": 1}}}},
        "params.yaml: set.candidates.knn: not among the candidates; add it to candidates or take "
        "it out of set"),
    "set for candidates of two kinds of name": (
        {"set": {"candidates": {"svc": {"C": 1}, 3: {"p": 1}}}},
        "params.yaml: set.candidates.3: not among the candidates; add it to candidates or take "
        "it out of set"),
    "set of a candidate to a number": (
        {"set": {"candidates": {"svc": 3}}},
        "params.yaml and conf/: candidates.svc._complexity_: None is not allowed; it must be a "
        f"whole number: {CORRECT}"),
}  # fmt: skip


@pytest.mark.parametrize("case", MENUS)
def test_a_fault_of_the_menu_is_one_line_that_names_the_key(case, capsys, monkeypatch):
    monkeypatch.setenv("ONE_CLICK_TOLD", "told-by-nobody")
    monkeypatch.setenv("ONE_CLICK_ID_KEY", "told-to-nobody")
    choices, line = MENUS[case]
    write(menu() | choices)
    assert fault(capsys) == line


def test_a_key_that_yaml_reads_as_no_text_is_named(workplace, capsys):
    choose(set={"candidates": {"svc": {1: 2}}})
    assert "key 1 is no text: put it in quotes" in fault(capsys)


@pytest.mark.parametrize("defaults", ["[robust]", "5", "{a: 5}", "[[a]]"])
def test_defaults_that_hydra_cannot_follow_are_a_line(defaults, workplace, capsys):
    path = artefacts.CONF / "scaler/robust.yaml"
    path.write_text(f"defaults: {defaults}\n{path.read_text(encoding='utf-8')}", encoding="utf-8")
    choose(scaler="robust")
    assert "conf/" in fault(capsys)


@pytest.mark.parametrize("key", ["tables", *GROUPS, *LISTS, "set"])
def test_a_missing_key_is_named(key, workplace, capsys):
    write({name: choice for name, choice in menu().items() if name != key})
    assert fault(capsys) == f"params.yaml: {key}: missing; add it"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"tables: [data", "params.yaml: not readable as YAML: "),
        (b"tables:\t- a\n\tb", "params.yaml: not readable as YAML: "),
        (b"tables: a\ntables: b\n", "params.yaml: not readable as YAML: "),
        (b"3\n", "params.yaml: not readable as YAML: "),
        (b"- svc\n", "params.yaml: not a list of choices; restore it with "),
        (b"", "params.yaml: campaign: missing; add it"),
        (b"set: &a [*a]", "params.yaml: line 1: *a stands in itself; write the value out"),
        (b"set: " + b"[" * 9_000, "params.yaml: line 1: more than 32 levels; "),
        (b"set: " + b"9" * 9_000, "params.yaml: not readable as YAML: "),
        (b"set: !!python/name:os.system x", "params.yaml: line 1: a tag "),
        (b"a: 1\n---\nb: 2\n", "params.yaml: not readable as YAML: "),
        (b"set: \x00", "params.yaml: not readable as YAML: "),
        (b"set: {? [a]: b}", "params.yaml: not readable as YAML: "),
        ("tables: мои таблицы\n".encode("cp1251"), "params.yaml: not UTF-8; save it as UTF-8"),
        ("tables: a\n".encode("utf-16"), "params.yaml: not UTF-8; save it as UTF-8"),
    ],
)
def test_a_menu_that_is_no_yaml_is_one_line(content, told, workplace, capsys):
    artefacts.MENU.write_bytes(content)
    assert fault(capsys).startswith(told)


def test_broken_yaml_is_told_with_its_line(workplace, capsys):
    with artefacts.MENU.open("a", encoding="utf-8") as file:
        file.write("\tscaler: none\n")
    lines = artefacts.MENU.read_text(encoding="utf-8").count("\n")
    assert f"line {lines}" in fault(capsys)


def test_no_menu(workplace, capsys):
    artefacts.MENU.unlink()
    assert fault(capsys) == "params.yaml: not found; run this in the project's folder"


def in_cp1251(path: Path) -> None:
    path.write_bytes(path.read_text(encoding="utf-8").encode("cp1251"))


@pytest.mark.parametrize(
    ("name", "edit", "told"),
    [
        ("campaign/standard.yaml", in_cp1251, "conf/campaign/standard.yaml: not UTF-8; "),
        ("scaler/standard.yaml", lambda path: path.write_text("a: ["), "scaler/standard.yaml"),
        ("cleaning/standard.yaml", lambda path: path.write_text("twins: aside"),
         "cleaning.regular: "),
        ("cleaning/standard.yaml", lambda path: path.write_text("twin: aside"), "cleaning.twin: "),
        ("scaler/standard.yaml", lambda path: path.write_text("a: ${nonesuch}"), "'nonesuch'"),
        ("model/svc.yaml", lambda path: path.write_text(""), "candidates.svc._complexity_: "),
        ("ensemble/blend.yaml",
         lambda path: path.write_text("_members_: [knnn]\n_complexity_: 7"),
         "conf/ensemble/blend.yaml: _members_: no model 'knnn'"),
        ("ensemble/blend.yaml",
         lambda path: path.write_text("_members_: knn\n_complexity_: 7"),
         "ensembles.blend._members_: 'knn' is not allowed"),
        ("config.yaml", Path.unlink, "conf/: "),
        ("scaler/standard.yaml", lambda path: path.write_text("a: ${oc.env:HOME}"),
         "conf/scaler/standard.yaml: a: an interpolation can name one key"),
        ("config.yaml", lambda path: path.write_text("defaults: [{scaler: '${oc.env:HOME}'}]"),
         "conf/config.yaml: defaults[0].scaler: an interpolation"),
        ("campaign/standard.yaml", lambda path: path.write_text("budget: ???"),
         "conf/campaign/standard.yaml: budget: ??? is no value"),
        ("scaler/none.yaml", lambda path: path.write_text("a: &a [*a]"),  # though it is not chosen
         "conf/scaler/none.yaml: line 1: *a stands in itself"),
        ("scaler/none.yaml", lambda path: path.write_text("a: 1" + "0" * 5_000),
         "conf/scaler/none.yaml: not readable as YAML"),
        ("scaler/none.yaml", lambda path: path.write_text("a: 0x1" + "0" * 5_000),
         "conf/scaler/none.yaml: a: a number beyond"),
        ("scaler/none.yaml", lambda path: path.write_text("hydra: {searchpath: [/]}"),
         "conf/scaler/none.yaml: hydra: "),
        ("scaler/none.yaml", lambda path: (path.unlink(), path.mkdir()),
         "conf/scaler/none.yaml: no file"),
        ("scaler/none.yaml", lambda path: (path.unlink(), path.symlink_to("/dev/zero")),
         "conf/scaler/none.yaml: no file"),
        ("scaler/none.yaml", lambda path: (path.unlink(), path.symlink_to("nowhere")),
         "conf/scaler/none.yaml: not found"),
    ],
)  # fmt: skip
def test_a_fault_of_conf_is_one_line(name, edit, told, workplace, capsys):
    """The file or the key is named."""
    edit(artefacts.CONF / name)
    line = fault(capsys)
    assert told in line
    assert "conf/" in line


def test_the_command_ends_with_code_1_and_no_traceback(workplace):
    """As DVC and a person run it."""
    choose(scaler="nonesuch")
    done = subprocess.run(
        [sys.executable, "-m", "one_click.stages.compose"],
        env=os.environ | {"PYTHONPATH": str(SOURCE)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.splitlines() == [
        f"error: params.yaml: scaler: no choice 'nonesuch'; choose one of {SCALERS}"
    ]
    assert artefacts.CONF_LOCK.read_bytes() == OLD_LOCK


def test_a_folder_that_is_not_there_is_refused_before_any_stage_runs(capsys):
    """DVC would remove the outputs of prepare, and then fail by itself."""
    choose(tables="nowhere")
    line = fault(capsys)
    assert "tables" in line
    assert "nowhere" in line


def test_a_table_that_is_not_there_is_refused_before_any_stage_runs(capsys, tmp_path_factory):
    """A folder in its place is none either."""
    folder = tmp_path_factory.mktemp("three")
    for table in TABLES.values():
        (folder / table.file).touch()
    (folder / "money.csv").unlink()
    (folder / "market_time.csv").unlink()
    (folder / "market_time.csv").mkdir()
    choose(tables=str(folder))
    assert fault(capsys) == (
        f"params.yaml: tables: {folder}: no market_time.csv, money.csv; put it there or name "
        "the raw tables' folder"
    )


def test_a_check_writes_nothing():
    choose(scaler="robust")
    stage.run(lambda: compose.main(check=True))
    assert artefacts.CONF_LOCK.read_bytes() == OLD_LOCK


def edit_lock(old: str, new: str) -> bytes:
    """Compose, then edit the lock as `-S conf.lock.yaml:...` would; what it holds now."""
    lock()
    text = artefacts.CONF_LOCK.read_text(encoding="utf-8")
    assert old in text
    artefacts.CONF_LOCK.write_text(text.replace(old, new), encoding="utf-8")
    return artefacts.CONF_LOCK.read_bytes()


def test_an_edited_lock_is_refused_and_not_composed_away(capsys):
    edited = edit_lock("trials: 8", "trials: 9")
    with pytest.raises(SystemExit):
        composing()
    (line,) = capsys.readouterr().err.splitlines()
    assert "conf.lock.yaml: edited (search.trials)" in line
    assert "-S ++set.search.trials=" in line
    assert "git checkout conf.lock.yaml" in line
    assert artefacts.CONF_LOCK.read_bytes() == edited


def test_no_stage_loads_an_edited_lock():
    edit_lock("trials: 8", "trials: 9")
    with pytest.raises(InputError, match=r"conf\.lock\.yaml: search: edited"):
        load(Settings)


def test_a_lock_written_otherwise_with_the_same_values_is_none_that_was_edited():
    """DVC's `-S` writes the whole file anew, in its own layout."""
    edit_lock("trials: 8", "trials:    8")
    assert load(Settings).search.trials == 8
    lock()


def test_a_lock_with_the_marks_of_a_merge_is_composed_anew():
    lock()
    before = artefacts.CONF_LOCK.read_bytes()
    artefacts.CONF_LOCK.write_bytes(b"<<<<<<< HEAD\n" + before + b"=======\n>>>>>>> other\n")
    lock()
    assert artefacts.CONF_LOCK.read_bytes() == before


def test_a_wrong_digest_over_the_right_values_is_mended():
    """As after a merge that took the values from one side and the digests from the other."""
    lock()
    good = artefacts.CONF_LOCK.read_bytes()
    signed = yaml.safe_load(good)["digests"]["scaler"]
    edit_lock(f"scaler: {signed}", "scaler: 0123456789ab")
    composing()
    assert artefacts.CONF_LOCK.read_bytes() == good
