"""Promises of a Dask cluster: the results of this machine, whoever dies; a fault in a line."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

distributed = pytest.importorskip("distributed", reason="the extra `cluster` is not installed")

from helpers.workers import added, killed, killed_once  # noqa: E402

from one_click.running import cluster as module  # noqa: E402
from one_click.running.cluster import cluster, makers  # noqa: E402
from one_click.running.errors import InputError  # noqa: E402
from one_click.running.machine import KERNELS, THREADS, has_kernels  # noqa: E402

ROOT = Path(__file__).parents[2]
FIXED = {*KERNELS, *THREADS}


@pytest.fixture(scope="module")
def scheduler():
    """The address of a scheduler with two workers, each a process."""
    with distributed.LocalCluster(
        n_workers=2, processes=True, threads_per_worker=1, dashboard_address=None
    ) as local:
        assert local.scheduler_address.startswith("tcp://")
        yield local.scheduler_address


def test_a_cluster_gives_what_this_machine_gives(scheduler):
    with cluster(scheduler, 100) as run:
        assert list(run(added, ((number,) for number in range(20)))) == list(range(100, 120))


def test_a_worker_that_is_killed_in_the_middle_changes_nothing(scheduler, tmp_path):
    marker = tmp_path / "killed"
    with cluster(scheduler, str(marker)) as run:
        assert list(run(killed_once, ((number,) for number in range(6)))) == list(range(6))
    assert marker.exists()


def test_a_chunk_that_kills_whoever_takes_it_is_one_line(scheduler, monkeypatch):
    monkeypatch.setattr(module, "RETRIES", 0)
    told = pytest.raises(InputError, match=r"workers died of the same chunk again and again")
    with told, cluster(scheduler, 0) as run:
        list(run(killed, [(1,)]))


def test_workers_of_other_versions_are_refused(scheduler, monkeypatch):
    ours = makers() | {"numpy": "0.1"}
    monkeypatch.setattr(module, "makers", lambda: ours)
    told = pytest.raises(InputError, match=r"a worker has numpy \S+, here 0\.1: its bytes could")
    with told, cluster(scheduler, 0) as run:
        list(run(added, [(1,)]))


@pytest.mark.parametrize("way", ["bare", "by one-click"])
def test_a_worker_whose_kernels_are_its_own_is_refused(way, monkeypatch):
    """A bare `dask worker` imports NumPy before this code can fix them; `one-click worker` not."""
    command = "distributed.cli.dask_worker" if way == "bare" else "one_click"
    environment = {name: value for name, value in os.environ.items() if name not in FIXED}
    with distributed.LocalCluster(n_workers=0, dashboard_address=None) as local:
        words = [sys.executable, "-m", command, *([] if way == "bare" else ["worker"])]
        words += [local.scheduler_address, "--nthreads", "1", "--no-dashboard"]
        worker = subprocess.Popen(words, env=environment, cwd=ROOT, stderr=subprocess.DEVNULL)
        try:
            if way == "bare" and has_kernels():
                told = pytest.raises(InputError, match=r"kernels of its own .*`one-click worker`")
                with told, cluster(local.scheduler_address, 1):
                    pass
            else:
                with cluster(local.scheduler_address, 1):
                    pass
        finally:
            worker.terminate()
            worker.wait(timeout=60)


def test_a_scheduler_that_does_not_answer_is_one_line(monkeypatch):
    monkeypatch.setattr(module, "SECONDS", 0.5)
    told = pytest.raises(InputError, match=r"^--scheduler: tcp://127\.0\.0\.1:1 does not answer")
    with told, cluster("tcp://127.0.0.1:1", 0):
        pass


@pytest.mark.parametrize("address", ["nowhere", "http://x", "tcp://", ""])
def test_an_address_that_is_none_is_one_line(address, monkeypatch):
    monkeypatch.setattr(module, "SECONDS", 0.5)
    with pytest.raises(InputError, match=r"^--scheduler: "), cluster(address, 0):
        pass


def test_a_scheduler_without_workers_is_one_line(monkeypatch):
    monkeypatch.setattr(module, "SECONDS", 1)
    none = distributed.LocalCluster(n_workers=0, dashboard_address=None)
    told = pytest.raises(InputError, match=r"has no worker: start some with `one-click worker")
    with none as local, told, cluster(local.scheduler_address, 0):
        pass
