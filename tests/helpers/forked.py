"""`one-click` and `dvc` forked from a process that has imported them: a second less a command.

The server has done nothing but imports, so that a command begins as in a process of its own.
"""

import importlib
import multiprocessing
import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

MAINS = {"one-click": "one_click.cli", "dvc": "dvc.cli"}
PRELOADED = [
    "one_click.commands.leaderboard", "one_click.commands.sweep", "dvc.cli", "dvc.commands.repro",
    "dvc.commands.experiments.run", "dvc.repo.experiments.queue.celery",
]  # fmt: skip
CONTEXT = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload(PRELOADED)


def completed(
    words: tuple[str, ...], folder: Path, environment: dict[str, str]
) -> subprocess.CompletedProcess:
    """Run a command in a folder; what it prints and ends with."""
    if words[0] not in MAINS:
        return subprocess.run(
            words, cwd=folder, env=environment, capture_output=True, text=True, check=False
        )
    with TemporaryDirectory() as place:
        outputs = [Path(place) / name for name in ("out", "err")]
        process = CONTEXT.Process(target=_run, args=(words, folder, environment, outputs))
        process.start()
        process.join()
        out, err = (path.read_text(encoding="utf-8", errors="replace") for path in outputs)
    assert process.exitcode is not None
    return subprocess.CompletedProcess(words, process.exitcode, out, err)


def _run(words: tuple[str, ...], folder: Path, environment: dict, outputs: list[Path]) -> None:
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    with outputs[0].open("w") as out, outputs[1].open("w") as err:
        os.dup2(out.fileno(), 1)
        os.dup2(err.fileno(), 2)
    sys.stdout, sys.stderr = os.fdopen(1, "w"), os.fdopen(2, "w")
    sys.argv = list(words)
    main = importlib.import_module(MAINS[words[0]]).main
    sys.exit(main(sys.argv[1:]) if words[0] == "dvc" else main())
