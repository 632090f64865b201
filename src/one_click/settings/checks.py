"""Checks of config values: a value out of its range is one clear line that names its key."""

from collections.abc import Sized
from datetime import date

from one_click.running.errors import InputError

EDGE = 1e-6  # of a share


def check(good: bool, key: str, need: str, value: object) -> None:
    """Refuse a value.

    Raises
    ------
    InputError
        Where it is not `good`; the line names the key, the value and what it must be.
    """
    if not good:
        raise InputError(f"{key}: {value!r} is not allowed; it must be {need}")


def check_most(key: str, value: float, most: float) -> None:
    """Refuse what is beyond the most that is of any use: it would run for hours, or overflow."""
    check(value <= most, key, f"at most {most:,}", value)


def check_share(key: str, value: float) -> None:
    """Refuse what lies outside 0 and 1, or so near one of them that a quantile of it is lost."""
    check(0 < value < 1, key, "between 0 and 1", value)
    check(EDGE <= value <= 1 - EDGE, key, f"{EDGE:f} to {1 - EDGE:f}", value)


def check_count(key: str, values: Sized, most: int) -> None:
    """Refuse more entries than are of any use."""
    check(len(values) <= most, key, f"at most {most}", f"{len(values)} entries")


def check_seed(key: str, value: int) -> None:
    """Refuse a seed that scikit-learn does not take, or that a few more would pass by."""
    check(0 <= value < 2**32 - 9, key, "0 to 4294967286", value)


def check_date(key: str, value: str) -> None:
    """Refuse what is no date as ISO 8601 writes it with hyphens."""
    try:
        sound = date.fromisoformat(value).isoformat() == value
    except ValueError:
        sound = False
    check(sound, key, "a date, such as 2026-12-01", value)


def check_one_of(key: str, value: str, allowed: tuple[str, ...]) -> None:
    """Refuse what is not among the allowed values."""
    check(value in allowed, key, "one of " + ", ".join(allowed), value)
