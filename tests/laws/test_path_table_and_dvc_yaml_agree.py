"""Outputs of dvc.yaml are the paths of artefacts.py, and the other way round."""

from pathlib import Path

import pytest
from helpers.pipeline import OF_NO_STAGE, PATHS, STAGES, listed

from one_click import artefacts

TABLE = {path for name, path in PATHS.items() if name not in OF_NO_STAGE}
PUT_IN = {artefacts.WAVES}  # by people: a dep that no stage writes
OUTPUTS = {
    Path(path): name
    for name, stage in STAGES.items()
    for path in listed(stage, "outs", "metrics", "plots") - {"conf.lock.yaml"}
}


def agree(one: Path, other: Path) -> bool:
    """The same path, or one inside the other."""
    return one == other or one in other.parents or other in one.parents


@pytest.mark.parametrize("output", sorted(OUTPUTS), ids=str)
def test_every_output_is_in_the_path_table(output):
    assert any(agree(path, output) for path in TABLE), f"{OUTPUTS[output]} writes {output}"


@pytest.mark.parametrize("path", sorted(TABLE - PUT_IN), ids=str)
def test_every_path_of_the_table_is_an_output(path):
    assert any(agree(path, output) for output in OUTPUTS)


@pytest.mark.parametrize("path", sorted(PUT_IN), ids=str)
def test_what_people_put_in_is_a_dep_that_no_stage_writes(path):
    assert any(str(path) in listed(stage, "deps") for stage in STAGES.values())
    assert not any(agree(path, output) for output in OUTPUTS)


def test_no_path_has_two_names():
    assert len(set(PATHS.values())) == len(PATHS)
