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
    """A section by its digest; a single value of one (`at`) by its own key.

    What can only refuse is no param: see `ONLY_REFUSES`.
    """
    return {
        key_of(field) if "key" in field.metadata else f"{DIGESTS}.{field.name}"
        for field in fields(settings)
        if not field.metadata.get("refuses")
    }


def refusing(settings: type) -> set[str]:
    """Sections by which a stage can refuse, and no more."""
    return {key_of(field) for field in fields(settings) if field.metadata.get("refuses")}


def settings_of(stage: str) -> type:
    return importlib.import_module(f"one_click.stages.{stage}").Settings


def sections(keys: set[str]) -> set[str]:
    return {key.removeprefix(f"{DIGESTS}.").partition(".")[0] for key in keys}


@pytest.mark.parametrize("stage", LOADING)
def test_params_are_the_fields_of_the_settings(stage):
    assert keys_of(stage) == loaded(settings_of(stage))


@pytest.mark.parametrize("stage", LOADING)
def test_a_stage_loads_its_settings_and_nothing_else(stage):
    """One `load(Settings)`, and no other way to the lock."""
    tree = source_of(stage)
    nodes = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    calls = [node for node in nodes if getattr(node.func, "id", "") == "load"]
    assert [[argument.id for argument in call.args] for call in calls] == [["Settings"]]
    of_lock = {name for name in imports(tree) if name.startswith("one_click.running.lock.")}
    assert of_lock <= {f"one_click.running.lock.{name}" for name in ("load", "at", "ONLY_REFUSES")}


def test_what_can_only_refuse_is_a_budget_or_what_is_held_against_it():
    """No output depends on it, so that it is no param of the stage."""
    assert {
        stage: refusing(settings_of(stage)) for stage in LOADING if refusing(settings_of(stage))
    } == {"tune": {"predict", "costs", "budget"}}


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
    of_stages |= {key for stage in LOADING for key in refusing(settings_of(stage))}
    assert of_stages | of_commands == set(Params.__dataclass_fields__)
    assert set(Params.__dataclass_fields__) - of_stages == {"drift"}


def test_compose_depends_on_every_choice_and_on_nothing_of_the_lock():
    assert set(STAGES["compose"]["params"]) == CHOICES
    assert keys_of("compose") == set()
