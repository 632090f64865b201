"""A dvc.lock that was cut while DVC wrote it: the last whole one takes its place.

DVC trusts no entry of a lock without comparing hashes: an older lock makes it look into the
run-cache, or run a stage again, but never skip one wrongly.
"""

import subprocess
from pathlib import Path

from yaml import YAMLError

from one_click import artefacts
from one_click.choices.menu import check_choices, read_menu
from one_click.experiments.graph import stages
from one_click.running import dvc_lock, writing
from one_click.running.errors import InputError

PIPELINE = Path("dvc.yaml")
CONFLICT = b"<<<<<<< "


def fault(content: bytes, copies: list[bytes], present: dvc_lock.Outputs) -> str | None:
    """What is wrong with a dvc.lock, if anything: it was cut inside an entry, or between two.

    Parameters
    ----------
    copies
        Whole locks of before.
    present
        Outputs that dvc.yaml names and that are there. A stage that is new has some, but stands in
        no copy; one that was taken out of dvc.yaml has none.
    """
    entries = dvc_lock.entries(content)
    if entries is None:
        return "was cut"
    earlier = set().union(*(dvc_lock.outputs(dvc_lock.entries(copy) or {}) for copy in copies))
    lacking = (earlier & present) - dvc_lock.outputs(entries)
    return f"lacked {', '.join(sorted({name for name, _ in lacking}))}" if lacking else None


def fullest(copies: dict[str, bytes], present: dvc_lock.Outputs) -> str | None:
    """Where the copy comes from that shows most of what is there; of two alike the first."""

    def shown(source: str) -> int:
        return len(dvc_lock.outputs(dvc_lock.entries(copies[source]) or {}) & present)

    return max(copies, key=shown, default=None)


def committed() -> bytes | None:
    """The dvc.lock of git's HEAD."""
    words = ["git", "show", f"HEAD:./{artefacts.DVC_LOCK}"]
    shown = subprocess.run(words, capture_output=True, check=False)
    return None if shown.returncode else shown.stdout


def named_outputs() -> dvc_lock.Outputs:
    """Outputs that dvc.yaml names, with their stages.

    Raises
    ------
    InputError
        Where the menu or dvc.yaml can't be read.
    """
    menu = read_menu(artefacts.MENU)
    check_choices(menu, artefacts.CONF)
    try:
        graph = stages(PIPELINE, menu)
    except YAMLError as error:
        problem = " ".join(str(error).split())
        raise InputError(f"{PIPELINE}: not readable as YAML: {problem}: correct it") from None
    return {
        (name, out) for name, stage in graph.items() for out in stage.outs if Path(out).exists()
    }


def mend_lock(named: dvc_lock.Outputs) -> list[str]:
    """Bring back the last whole dvc.lock where it was cut; what was done, in a line.

    Parameters
    ----------
    named
        Outputs that dvc.yaml names, with their stages.

    Raises
    ------
    InputError
        Where a merge left its marks in it: which side holds is for its owner to say.
    """
    path = artefacts.DVC_LOCK
    if not path.exists():
        return []
    content, of_head = path.read_bytes(), committed()
    if any(line.startswith(CONFLICT) for line in content.splitlines()):
        raise InputError(f"{path}: a merge left both sides in it: git checkout --ours {path}")
    sources = {"the copy that the last stage kept": dvc_lock.kept(), "git's HEAD": of_head}
    copies = {name: copy for name, copy in sources.items() if copy and dvc_lock.entries(copy)}
    present = {(stage, out) for stage, out in named if Path(out).exists()}
    known = [] if content == of_head else list(copies.values())
    if (wrong := fault(content, known, present)) is None:
        dvc_lock.keep()
        return []
    writing.write_bytes(artefacts.CUT_LOCK, content)
    if (source := fullest(copies, present)) is None:
        path.unlink()
        return [f"{path} {wrong}, and no whole one is known: removed; `dvc repro` makes it anew"]
    writing.write_bytes(path, copies[source])
    return [f"{path} {wrong}: restored from {source}; what it was is in {artefacts.CUT_LOCK}"]
