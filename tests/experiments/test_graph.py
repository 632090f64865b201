"""The graph of dvc.yaml is DVC's own."""

from pathlib import Path

import pytest
from helpers.imports import SOURCE

from one_click import artefacts
from one_click.choices.menu import read_menu
from one_click.experiments.graph import makers, needed, shared, stages
from one_click.running.errors import InputError

ROOT = SOURCE.parent


def graph() -> dict:
    return stages(ROOT / "dvc.yaml", read_menu(ROOT / artefacts.MENU))


def test_who_makes_what_is_as_dvc_sees_it():
    from dvc.repo import Repo

    with Repo(str(ROOT)) as repo:
        edges = repo.index.graph
        of_dvc = {s.addressing: {m.addressing for m in edges.successors(s)} for s in edges}
    ours = graph()
    assert {stage: makers(ours, stage) for stage in ours} == of_dvc


def test_what_a_stage_needs():
    found = needed(graph(), "choose")
    assert {"compose", "sample", "prepare", "choose"} <= found
    assert {stage for stage in found if stage.startswith("tune@")}
    assert not found & {"evaluate", "predict", "describe"}
    with pytest.raises(InputError, match="no stage 'chose'; the stages are compose, sample"):
        needed(graph(), "chose")


def test_what_jobs_share_is_before_the_first_difference():
    names = needed(graph(), "choose")
    tuned = [stage for stage in graph() if stage.startswith("tune@")]
    assert shared(graph(), names, {"scaler"}) == ["sample", "prepare"]
    assert shared(graph(), names, {"cleaning"}) == ["sample"]
    assert shared(graph(), names, {"candidates", "candidates.svc"}) == [
        "sample", "prepare", *(stage for stage in tuned if stage != "tune@svc"),
    ]  # fmt: skip
    assert shared(graph(), names, set()) == ["sample", "prepare", *tuned, "choose"]


def test_a_stage_that_reads_one_value_is_of_its_section():
    """`report.language`, and no digest of it."""
    assert graph()["illustrate"].sections == {"campaign", "segments", "explain", "report"}
    assert "draw" in shared(graph(), set(graph()), {"scaler"})
    assert "draw" not in shared(graph(), set(graph()), {"report"})


def test_outputs_in_git_are_told_from_cached_ones():
    assert graph()["choose"].kept_in_git == {"metrics/chosen.json"}
    assert str(Path("models/chosen.skops")) in graph()["choose"].outs
