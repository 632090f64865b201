"""`tune` is asked for a candidate of the lock."""

import pytest
from helpers.lock import write_lock

from one_click.running.errors import InputError
from one_click.stages import tune


def test_a_candidate_outside_the_config_is_refused(tmp_path, monkeypatch):
    """A candidate taken out of the menu may still be asked for by hand."""
    monkeypatch.chdir(tmp_path)
    write_lock()
    with pytest.raises(InputError, match=r"'oracle' is not in conf\.lock\.yaml"):
        tune.main("oracle")
