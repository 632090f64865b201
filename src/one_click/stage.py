"""How a stage runs: a user's mistake becomes a clear line, earlier results stay, time is logged."""

import os
import sys
import time
from collections.abc import Callable

from one_click import STARTED, files


class InputError(Exception):
    """A mistake in what the user gave; the text says where it is and what to do, a line a fault."""


def run(main: Callable[[], None]) -> None:
    """Run a stage's `main()`: exit code 1 and one line a fault for a user's mistake.

    Seconds of the stage (imports included) are added to `files.SECONDS`, which is no output of any
    stage: a figure that differs from run to run would make DVC see a change where there is none.
    """
    stage = os.environ.get("DVC_STAGE", "")
    try:
        main()
    except InputError as error:
        for line in str(error).splitlines():
            print(f"error: {line}", file=sys.stderr)
        _restore_outputs(stage)
        sys.exit(1)
    except KeyboardInterrupt:
        _restore_outputs(stage)
        print("error: interrupted; what was finished before is as it was", file=sys.stderr)
        sys.exit(130)
    except BaseException:
        _restore_outputs(stage)
        raise
    if stage:
        files.append_row(files.SECONDS, [stage, f"{time.perf_counter() - STARTED:.2f}"])


def _restore_outputs(stage: str) -> None:
    """Bring back what DVC removed, or what the stage wrote before it failed.

    DVC deletes a stage's outputs before it runs the stage.

    Outputs of the last good run are in DVC's cache (small ones that git keeps are there too, for
    the run-cache); what was never recorded or has left the cache can't be restored.
    """
    if not stage:
        return
    from dvc.exceptions import DvcException
    from dvc.repo import Repo

    try:
        with Repo() as repo:
            for out in repo.stage.load_one(name=stage).outs:
                kept = out.hash_info and out.cache.oid_to_path(out.hash_info.value)
                if kept and os.path.exists(kept):  # else a checkout would remove what is there
                    out.use_cache = True
                    out.checkout(force=True, allow_missing=True)
    except DvcException as error:
        print(f"error: earlier outputs of {stage} were not restored: {error}", file=sys.stderr)
