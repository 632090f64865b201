"""Checks of config values: a value out of its range is one clear line that names its key."""

from datetime import date

from one_click.running.errors import InputError


def check(good: bool, key: str, need: str, value: object) -> None:
    """Refuse a value.

    Raises
    ------
    InputError
        Where it is not `good`; the line names the key, the value and what it must be.
    """
    if not good:
        raise InputError(f"{key}: {value!r} is not allowed; it must be {need}")


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
