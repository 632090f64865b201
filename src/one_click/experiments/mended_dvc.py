"""`dvc` for jobs side by side: `python -m one_click.experiments.mended_dvc exp run --temp`.

Two things that DVC (3.67.1) does otherwise:

- It puts an experiment into a stash that all processes share, gives up its lock, and takes out of
  the stash whatever is there: two that begin at once may take the same one, or one takes both, and
  the other ends having run nothing. Here each process has a stash of its own.
- It writes its config, and that of an experiment's copy, in ASCII: a cache in `Проект/` would end
  each job. Here its writer takes UTF-8, as its reader does.
"""

import sys
import uuid
from typing import Any

from dvc.cli import main
from dvc.repo.experiments import Experiments
from dvc.repo.experiments.executor.local import ConfigObj
from dvc.repo.experiments.queue.tempdir import TempDirQueue

STASH = f"refs/one-click-stash/{uuid.uuid4().hex}"
_write = ConfigObj.write


def write(config: Any, *arguments: Any, **options: Any) -> Any:
    """Write a config in UTF-8, whatever its paths."""
    config.default_encoding = config.default_encoding or "utf-8"
    return _write(config, *arguments, **options)


def own_queue(experiments: Experiments) -> TempDirQueue:
    """The queue of what this process is to run in a copy."""
    return TempDirQueue(experiments.repo, STASH)


if __name__ == "__main__":
    ConfigObj.write = write
    Experiments.tempdir_queue = property(own_queue)
    sys.exit(main(sys.argv[1:]))
