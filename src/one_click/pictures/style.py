"""What all pictures share: colours, sizes, words, points with whiskers, the saved bytes."""

import io
import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from one_click.columns import BY_NAME, DECLINED, STAYED, TARGET
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


def share_axis(name: str, axis: str = "x") -> str:
    """The axis, where a column is a share."""
    return axis if BY_NAME[name].high == 1 else ""


def sheet(title: str, height: float) -> "Figure":
    """An empty figure of the common width with its title."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(WIDTH, height), layout="constrained")
    figure.suptitle(textwrap.fill(title, 110), fontsize=11, x=0.01, ha="left")
    return figure


def empty_sheet(title: str, speaker: Speaker) -> "Figure":
    """A figure in the place of a picture of which there is nothing to draw: it says so."""
    figure = sheet(title, 1.4)
    figure.text(0.01, 0.4, speaker.say("nothing"), fontsize=USUAL, color=GREY)
    return figure


def wrapped(text: str, width: int = 22) -> str:
    """A label in lines of at most so many characters."""
    return textwrap.fill(text, width)


def plain(
    axes: "Axes", speaker: Speaker, numbers: str = "xy", shares: str = "", counts: str = ""
) -> None:
    """Take off the frame's upper and right side; write the numbers of the named axes.

    Those of `shares` are written in per cent; of `counts` whole ones alone are ticks.
    """
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    def tick_label(value: float, _: object) -> str:
        text = f"{abs(value):.6g}".replace(".", "," if speaker.language == "ru" else ".")
        return (MINUS if value < 0 else "") + text

    def percent_label(value: float, place: object) -> str:
        return tick_label(100 * value, place) + speaker.percent

    axes.spines[["top", "right"]].set_visible(False)
    axes.tick_params(labelsize=SMALL)
    for name in numbers:
        axis = getattr(axes, f"{name}axis")
        axis.set_major_locator(MaxNLocator(4, integer=name in counts))
        axis.set_major_formatter(FuncFormatter(percent_label if name in shares else tick_label))


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

    A point without an interval stands alone; of a group that has no value there is none.
    """
    for place, point, colour in zip(at, points, colours, strict=True):
        if point[centre] is None:
            continue
        if point["low"] is not None:
            axes.plot([point["low"], point["high"]], [place, place], color=colour, linewidth=1.6)
        axes.plot(point[centre], place, "o", color=colour, markersize=5)


def rows_of(axes: "Axes", labels: list[str], width: int = 34) -> None:
    """Name the rows of an axes, the first one uppermost."""
    axes.set_yticks(range(len(labels)), [wrapped(text, width) for text in labels])
    axes.set_ylim(max(len(labels), 1) - 0.5, -0.5)
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

    def svg(self) -> bytes:
        """The picture, drawn and encoded; sheets can be drawn side by side."""
        return svg(self.draw(*self.inputs))


def svg(figure: "Figure") -> bytes:
    """An SVG whose bytes depend on what it shows alone; clouds of dots in it are pixels."""
    from matplotlib import rc_context
    from matplotlib.backends.backend_svg import FigureCanvasSVG

    figure.set_dpi(2 * DOTS)
    content = io.BytesIO()
    canvas: Any = FigureCanvasSVG(figure)
    with rc_context({"svg.hashsalt": "one-click", "svg.fonttype": "path"}):
        canvas.print_svg(content, metadata={"Date": None, "Creator": None})
    return content.getvalue()


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
