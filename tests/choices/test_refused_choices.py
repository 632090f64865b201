"""A fault of the menu or of conf/ is one clear line that names the key."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from helpers.composing import OLD_LOCK, choose, composing, fault, menu, write
from helpers.imports import SOURCE
from helpers.store import choices

from one_click import artefacts
from one_click.choices.menu import GROUPS, LISTS
from one_click.columns import TABLES
from one_click.settings.offers import ACTIONABLE

ROOT = SOURCE.parent
pytestmark = pytest.mark.usefixtures("workplace")


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
