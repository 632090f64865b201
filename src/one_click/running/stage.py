"""How a stage runs: a user's mistake becomes a clear line, earlier results stay, time is logged."""

import argparse
import errno
import gc
import os
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from one_click.artefacts import SECONDS
from one_click.running.errors import InputError, masked
from one_click.running.machine import STARTED
from one_click.running.writing import append_row

PIPELINE = Path("dvc.yaml")
MENDS = {  # by the system's number of a fault
    errno.ENOSPC: "make room on the disk",
    errno.EDQUOT: "make room on the disk",
    errno.EROFS: "name a place that can be written to",
    errno.EISDIR: "move this folder away",
    errno.EEXIST: "move away what stands there",
    errno.ENOTDIR: "move the file away that stands where a folder must",
}


def run_stage(main: Callable[..., None], arguments: Mapping[str, str] | None = None) -> None:
    """Run a stage's `main()` with the arguments that it is called with.

    Parameters
    ----------
    arguments
        What the stage takes and what it means: `name`, or `--name` for a flag. Anything else is
        refused, and `--help` says what the stage reads and writes.
    """
    module = sys.modules[main.__module__]
    name = module.__spec__.name if module.__spec__ else main.__module__
    parser = argparse.ArgumentParser(
        prog=f"python -m {name}",
        description=module.__doc__,
        epilog=reads_and_writes(name.rpartition(".")[2]),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    for argument, meaning in (arguments or {}).items():
        flag = {"action": "store_true"} if argument.startswith("--") else {}
        parser.add_argument(argument, help=meaning, **flag)  # type: ignore[arg-type]
    values = vars(parser.parse_args())
    run(lambda: main(**values))


def reads_and_writes(stage: str) -> str:
    """Paths of a stage in dvc.yaml, its code left out; nothing outside the project's folder."""
    if not {"-h", "--help"} & set(sys.argv[1:]) or not PIPELINE.exists():
        return ""
    import yaml

    entry = yaml.safe_load(PIPELINE.read_text(encoding="utf-8"))["stages"].get(stage, {})
    entry = entry.get("do", entry)

    def listed(*kinds: str) -> list[str]:
        paths = [path for kind in kinds for path in entry.get(kind, [])]
        return [next(iter(path)) if isinstance(path, dict) else path for path in paths]

    reads = [path for path in listed("deps") if not path.startswith("src/")]
    settings = [key for keys in entry.get("params", []) if isinstance(keys, dict) for key in keys]
    writes = listed("outs", "metrics", "plots")
    return f"reads: {', '.join(settings + reads)}\nwrites: {', '.join(writes)}"


def run(main: Callable[[], None]) -> None:
    """Run a `main()`: exit code 1 and one line a fault for a user's mistake or a machine's limit.

    Seconds of a stage (imports included) are added to a log, which is no output of any stage: a
    figure that differs from run to run would make DVC see a change where there is none.
    """
    stage = os.environ.get("DVC_STAGE", "")
    try:
        if stage:
            from one_click.running.dvc_lock import keep

            keep()
        main()
        if stage:
            append_row(SECONDS, [stage, f"{time.perf_counter() - STARTED:.2f}"])
        gc.freeze()  # or Python, on its way out, looks for garbage in all that was imported
    except BrokenPipeError:  # whoever read the output has read enough: `... | head -1`
        _restore_outputs(stage)
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115
        sys.exit(1)
    except (InputError, MemoryError, OSError) as error:
        text = str(error) if isinstance(error, InputError) else machine_fault(error)
        for line in text.splitlines():
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


def machine_fault(error: MemoryError | OSError) -> str:
    """One line of what the system refused: the file, why, and what to do."""
    if isinstance(error, MemoryError):
        return "out of memory: free some, or name fewer rows, and run this again"
    where = f"{error.filename}: " if error.filename is not None else ""
    why = " ".join((error.strerror or str(error) or type(error).__name__).split())
    mend = MENDS.get(error.errno or 0, "see to it that this can be read and written")
    return f"{where}{why}: {mend}, then run this again"


def _restore_outputs(stage: str) -> None:
    """Bring back what DVC removed, or what the stage wrote before it failed.

    DVC deletes a stage's outputs before it runs the stage. Outputs of the last good run are in
    DVC's cache (small ones that git keeps are there too, for the run-cache); what was never
    recorded or has left the cache can't be restored.
    """
    if not stage:
        return
    from dvc.exceptions import DvcException
    from dvc.repo import Repo

    try:
        with Repo() as repo:
            for out in repo.stage.load_one(name=stage).outs:
                content: Any = out.hash_info and out.cache.oid_to_path(out.hash_info.value)
                if content and os.path.exists(
                    content
                ):  # else a checkout would remove what is there
                    out.use_cache = True
                    out.checkout(force=True, allow_missing=True)
    except (DvcException, OSError) as error:
        problem = masked(str(error))
        print(f"error: earlier outputs of {stage} were not restored: {problem}", file=sys.stderr)
