"""Promises of chunks side by side: in order, a few ahead, a killed process in a line."""

from concurrent.futures import Future

import pytest
from helpers.workers import added, killed
from hypothesis import given
from hypothesis import strategies as st

from one_click.running.errors import InputError
from one_click.running.workers import in_order, processes


def test_results_are_in_the_order_of_the_tasks_and_know_the_kit(monkeypatch):
    monkeypatch.setenv("LOKY_MAX_CPU_COUNT", "2")
    with processes(100) as run:
        assert list(run(added, ((number,) for number in range(20)))) == list(range(100, 120))
        assert list(run(added, [])) == []


@given(count=st.integers(0, 20), ahead=st.integers(1, 5))
def test_only_so_many_tasks_are_sent_ahead_of_what_was_taken(count, ahead):
    sent: list[int] = []

    def submit(task: tuple[int]) -> Future:
        sent.append(task[0])
        future: Future = Future()
        future.set_result(task[0])
        return future

    results = in_order(submit, ((number,) for number in range(count)), ahead)
    for place, result in enumerate(results):
        assert result == place
        assert len(sent) <= place + ahead
    assert sent == list(range(count))


def test_a_process_that_is_killed_is_one_line():
    told = pytest.raises(InputError, match=r"^a process was killed, .* scale\.chunk_rows")
    with told, processes(0) as run:
        list(run(killed, [(1,)]))
