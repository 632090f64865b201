"""How a command for people takes its arguments: a sentence, its options, an example to paste.

A command works in the project's folder, wherever inside it the user stands; paths that the user
gives are of where the user stands.
"""

import argparse
import os
from pathlib import Path

from one_click.running.errors import InputError

IGNORED = ".gitignore"
OWN = (
    ".git", ".dvc", ".github", "benchmarks", "conf", "data", "docs", "metrics", "models", "plots",
    "src", "tests",
)  # fmt: skip
NO_ADDRESS = (
    "an address, no path: what a database holds changes by the hour; take a snapshot of it by "
    "`one-click fetch conf/source/NAME.yaml --output data/raw/DATE`, and name its folder"
)
MARK = "dvc.yaml"  # stands in the project's folder
_from_project = Path()  # the way from there to where the user stands


def enter_project() -> bool:
    """Go to the project's folder, the nearest one above that has a `dvc.yaml`; whether there is."""
    global _from_project
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / MARK).is_file():
            _from_project = here.relative_to(folder)
            os.chdir(folder)
            return True
    return False


def given_path(text: str) -> Path:
    """A path that the user gives, from the project's folder.

    Raises
    ------
    InputError
        Where it is an address.
    """
    if "://" in text:
        raise InputError(f"{text}: {NO_ADDRESS}")
    return Path(os.path.normpath(_from_project / text)) if _from_project.parts else Path(text)


def command_parser(name: str, doc: str | None, example: str) -> argparse.ArgumentParser:
    """A parser whose `--help` says what the command does.

    Parameters
    ----------
    name
        After `one-click`.
    doc
        Of the command's module; its first line is the sentence.
    example
        Arguments that work as they stand.
    """
    return argparse.ArgumentParser(
        prog=f"one-click {name}",
        description=(doc or "").splitlines()[0],
        epilog=f"example: one-click {name} {example}".rstrip(),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )


def check_output(folder: Path, source: Path, words: str) -> None:
    """Check where to write rows of customers.

    Parameters
    ----------
    source
        What is read, and must not be written to; `words` say what it is.

    Raises
    ------
    InputError
        Where the folder is a file, the one that is read, or one of the project's own.
    """
    if folder.exists() and not folder.is_dir():
        raise InputError(f"--output: {folder} is a file; name a folder")
    if folder.resolve() == source.resolve():
        raise InputError(f"--output: {folder} is {words}; name another one")
    inside = Path(os.path.relpath(folder.resolve())).parts
    if not inside or inside[0] in OWN:
        raise InputError(
            f"--output: {folder} is one of the project's own; name a folder for this alone"
        )
    ignored = folder / IGNORED
    if (
        ignored.exists()
        and "*" not in ignored.read_text(encoding="utf-8", errors="replace").split()
    ):
        raise InputError(
            f"--output: {folder} has a {IGNORED} of its own; name a folder for this alone"
        )
