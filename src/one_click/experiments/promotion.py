"""An experiment for the work tree: what it changed, over nothing that git does not keep.

`dvc exp apply` (3.67) checks out the whole commit by force: an edit of any file is gone, and so are
commits since. Here only the files that the experiment changed are written, HEAD stays where it is,
and a run that was killed is finished by the next one.
"""

from pathlib import Path

from one_click.experiments.repository import command, paths, top
from one_click.running.errors import InputError


def changed(ref: str) -> list[str]:
    """Files of git that an experiment changed, from git's work tree."""
    since = ("diff", "--name-only", "-z", "--no-renames", "--no-relative")
    return paths(*since, baseline(ref), ref)


def baseline(ref: str) -> str:
    """The commit that an experiment is of: its ref says it, `refs/exps/ab/cdef.../name`."""
    _, _, first, rest, _ = ref.split("/")
    return first + rest


def contents(commit: str, folder: Path) -> dict[str, str]:
    """What a commit holds: git's digest of each file."""
    listed = command("git", "ls-tree", "-rz", "--full-tree", commit, folder=folder)
    entries = [entry.partition("\t") for entry in listed.split("\0") if entry]
    return {path: described.split()[2] for described, _, path in entries}


def check_nothing_is_lost(ref: str, files: list[str]) -> None:
    """Check that what stands in the way of an experiment is kept by git, or is what it has itself.

    Parameters
    ----------
    files
        As `changed` gives them.

    Raises
    ------
    InputError
        Where a commit since the experiment changed one of its files, or an edit is in no commit.
    """
    folder = top()
    before, now, wanted = (contents(commit, folder) for commit in (baseline(ref), "HEAD", ref))
    since = [p for p in files if now.get(p) not in (before.get(p), wanted.get(p))]
    if since:
        name = ref.rpartition("/")[2]
        raise InputError(
            f"{name}: {_some(since)}: changed by a commit since: run the experiment again, "
            f"or `dvc exp branch {name} BRANCH` and `git merge BRANCH`"
        )
    edited = [
        path
        for path in files
        if (folder / path).is_file()
        and command("git", "hash-object", "--", path, folder=folder).strip()
        not in (now.get(path), wanted.get(path))
    ]
    if edited:
        raise InputError(
            f"{_some(edited)}: edited and in no commit, and the experiment would write over it: "
            "commit first, or `git stash --include-untracked`"
        )


def _some(files: list[str]) -> str:
    text = ", ".join(files[:5])
    return text if len(files) <= 5 else f"{text} and {len(files) - 5} more"


def promote(ref: str, files: list[str]) -> None:
    """Bring an experiment's files into the work tree, and DVC's outputs as it left them.

    Raises
    ------
    InputError
        Where an output was edited by hand, so that DVC's cache does not keep it.
    """
    if files:
        source = ("--source", ref, "--worktree", "--", *(f":(top,literal){f}" for f in files))
        command("git", "restore", *source)
    try:  # without force: what the cache does not keep is not written over
        command("dvc", "checkout", "--allow-missing")
    except InputError as error:
        raise InputError(
            f"{error}: what was edited by hand is kept nowhere: move it away, and start the same "
            "command again"
        ) from None
