"""Fresh stores of the law that was learned are "as learned", and stated shifts are found.

`benchmarks/drift.py` holds 200 stores of three sizes against four known ones; here ten.
"""

import pytest
from helpers.benchmark import script
from helpers.generated import write_tables
from helpers.imports import SOURCE
from helpers.store import pipeline_of

from one_click import artefacts
from one_click.customers.generated import draw_store
from one_click.customers.reading import read_tables
from one_click.running.lock import load

STORES, CUSTOMERS = 10, 600
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def trials(tmp_path_factory):
    """How often what is said of ten stores is right, by shift."""
    drift = script("drift")
    params = load(drift.Settings, SOURCE.parent / artefacts.CONF_LOCK)
    known = drift.known_store(pipeline_of("logistic"), 20260, params)
    folder, rows = tmp_path_factory.mktemp("fresh"), []
    for store in range(STORES):
        tables, _ = draw_store(CUSTOMERS, seed=9_000 + store)
        raw = read_tables(write_tables(folder, tables), labelled=False)
        rows += drift.trials(known, raw, store, params)
    return {
        shift: sum(right for name, _, right in rows if name == shift) / STORES
        for shift in drift.SHIFTS
    }


def test_fresh_stores_are_as_learned(trials):
    assert trials["none"] >= 0.95


@pytest.mark.parametrize("shift", ["number", "category", "absent", "score"])
def test_shifts_of_the_stated_size_are_found(trials, shift):
    assert trials[shift] >= 0.9
