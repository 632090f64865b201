"""Ten tries of the campaign of crashes, on stages that only pretend."""

import random
import sys

import pytest
from helpers.benchmark import script
from helpers.toy import Toy

crash = script("crash")
MEND = ("sh", "-c", f"{sys.executable} -m one_click repair && dvc repro")  # what `make repro` does


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    toy = Toy.made(tmp_path_factory.mktemp("crash"))
    toy.write("README.md", "an edit")
    return crash.Place(toy.folder, toy.environment(), MEND)


@pytest.fixture(scope="module")
def state(place):
    """A choice is changed: two stages run anew, two come after them."""
    crash.choose(place.folder, {"scaler": "minmax"})
    return place.keep(place.folder.with_name("state"))


TEN = [*crash.faults()[:9], crash.faults()[10]]  # a killed sweep has a test of its own


@pytest.mark.slow  # runs of DVC
@pytest.mark.parametrize("number", range(10), ids=lambda number: TEN[number][0])
def test_whatever_happens_the_same_command_ends_in_the_same_bytes(number, place, state):
    good, what = crash.attempt(place, state, TEN[number][1], random.Random(number))
    assert good, what


def test_files_are_compared_with_the_edits_and_without_what_passes(tmp_path):
    for name in ("data/a.csv", "README.md", ".dvc/config", ".dvc/tmp/lock", "logs/x", ".git/HEAD"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    assert crash.files(tmp_path).keys() == {"data/a.csv", "README.md", ".dvc/config"}
