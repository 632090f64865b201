"""Chunks on the workers of a Dask cluster, the same bytes as on this machine.

A chunk travels within its task, so that the scheduler gives it to another worker where one dies. A
worker of another version of anything that makes a figure is refused: its last bits could differ.
"""

import hashlib
import importlib.metadata
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any
from uuid import uuid4

import dask
from distributed import CancelledError, Client, WorkerPlugin, get_worker
from distributed.comm.core import CommClosedError
from distributed.scheduler import KilledWorker

from one_click.running.errors import InputError
from one_click.running.machine import IN_FORCE, KERNELS, THREADS
from one_click.running.workers import AHEAD, Workers, in_order

ADDRESS = re.compile(r"(tcp|tls|ucx|ws|wss)://[^\s/@]+:\d+")
SECONDS = 10  # to answer
RETRIES = 3  # of a chunk whose worker died
PACKAGES = (
    "numpy", "numba", "pandas", "pyarrow", "scipy", "scikit-learn", "imbalanced-learn",
    "venn-abers",
)  # fmt: skip


@cache
def makers() -> dict[str, str]:
    """Versions of what makes a figure: Python, packages, this project's code, kernels."""
    code = hashlib.sha256()
    package = Path(__file__).parents[1]
    for path in sorted(package.rglob("*.py")):
        code.update(path.relative_to(package).as_posix().encode() + path.read_bytes())
    versions = {name: importlib.metadata.version(name) for name in PACKAGES}
    kernels = ", ".join(f"{name}={os.environ.get(name, '')}" for name in (*KERNELS, *THREADS))
    if not IN_FORCE:
        kernels = "of its own (start it by `one-click worker`)"
    return versions | {
        "Python": sys.version.split()[0],
        "one-click": code.hexdigest()[:12],
        "kernels": kernels,
    }


class SharedKit(WorkerPlugin):
    """What all tasks share: the scheduler gives it to each worker, and to one that is started anew.

    Parameters
    ----------
    name
        Of a run: two may share the workers.
    """

    def __init__(self, name: str, content: Any) -> None:
        self.name, self.content = name, content


def _made(kit: str, function: Callable[..., Any], task: tuple[Any, ...]) -> tuple[dict, Any]:
    shared: Any = get_worker().plugins[kit]
    return makers(), function(shared.content, *task)


def check_makers(theirs: dict[str, str], address: str) -> None:
    """Refuse a worker that other versions than this machine's make figures on.

    Raises
    ------
    InputError
        Which ones they are.
    """
    ours = makers()
    differing = [name for name in ours if theirs.get(name) != ours[name]]
    if differing:
        others = "; ".join(f"{name} {theirs.get(name)}, here {ours[name]}" for name in differing)
        raise InputError(
            f"--scheduler: {address}: a worker has {others}: its bytes could differ; give the "
            "workers the environment of this machine"
        )


def _checked(result: tuple[dict[str, str], Any], address: str) -> Any:
    theirs, value = result  # a worker may have come since the first were asked
    check_makers(theirs, address)
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
    dask.config.set({"distributed.admin.large-graph-warning-threshold": "1GB"})
    shared = SharedKit(f"one-click-{uuid4().hex}", kit)
    with _client(address) as client:
        _register(client, shared, address)
        ahead = AHEAD * max(sum(client.nthreads().values()), 1)

        def run(function: Callable[..., Any], tasks: Iterable[tuple[Any, ...]]) -> Iterator[Any]:
            def submit(task: tuple[Any, ...]) -> Any:
                again = {"pure": False, "retries": RETRIES}
                return client.submit(_made, shared.name, function, task, **again)

            return (_checked(result, address) for result in in_order(submit, tasks, ahead))

        try:
            yield run
        except KilledWorker:
            raise InputError(
                f"--scheduler: {address}: workers died of the same chunk again and again: give "
                "them more memory, or set a smaller scale.chunk_rows"
            ) from None
        except (CancelledError, CommClosedError):
            raise InputError(
                f"--scheduler: {address}: the connection was lost: see to the scheduler, then run "
                "this again"
            ) from None
        finally:
            with suppress(OSError, CancelledError):  # else it has gone with the scheduler
                client.unregister_worker_plugin(shared.name)


def _register(client: Any, shared: SharedKit, address: str) -> None:
    """Send the kit, once it is known that each worker can read it."""
    try:
        for theirs in client.run(makers).values():
            check_makers(theirs, address)
        client.register_plugin(shared)
    except (AttributeError, ImportError, TypeError) as error:
        problem = " ".join(str(error).split())[:200]
        raise InputError(
            f"--scheduler: {address}: a worker has another one-click ({problem}): give the "
            "workers the environment of this machine"
        ) from None


def _client(address: str) -> Any:
    if not ADDRESS.fullmatch(address):
        raise InputError(
            f"--scheduler: {address!r} is no address such as tcp://10.0.0.1:8786; `dask scheduler` "
            "prints its own"
        )
    connect: Any = Client  # has no types
    try:
        client = connect(address, timeout=SECONDS, set_as_default=False)
    except (OSError, ValueError):
        raise InputError(
            f"--scheduler: {address} does not answer: start one with `dask scheduler`, or leave "
            "the option out"
        ) from None
    try:
        client.wait_for_workers(1, timeout=SECONDS)
    except TimeoutError:
        client.close()
        raise InputError(
            f"--scheduler: {address} has no worker: start some with `one-click worker {address}`"
        ) from None
    return client
