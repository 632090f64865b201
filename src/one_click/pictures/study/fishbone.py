"""Ishikawa's fishbone of the feature groups, drawn from the column table."""

from typing import TYPE_CHECKING

from one_click.columns import COLUMNS, TARGET
from one_click.pictures.style import BLACK, BLUE, ORANGE, named, sheet, wrapped
from one_click.words.speaker import Speaker

if TYPE_CHECKING:
    from matplotlib.figure import Figure

REACH, LEAN = 4.2, 1.3  # how far a bone reaches from the spine, and leans back
BONE_EVERY = 4.6


def groups() -> dict[str, list[str]]:
    """Features of each group, in the order of the column table."""
    names_of: dict[str, list[str]] = {}
    for column in COLUMNS:
        if column.feature:
            names_of.setdefault(column.group, []).append(column.name)
    return names_of


def draw_fishbone(with_target: dict[str, dict], speaker: Speaker) -> "Figure":
    """The target is the head, a group a bone, a feature a twig with its phik with the target.

    Source: Ishikawa (1976), "Guide to quality control".
    """
    figure = sheet(speaker.say("fishbone.title"), 6.4)
    axes = figure.subplots()
    axes.axis("off")
    bones = groups()
    length = BONE_EVERY * ((len(bones) + 1) // 2) + 0.5
    axes.annotate(
        "", (length, 0), (0, 0), arrowprops={"arrowstyle": "-|>", "lw": 3, "color": BLACK}
    )
    axes.text(
        length + 0.1, 0, wrapped(named(TARGET, speaker), 16), ha="left", va="center", fontsize=11,
        color="white", weight="bold", bbox={"boxstyle": "round,pad=0.6", "color": ORANGE},
    )  # fmt: skip
    for place, (group, names) in enumerate(bones.items()):
        side = 1 if place % 2 == 0 else -1
        foot = BONE_EVERY * (place // 2 + 1) - 0.1
        tip = foot - LEAN
        axes.plot([tip, foot], [side * REACH, 0], color=BLUE, linewidth=2.2)
        axes.text(
            tip, side * (REACH + 0.15), speaker.say(f"group.{group}"), ha="center", fontsize=10,
            va="bottom" if side > 0 else "top", weight="bold", color=BLUE,
        )  # fmt: skip
        for row, name in enumerate(names):
            height = REACH * (1 - (row + 0.6) / (len(names) + 0.4))
            end = foot - LEAN * height / REACH
            axes.plot([end - 0.35, end], [side * height, side * height], color=BLACK, linewidth=1)
            phik = speaker.number(with_target.get(name, {}).get("phik"), 2)
            axes.text(
                end - 0.42, side * height, f"{wrapped(speaker.label(name), 24)}  {phik}",
                ha="right", va="center", fontsize=9,
            )  # fmt: skip
    axes.set_xlim(-0.2, length + 2.4)
    axes.set_ylim(-REACH - 0.8, REACH + 0.8)
    return figure
