"""Chunks on the workers of a Dask cluster, the same bytes as on this machine.

A chunk travels within its task, so that the scheduler gives it to another worker where one dies. A
worker of another version of anything that makes a figure is refused: its last bits could differ.
"""

import hashlib
import importlib.metadata
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from one_click.running.errors import InputError
from one_click.running.machine import KERNELS
from one_click.running.workers import AHEAD, Workers, in_order

SECONDS = 10  # to answer
RETRIES = 3  # of a chunk whose worker died
PACKAGES = (
    "numpy", "pandas", "pyarrow", "scipy", "scikit-learn", "imbalanced-learn", "venn-abers", "shap",
)  # fmt: skip


@cache
def makers() -> dict[str, str]:
    """Versions of what makes a figure: Python, packages, this project's code, kernels."""
    code = hashlib.sha256()
    package = Path(__file__).parents[1]
    for path in sorted(package.rglob("*.py")):
        code.update(path.relative_to(package).as_posix().encode() + path.read_bytes())
    versions = {name: importlib.metadata.version(name) for name in PACKAGES}
    kernels = ", ".join(f"{name}={os.environ.get(name, '')}" for name in KERNELS)
    return versions | {
        "Python": sys.version.split()[0],
        "one-click": code.hexdigest()[:12],
        "kernels": kernels,
    }


def _made(kit: Any, function: Callable[..., Any], task: tuple[Any, ...]) -> tuple[dict, Any]:
    theirs = makers()
    return theirs, function(kit, *task)


def _checked(result: tuple[dict[str, str], Any], address: str) -> Any:
    theirs, value = result
    ours = makers()
    differing = [name for name in ours if theirs.get(name) != ours[name]]
    others = [f"{name} {theirs.get(name)}, here {ours[name]}" for name in differing]
    if others:
        raise InputError(
            f"--scheduler: {address}: a worker has {'; '.join(others)}: its bytes could differ; "
            "give the workers the environment of this machine"
        )
    return value


@contextmanager
def cluster(address: str, kit: Any) -> Iterator[Workers]:
    """The workers of a scheduler; the kit travels to each of them once.

    Raises
    ------
    InputError
        Where the scheduler does not answer or has no worker, where workers die again and again, or
        have other versions.
    """
    try:
        import dask
        from distributed import Client, TimeoutError
        from distributed.exceptions import WorkerStartTimeoutError
        from distributed.scheduler import KilledWorker
    except ImportError:
        raise InputError(
            "--scheduler: Dask is not installed: pip install 'dask' 'distributed', the extra "
            "`cluster`"
        ) from None
    connect: Any = Client  # has no types
    dask.config.set({"distributed.admin.large-graph-warning-threshold": "1GB"})
    try:
        client = connect(address, timeout=SECONDS, set_as_default=False)
    except (OSError, TimeoutError, ValueError):
        raise InputError(
            f"--scheduler: {address} does not answer: start one with `dask scheduler`, or leave "
            "the option out"
        ) from None
    with client:
        try:
            client.wait_for_workers(1, timeout=SECONDS)
            shared = client.scatter(kit, broadcast=True)
            ahead = AHEAD * max(sum(client.nthreads().values()), 1)

            def run(
                function: Callable[..., Any], tasks: Iterable[tuple[Any, ...]]
            ) -> Iterator[Any]:
                def submit(task: tuple[Any, ...]) -> Any:
                    return client.submit(_made, shared, function, task, pure=False, retries=RETRIES)

                results = in_order(submit, tasks, ahead)
                return (_checked(result, address) for result in results)

            yield run
        except (TimeoutError, WorkerStartTimeoutError):
            raise InputError(
                f"--scheduler: {address} has no worker: start some with `dask worker {address}`"
            ) from None
        except KilledWorker:
            raise InputError(
                f"--scheduler: {address}: workers died of the same chunk again and again: give "
                "them more memory, or set a smaller scale.chunk_rows"
            ) from None
