"""A stage of dvc.yaml runs the module of its name, and there is no other module of a stage."""

import pytest
from helpers.imports import SOURCE
from helpers.pipeline import STAGES


@pytest.mark.parametrize("stage", STAGES)
def test_a_stage_runs_the_module_of_its_name(stage):
    argument = " ${item}" if stage == "tune" else ""
    assert STAGES[stage]["cmd"] == f"PYTHONPATH=src python -m one_click.stages.{stage}{argument}"


def test_every_module_of_stages_is_a_stage():
    modules = {path.stem for path in (SOURCE / "one_click/stages").glob("*.py")}
    assert modules - {"__init__"} == set(STAGES)
