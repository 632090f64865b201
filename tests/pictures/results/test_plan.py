"""Promises of the plan's pictures: drawn in both languages, the campaign's budget marked."""

import pandas as pd
import pytest

from one_click.pictures.results import plan
from one_click.pictures.style import svg
from one_click.words.speaker import speaker as speaker_of

CURVE = pd.DataFrame(
    {"budget": [0.0, 3.0, 10.0], "net_gain": [0.0, 2.0, 4.0], "offers": [0, 4, 9],
     "cost": [0.0, 3.0, 9.0]}
)  # fmt: skip
PLAN = {
    "net_gain_if_effects": {"none": -9.0, "half": -1.0, "assumed": 4.0},
    "profit_share_lost": [
        {"profit_share_lost": 0.25, "offers": 0, "net_gain": 0.0},
        {"profit_share_lost": 1.0, "offers": 12, "net_gain": 30.0},
    ],
}
KNOWN = {"offers": 90, "controls": 20, "assumed": 0.06, "detectable": 0.2, "waves": 7}
NOTHING = {"offers": 0, "controls": 0, "assumed": None, "detectable": None, "waves": None}


@pytest.fixture(params=["ru", "en"])
def speaker(request):
    return speaker_of("pictures", request.param)


def texts(figure) -> set[str]:
    """All words of a figure, lines joined."""
    from matplotlib.text import Text

    figure.canvas.draw()
    return {one.get_text().replace("\n", " ") for one in figure.findobj(Text)}


def test_the_curve_marks_the_budget_of_the_campaign(speaker):
    figure = plan.draw_budget_curve(CURVE, 3.0, speaker)
    assert len(figure.axes) == 3
    for axes, name in zip(figure.axes, ("net_gain", "offers", "cost"), strict=True):
        assert list(axes.lines[0].get_ydata()) == CURVE[name].tolist()
        marked = axes.lines[2]
        assert (marked.get_xdata()[0], marked.get_ydata()[0]) == (3.0, CURVE[name][1])
    assert svg(figure) == svg(plan.draw_budget_curve(CURVE, 3.0, speaker))


def test_assumptions_are_bars_with_their_figures(speaker):
    figure = plan.draw_assumptions(PLAN, speaker)
    widths = [[bar.get_width() for bar in axes.patches] for axes in figure.axes]
    assert widths == [[-9.0, -1.0, 4.0], [0.0, 30.0]]
    assert speaker.money(-9.0) in texts(figure)


def test_power_is_drawn_where_there_is_something_to_compare(speaker):
    figure = plan.draw_power({"all": KNOWN, "at_risk": NOTHING}, speaker)
    dots = [line for line in figure.axes[0].lines if line.get_marker() in "oD"]
    assert sorted(dot.get_xdata()[0] for dot in dots) == pytest.approx([6.0, 20.0])
    assert any("90" in text and "20" in text and "7" in text for text in texts(figure))


def test_every_segment_and_effect_has_its_words(speaker):
    from one_click.offers.outlook import EFFECTS
    from one_click.settings.segments import SEGMENTS

    for name in SEGMENTS:
        assert speaker.say(f"segment.{name}")
    for name in EFFECTS:
        assert speaker.say(f"assumptions.{name}")
