"""Tables of a comparison as markdown, and what a difference says in words."""

from collections.abc import Iterable, Sequence

from one_click.statistics import Difference


def grid(header: Sequence[str], rows: Sequence[Sequence[object]]) -> list[str]:
    """A markdown table; numbers stand on the right."""

    def line(cells: Iterable[object]) -> str:
        return "| " + " | ".join(str(cell).replace("|", "\\|") for cell in cells) + " |"

    lines = [line(header)]
    numbers = rows and any(character.isdigit() for character in str(rows[0][1]))
    lines.append("| --- |" + (" ---: |" if numbers else " --- |") * (len(header) - 1))
    return [*lines, *map(line, rows), ""]


def verdict(difference: Difference, more_is_better: bool = True) -> str:
    """What a difference says, in words."""
    if not difference.real:
        return "no difference beyond noise"
    return "better" if (difference.low > 0) == more_is_better else "worse"


def row(name: str, difference: Difference, digits: int, more_is_better: bool = True) -> list[str]:
    """A line of the table of differences."""
    gap = difference.other - difference.one
    return [
        name, f"{difference.one:.{digits}f}", f"{difference.other:.{digits}f}",
        f"{gap:+.{digits}f} ({difference.low:+.{digits}f} to {difference.high:+.{digits}f})",
        verdict(difference, more_is_better),
    ]  # fmt: skip


def with_interval(figures: dict[str, float], name: str) -> str | None:
    """A figure with its interval, where it has one."""
    value, low, high = (figures.get(f"{name}.{end}") for end in ("value", "low", "high"))
    if value is None or low is None or high is None:
        return None if value is None else f"{value:.4f}"
    return f"{value:.4f} ({low:.4f} to {high:.4f})"
