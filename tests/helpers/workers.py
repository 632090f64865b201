"""Tasks of other processes: they must be found there by their names."""

import os
import signal
from pathlib import Path


def added(kit: int, number: int) -> int:
    return kit + number


def killed_once(marker: str, number: int) -> int:
    """Kills the process of number 2, the first time."""
    if number == 2 and not Path(marker).exists():
        Path(marker).touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def killed(kit: int, number: int) -> int:
    os.kill(os.getpid(), signal.SIGKILL)
    return kit + number
