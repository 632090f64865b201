"""What a crash leaves behind: `python benchmarks/crash.py`, some forty minutes on two cores.

Runs `dvc repro` of a small study from three states, cold (a clone without a cache), warm (a choice
changed) and restoring (a choice changed back: stages come from the run-cache), and sweeps; kills
them at random moments by three signals, the whole group or DVC alone; lets them meet a full disk
(a small tmpfs where it may be mounted, else a limit of file sizes) and folders that are read-only;
runs two at once. After each `make repro` must end well, and the work tree must hold the bytes of
an undisturbed run, with the edits that were in it. Works in a temporary folder.
"""

import argparse
import hashlib
import os
import random
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import yaml

ROOT = Path(__file__).parents[1]
SMALL = {
    "candidates": ["dummy", "tree"],
    "ensembles": [],
    "set": {
        "sample": {"customers": 300},
        "search": {"trials": 2},
        "evaluate": {"resamples": 100},
        "predict": {
            "repeats": 2, "second_opinions": 1, "order_pairs": 2, "new_order_pairs": 2,
            "reference": 20, "shuffles": 1,
        },
        "candidates": {"tree": {"max_depth": 4, "min_samples_leaf": 10}},
    },
}  # fmt: skip
CHANGED = SMALL | {"scaler": "minmax"}
PASSING = (".git", ".dvc/tmp", ".dvc/cache", ".venv", "logs", "multirun")  # no result of a run
REPRO = ("dvc", "repro")
FAILED = "NOT MENDED"
SWEEP = (sys.executable, "-m", "one_click", "sweep", "-m", "scaler=minmax,none")
SIGNALS = (signal.SIGKILL, signal.SIGTERM, signal.SIGINT)
WEIGHTS = (1, 2, 6)  # cold, warm, restoring: then DVC writes dvc.lock most of the time
EDIT = "README.md"  # an edit that no run reads, and that must survive


@dataclass
class State:
    """A folder to start from, and what an undisturbed run makes of it."""

    folder: Path
    seconds: float = 0.0
    files: dict[str, str] = field(default_factory=dict)


@dataclass
class Place:
    """Where a copy of a state is run, in which environment, and what must mend it."""

    folder: Path
    env: dict[str, str]
    mend: tuple[str, ...] = ("make", "repro")

    def call(self, *words: str, folder: Path | None = None) -> subprocess.CompletedProcess:
        """Run a command to its end."""
        return subprocess.run(
            words, cwd=folder or self.folder, env=self.env, capture_output=True, text=True,
            check=False,
        )  # fmt: skip

    def start(self, *words: str, prepare: Callable[[], None] | None = None) -> subprocess.Popen:
        """Begin a command in a process group of its own."""
        return subprocess.Popen(
            words, cwd=self.folder, env=self.env, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, start_new_session=True, preexec_fn=prepare,
        )  # fmt: skip

    def take(self, state: State) -> None:
        """Put a copy of a state here."""
        if self.folder.exists():
            shutil.rmtree(self.folder)
        copied(state.folder, self.folder)

    def keep(self, state: Path) -> State:
        """Copy what is here as a state, and run it undisturbed."""
        copied(self.folder, state)
        begun = time.perf_counter()
        must(self.call(*REPRO))
        seconds = time.perf_counter() - begun
        must(self.call(*self.mend))
        return State(state, seconds, files(self.folder))

    def end_all(self) -> None:
        """End what still runs here."""
        for process in psutil.process_iter():
            with suppress(psutil.Error, OSError):
                if Path(process.cwd()).is_relative_to(self.folder):
                    process.kill()


def copied(folder: Path | str, to: Path) -> None:
    """Copy a folder with its links and times."""
    subprocess.run(["cp", "-a", str(folder), str(to)], check=True)


def files(folder: Path) -> dict[str, str]:
    """Digests of all that a run leaves in the work tree, and of what people have in it."""
    digests = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        passing = any(f"{name}/".startswith(f"{start}/") for start in PASSING)
        passing = passing or "__pycache__" in name or name.startswith("reports/sweep.")
        if path.is_file() and not passing:
            digests[name] = hashlib.sha256(path.read_bytes()).hexdigest()
    return digests


def choose(folder: Path, menu: dict) -> None:
    """Change choices of a menu."""
    path = folder / "params.yaml"
    content = yaml.safe_load(path.read_text(encoding="utf-8")) | menu
    path.write_text(yaml.safe_dump(content), encoding="utf-8")


def must(done: subprocess.CompletedProcess) -> None:
    """End where an undisturbed command fails."""
    if done.returncode:
        sys.exit(f"{done.args}: {done.stdout[-2000:]}{done.stderr[-2000:]}")


def clone(place: Place) -> None:
    """A clone of HEAD with a small menu, an edit and this environment; nothing has run in it."""
    must(place.call("git", "clone", "-q", str(ROOT), str(place.folder), folder=ROOT))
    for key, value in (("user.name", "crash"), ("user.email", "crash@example.org")):
        must(place.call("git", "config", key, value))
    choose(place.folder, {"scaler": "standard"} | SMALL)
    must(place.call("git", "commit", "-qam", "a small study"))
    (place.folder / ".venv").mkdir()
    for part in Path(sys.prefix).iterdir():
        if part.name not in (".study", ".all"):
            (place.folder / ".venv" / part.name).symlink_to(part)
    (place.folder / ".venv/.study").touch()  # what `make` would install is installed
    with (place.folder / EDIT).open("a", encoding="utf-8") as file:
        file.write("an edit\n")


def states(place: Place) -> list[State]:
    """The states to start from, each with what an undisturbed run makes of it."""
    clone(place)
    starts = [place.keep(place.folder.with_name("cold"))]
    for name, scaler in (("warm", "minmax"), ("restoring", "standard")):
        choose(place.folder, {"scaler": scaler})
        starts.append(place.keep(place.folder.with_name(name)))
    return starts


Fault = Callable[[Place, State, random.Random], str]


def killed(words: tuple[str, ...], number: signal.Signals, whole: bool) -> Fault:
    """A signal at a random moment, to the group or to the command alone."""

    def fault(place: Place, state: State, draw: random.Random) -> str:
        moment = draw.uniform(0.3, max(state.seconds, 1.0))
        process = place.start(*words)
        with suppress(subprocess.TimeoutExpired):
            process.wait(moment)
        with suppress(ProcessLookupError):
            (os.killpg if whole else os.kill)(process.pid, number)
        process.wait()
        if words == SWEEP and (again := place.call(*words)).returncode:
            return f"{moment:.1f} s, {FAILED}: {again.stdout[-300:]}{again.stderr[-300:]}"
        return f"{moment:.1f} s"

    return fault


def is_mounted(*words: str) -> bool:
    """Whether this may mount, and has."""
    return (
        shutil.which("mount") is not None
        and not subprocess.run(["mount", *words], capture_output=True, check=False).returncode
    )


def full_disk(place: Place, state: State, draw: random.Random) -> str:
    """A disk that is full after a random number of bytes; when the run is over it has room."""
    share, here = draw.random(), str(place.folder)
    size = subprocess.run(["du", "-sk", here], capture_output=True, check=True, text=True).stdout
    free = 200 + int(5000 * share)
    aside = place.folder.with_name("aside")
    place.folder.rename(aside)
    place.folder.mkdir()
    room = f"size={int(size.split()[0]) + free}k"
    if is_mounted("-t", "tmpfs", "-o", room, "tmpfs", here):
        copied(f"{aside}/.", place.folder)
        shutil.rmtree(aside)
        place.call(*REPRO)
        place.end_all()
        copied(place.folder, aside)
        subprocess.run(["umount", here], check=True)
        place.folder.rmdir()
        aside.rename(place.folder)
        return f"a tmpfs with {free} kB free"
    place.folder.rmdir()
    aside.rename(place.folder)
    limit = int(10 ** (3 + 3 * share))
    limits = (limit, limit)
    place.start(*REPRO, prepare=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, limits)).wait()
    return f"files of at most {limit} bytes"


def read_only(place: Place, state: State, draw: random.Random) -> str:
    """A folder that is read-only during a run: by its mode, or for root by a mount."""
    name = draw.choice([".dvc/tmp", ".dvc/cache", "data", "models", "metrics", "reports", "plots"])
    folder = place.folder / name
    folder.mkdir(parents=True, exist_ok=True)
    if os.geteuid():
        mode = folder.stat().st_mode
        folder.chmod(0o555)
        place.call(*REPRO)
        folder.chmod(mode)
    elif is_mounted("--bind", str(folder), str(folder)):
        subprocess.run(["mount", "-o", "remount,ro,bind", str(folder)], check=True)
        place.call(*REPRO)
        place.end_all()
        subprocess.run(["umount", str(folder)], check=True)
    else:
        return f"{name}: not tried, root writes into it and may not mount"
    return name


def two_at_once(place: Place, state: State, draw: random.Random) -> str:
    """A second run that begins while the first one works."""
    first = place.start(*place.mend)
    moment = draw.uniform(0.0, state.seconds)
    time.sleep(moment)
    second = place.start(*place.mend)
    return f"{moment:.1f} s; exit codes {first.wait()} and {second.wait()}"


def faults() -> list[tuple[str, Fault]]:
    """What may happen, by its name."""
    kills = [
        (f"{number.name}, {'the group' if whole else 'dvc alone'}", killed(REPRO, number, whole))
        for number in SIGNALS
        for whole in (True, False)
    ]
    others: list[tuple[str, Fault]] = [
        ("a full disk", full_disk), ("a read-only folder", read_only), ("two at once", two_at_once),
    ]  # fmt: skip
    sweeps = [(f"a sweep, {number.name}", killed(SWEEP, number, True)) for number in SIGNALS]
    return [*kills, *others, sweeps[0], *kills, *kills, *others, *sweeps[1:]]


def attempt(place: Place, state: State, fault: Fault, draw: random.Random) -> tuple[bool, str]:
    """Whether the project ends in the bytes of an undisturbed run; what happened."""
    place.take(state)
    what = fault(place, state, draw)
    done = place.call(*place.mend)
    place.end_all()
    if done.returncode or FAILED in what:
        return False, f"{what}: {FAILED}: {(done.stdout + done.stderr)[-800:]}"
    after = files(place.folder)
    names = sorted(after.keys() | state.files.keys())
    differing = [name for name in names if after.get(name) != state.files.get(name)]
    if differing:
        return False, f"{what}: {FAILED}: {', '.join(differing)}"
    return True, "; ".join([what, *re.findall(r"^mended: .*$", done.stdout, re.MULTILINE)])


def report(counts: dict[tuple[str, str], list[int]]) -> None:
    """Print the table."""
    line = "{:<28}{:<12}{:>6}{:>12}{:>14}"
    print("\n" + line.format("fault", "run", "tried", "same bytes", "mended first"))
    for names, numbers in sorted(counts.items()):
        print(line.format(*names, *numbers))
    print(line.format("together", "", *map(sum, zip(*counts.values(), strict=True))))


def main() -> None:
    """Try, and print a line a try and a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tries", type=int, default=100, help="how many faults")
    parser.add_argument("--seed", type=int, default=0, help="of the moments")
    given = parser.parse_args()
    draw, every = random.Random(given.seed), faults()
    store = Path(tempfile.mkdtemp(prefix="crash_"))
    own = {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(store / "project/src"),
        "DVC_SITE_CACHE_DIR": str(store / "site"),
    }
    place = Place(store / "project", os.environ | own)
    counts: dict[tuple[str, str], list[int]] = {}
    try:
        starts = states(place)
        for number in range(given.tries):
            name, fault = every[number % len(every)]
            state = draw.choices(starts, WEIGHTS)[0]
            good, what = attempt(place, state, fault, draw)
            count = counts.setdefault((name, state.folder.name), [0, 0, 0])
            for at, value in enumerate((1, good, "mended: " in what)):
                count[at] += value
            print(f"{number}: {name}, {state.folder.name}, {what}", flush=True)
    finally:
        place.end_all()
        if counts:
            report(counts)
        shutil.rmtree(store, ignore_errors=True)
    if any(tried != good for tried, good, _ in counts.values()):
        sys.exit(1)


if __name__ == "__main__":
    main()
