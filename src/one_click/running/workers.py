"""Chunks side by side, in processes of this machine or of a cluster; results in their order.

A task is a function and a chunk; what all tasks share, the kit, is in each process once. Boundaries
of chunks are fixed, so that the results are the same wherever they are made.
"""

import ctypes
import signal
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import get_context
from typing import Any, Protocol

from joblib import cpu_count
from threadpoolctl import threadpool_limits

from one_click.running.errors import InputError

PR_SET_PDEATHSIG = 1  # of Linux's prctl: the signal that a process gets when its parent dies
AHEAD = 2  # tasks of a process that are sent before they are asked for: bounds memory
_kit: Any = None  # of this process


class Workers(Protocol):
    """Processes that hold a kit."""

    def __call__(
        self, function: Callable[..., Any], tasks: Iterable[tuple[Any, ...]]
    ) -> Iterator[Any]:
        """What `function(kit, *task)` gives of each task, in their order."""


def _hold(kit: Any) -> None:
    """Hold the kit; leave an interrupt to the parent, and do not outlive it."""
    global _kit
    _kit = kit
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def _call(function: Callable[..., Any], task: tuple[Any, ...]) -> Any:
    return function(_kit, *task)


def in_order(
    submit: Callable[[tuple[Any, ...]], Any], tasks: Iterable[tuple[Any, ...]], ahead: int
) -> Iterator[Any]:
    """Results in the order of the tasks, of which so many are sent ahead.

    Parameters
    ----------
    submit
        Sends a task and gives its future.
    """
    futures: deque[Any] = deque()
    for task in tasks:
        futures.append(submit(task))
        if len(futures) >= ahead:
            yield futures.popleft().result()
    while futures:
        yield futures.popleft().result()


@contextmanager
def processes(kit: Any) -> Iterator[Workers]:
    """Processes of this machine, one thread each; forked, so that none loads the kit.

    Raises
    ------
    InputError
        Where one of them is killed.
    """
    count = cpu_count()
    with (
        threadpool_limits(1),
        ProcessPoolExecutor(count, get_context("fork"), _hold, (kit,)) as pool,
    ):

        def run(function: Callable[..., Any], tasks: Iterable[tuple[Any, ...]]) -> Iterator[Any]:
            def submit(task: tuple[Any, ...]) -> Future:
                return pool.submit(_call, function, task)

            return in_order(submit, tasks, AHEAD * count)

        try:
            yield run
        except BrokenProcessPool:
            raise InputError(
                "a process was killed, for want of memory most likely: free some, or set a smaller "
                "scale.chunk_rows, then run this again"
            ) from None
