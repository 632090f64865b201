"""How rows of a file are named to a person."""

from collections.abc import Iterable

ROWS_SHOWN = 5


def a_few(items: Iterable[object], shown: int = ROWS_SHOWN) -> str:
    """The first few, and how many more."""
    items = list(items)
    more = f" and {len(items) - shown} more" if len(items) > shown else ""
    return ", ".join(map(str, items[:shown])) + more


def rows_text(lines: Iterable[int]) -> str:
    """Lines of the file, the header being line 1; a few, and how many more."""
    lines = sorted(lines)
    return f"row{'s' if len(lines) > 1 else ''} {a_few(lines)}"
