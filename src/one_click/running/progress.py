"""Bars of progress: on a terminal, and in the log that a sweep reads; nothing elsewhere."""

import os
from collections.abc import Iterable
from typing import Any

from tqdm import tqdm

IN_LOG = "ONE_CLICK_PROGRESS"  # set by a sweep for the stages of its jobs


def bar(
    name: str, tasks: Iterable[Any] | None = None, total: int | None = None, unit: str = "it"
) -> tqdm:
    """A bar over tasks, or one of a total that its user updates.

    Parameters
    ----------
    name
        What stands before it.
    """
    return tqdm(
        tasks,
        name,
        total,
        unit=f" {unit}",
        leave=False,
        mininterval=0.5,
        disable=False if IN_LOG in os.environ else None,
    )
