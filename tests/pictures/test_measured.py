"""What the pictures of a measurement show, read off their axes."""

from one_click.pictures.measured import Compared, draw_came_true, draw_effects
from one_click.words.speaker import speaker

ENGLISH = speaker("pictures", "en")


def estimate(middle: float, low: float | None, high: float) -> dict:
    return {"estimate": middle, "low": low, "high": high}


def points(axes, marker: str) -> list[float]:
    """Where the points of a kind stand along the axis, the uppermost first."""
    lines = [line for line in axes.lines if line.get_marker() == marker]
    lines.sort(key=lambda line: line.get_ydata()[0])
    return [float(line.get_xdata()[0]) for line in lines]


def test_what_was_measured_stands_beside_what_was_assumed():
    rows = [
        Compared(
            "one", estimate(0.05, 0.02, 0.08), estimate(0.3, 0.2, 0.4), estimate(0.31, 0, 0.5)
        ),
        Compared("all", None, estimate(0.2, 0.1, 0.3)),
    ]
    (axes,) = draw_effects(rows, 0.95, ENGLISH).axes
    assert points(axes, "D") == [0.05]
    assert points(axes, "o") == [0.3, 0.31, 0.2]
    assert [text.get_text() for text in axes.get_yticklabels()] == ["one", "all"]


def test_an_interval_without_an_end_leaves_the_picture_and_does_not_shrink_the_rest():
    rows = [
        Compared("open", None, None, estimate(0.2, None, 0.6)),
        Compared("wide", None, estimate(0.2, -7.0, 0.6)),
    ]
    (axes,) = draw_effects(rows, 0.95, ENGLISH).axes
    left, right = axes.get_xlim()
    assert -1.1 < left < -1
    assert right < 1


def test_a_tenth_is_named_by_its_risk_and_size():
    tenth = {"customers": 130, "predicted": 0.071, "share": 0.06, "low": 0.03, "high": 0.12}
    (axes,) = draw_came_true([tenth], 0.95, ENGLISH).axes
    (label,) = (text.get_text() for text in axes.get_yticklabels())
    assert label == "a risk of 7.1%; 130 customers"
    assert (points(axes, "D"), points(axes, "o")) == ([0.071], [0.06])
