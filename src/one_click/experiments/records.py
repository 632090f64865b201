"""What became of the jobs of a sweep: a file in the folder of each."""

from pathlib import Path

from one_click.running import writing

RECORD = "job.json"


def records(sweep: Path) -> list[dict]:
    """What became of each job, in their order; the folder of a single job has its own alone."""
    if (sweep / RECORD).exists():
        return [writing.read_json(sweep / RECORD)]
    paths = sorted(sweep.glob(f"*/{RECORD}"), key=lambda path: (len(path.parent.name), path))
    return [writing.read_json(path) for path in paths]
