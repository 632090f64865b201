"""params of a stage are exactly what it loads of conf.lock.yaml: the fields of its `Settings`."""

import ast
import importlib
from dataclasses import fields

import pytest
from helpers.imports import imports
from helpers.pipeline import STAGES, keys_of, source_of

from one_click.choices.menu import CHOICES
from one_click.commands import leaderboard, score
from one_click.running.lock import DIGESTS, key_of
from one_click.settings.whole import Params

LOADING = sorted(name for name in STAGES if keys_of(name))


def loaded(settings: type) -> set[str]:
    """A section by its digest; a single value of one (`at`) by its own key."""
    return {
        key_of(field) if "key" in field.metadata else f"{DIGESTS}.{field.name}"
        for field in fields(settings)
    }


def sections(keys: set[str]) -> set[str]:
    return {key.removeprefix(f"{DIGESTS}.").partition(".")[0] for key in keys}


@pytest.mark.parametrize("stage", LOADING)
def test_params_are_the_fields_of_the_settings(stage):
    module = importlib.import_module(f"one_click.stages.{stage}")
    assert keys_of(stage) == loaded(module.Settings)


@pytest.mark.parametrize("stage", LOADING)
def test_a_stage_loads_its_settings_and_nothing_else(stage):
    """One `load(Settings)`, and no other way to the lock."""
    tree = source_of(stage)
    nodes = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    calls = [node for node in nodes if getattr(node.func, "id", "") == "load"]
    assert [[argument.id for argument in call.args] for call in calls] == [["Settings"]]
    of_lock = {name for name in imports(tree) if name.startswith("one_click.running.lock.")}
    assert of_lock <= {"one_click.running.lock.load", "one_click.running.lock.at"}


@pytest.mark.parametrize("stage", sorted(set(STAGES) - set(LOADING)))
def test_a_stage_without_params_loads_no_settings(stage):
    """`compose`, which writes the lock, and what only puts figures together."""
    imported = set(imports(source_of(stage)))
    assert not {name for name in imported if name.startswith("one_click.running.lock")}


def test_a_candidate_depends_on_its_own_spec_alone():
    (entry,) = STAGES["tune"]["params"]
    assert f"{DIGESTS}.candidates.${{item}}" in entry["conf.lock.yaml"]
    assert f"{DIGESTS}.candidates" not in entry["conf.lock.yaml"]


def test_every_section_of_the_lock_is_loaded_by_a_stage_or_by_a_command():
    of_stages = {section for stage in STAGES for section in sections(keys_of(stage))}
    of_commands = sections(loaded(score.Settings) | loaded(leaderboard.Settings))
    assert of_stages | of_commands == set(Params.__dataclass_fields__)
    assert set(Params.__dataclass_fields__) - of_stages == {"drift"}


def test_compose_depends_on_every_choice_and_on_nothing_of_the_lock():
    assert set(STAGES["compose"]["params"]) == CHOICES
    assert keys_of("compose") == set()
