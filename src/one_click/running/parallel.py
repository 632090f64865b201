"""Folds side by side: forked processes, one thread each.

Fits are too short and too much Python for threads, and a fresh process would import for seconds:
forked processes share what is imported. On one core and on several the figures are the same. Fork
under `threadpool_limits(1)`: OpenMP hangs in a child whose parent has used several threads.
"""

import gc
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from joblib import Parallel, cpu_count, delayed, parallel_config
from threadpoolctl import threadpool_limits

BACKEND = "multiprocessing"
Result = TypeVar("Result")


def side_by_side(function: Callable[..., Result], tasks: Iterable[tuple[Any, ...]]) -> list[Result]:
    """What a function makes of each task's arguments, on all cores, in the tasks' order."""
    with _forking():
        results = Parallel(n_jobs=cpu_count(), backend=BACKEND)(
            delayed(function)(*task) for task in tasks
        )
    return list(results)


@contextmanager
def all_cores() -> Iterator[None]:
    """Let a search of scikit-learn with `n_jobs=-1` run its folds so; what it fits alone is not."""
    with _forking(), parallel_config(BACKEND):
        yield


@contextmanager
def _forking() -> Iterator[None]:
    """One thread, and garbage of before left alone: joblib looks for it before each fork."""
    gc.freeze()
    try:
        with threadpool_limits(1):
            yield
    finally:
        gc.unfreeze()
