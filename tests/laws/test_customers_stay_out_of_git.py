"""What may hold customers' rows is in DVC's cache, never left to git."""

import re

from helpers.pipeline import STAGES


def test_customers_and_models_are_never_left_to_git():
    for stage in STAGES.values():
        for kind in ("outs", "metrics", "plots"):
            for entry in stage.get(kind, []):
                in_git = isinstance(entry, dict)
                path = next(iter(entry)) if in_git else entry
                if re.match(r"(data|models|reports)/", path):
                    assert not in_git, f"{path} would be committed"
