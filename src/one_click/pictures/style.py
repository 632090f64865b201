"""What all pictures share: colours, sizes, words, points with whiskers, the saved bytes."""

import io
import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from one_click.columns import DECLINED, STAYED, TARGET
from one_click.words.speaker import MINUS, Speaker

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Okabe and Ito (2008), "Color universal design": told apart without red and green.
BLUE, ORANGE, GREY, BLACK = "#0072b2", "#d55e00", "#8c8c8c", "#1c2430"
COLOURS = {STAYED.code: BLUE, DECLINED.code: ORANGE}
WIDTH = 11  # inches; with DOTS, as wide as the report's column
DOTS = 100
SMALL, USUAL = 8, 9


def named(name: str, speaker: Speaker) -> str:
    """Heading of a column; the target is named after what 1 means, so that signs can be read."""
    return speaker.say("target") if name == TARGET else speaker.label(name)


def sheet(title: str, height: float) -> "Figure":
    """An empty figure of the common width with its title."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(WIDTH, height), layout="constrained")
    figure.suptitle(textwrap.fill(title, 110), fontsize=11, x=0.01, ha="left")
    return figure


def wrapped(text: str, width: int = 22) -> str:
    """A label in lines of at most so many characters."""
    return textwrap.fill(text, width)


def plain(axes: "Axes", speaker: Speaker, numbers: str = "xy") -> None:
    """Take off the frame's upper and right side; write the numbers of the named axes."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    def tick_label(value: float, _: object) -> str:
        text = f"{abs(value):.6g}".replace(".", "," if speaker.language == "ru" else ".")
        return (MINUS if value < 0 else "") + text

    axes.spines[["top", "right"]].set_visible(False)
    axes.tick_params(labelsize=SMALL)
    for name in numbers:
        axis = getattr(axes, f"{name}axis")
        axis.set_major_locator(MaxNLocator(4))
        axis.set_major_formatter(FuncFormatter(tick_label))


def legend(figure: "Figure", entries: dict[str, str], columns: int | None = None) -> None:
    """A legend below all axes: words and their colour, in so many columns (None: one row)."""
    from matplotlib.patches import Patch

    handles = [Patch(color=colour, label=words) for words, colour in entries.items()]
    figure.legend(
        handles=handles, loc="outside lower center", ncols=columns or len(handles), frameon=False,
        fontsize=USUAL,
    )  # fmt: skip


def class_legend(figure: "Figure", speaker: Speaker) -> None:
    """The legend of the two classes."""
    legend(figure, {speaker.say(f"class.{code}"): colour for code, colour in COLOURS.items()})


def support_legend(figure: "Figure", speaker: Speaker) -> None:
    """The legend of what a test supports and what it does not."""
    legend(figure, {speaker.say("supported.yes"): BLUE, speaker.say("supported.no"): GREY})


def whiskers(
    axes: "Axes", at: list[float], points: list[dict], centre: str, colours: list[str]
) -> None:
    """Points with intervals, one under another; `points` have `centre`, `low` and `high`.

    A point without an interval stands alone.
    """
    for place, point, colour in zip(at, points, colours, strict=True):
        if point["low"] is not None:
            axes.plot([point["low"], point["high"]], [place, place], color=colour, linewidth=1.6)
        axes.plot(point[centre], place, "o", color=colour, markersize=5)


def rows_of(axes: "Axes", labels: list[str], width: int = 34) -> None:
    """Name the rows of an axes, the first one uppermost."""
    axes.set_yticks(range(len(labels)), [wrapped(text, width) for text in labels])
    axes.set_ylim(len(labels) - 0.5, -0.5)
    axes.grid(axis="x", color="#e3e6ea", linewidth=0.7)
    axes.set_axisbelow(True)


def grid_of(count: int, columns: int) -> tuple[int, int]:
    """Rows and columns that hold so many panels."""
    return int(np.ceil(count / columns)), columns


@dataclass(frozen=True)
class Sheet:
    """A picture to draw: the name of its file, and what draws it of what."""

    name: str
    draw: Callable[..., "Figure"]
    inputs: tuple[Any, ...]

    def png(self) -> bytes:
        """The picture, drawn and encoded; sheets can be drawn side by side."""
        return png(self.draw(*self.inputs))


def png(figure: "Figure") -> bytes:
    """A PNG of at most 256 colours, whose bytes depend on what it shows alone."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from PIL import Image

    figure.set_dpi(DOTS)
    canvas = FigureCanvasAgg(figure)
    # Once: savefig draws a first time for the layout alone. Matplotlib gives neither method types.
    canvas.draw()  # type: ignore[no-untyped-call]
    colours = np.asarray(canvas.buffer_rgba())[..., :3]  # type: ignore[no-untyped-call]
    pixels = Image.fromarray(np.ascontiguousarray(colours))
    content = io.BytesIO()
    pixels.quantize(256, dither=Image.Dither.NONE).save(content, "PNG", optimize=True)
    return content.getvalue()
