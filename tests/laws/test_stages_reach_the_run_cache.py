"""DVC keeps a stage with an uncached plain output out of the run-cache: compose alone pays that."""

from helpers.pipeline import STAGES


def test_no_cached_stage_has_an_uncached_plain_output():
    for name, stage in STAGES.items():
        uncached = [entry for entry in stage.get("outs", []) if isinstance(entry, dict)]
        assert bool(uncached) == (name == "compose")
