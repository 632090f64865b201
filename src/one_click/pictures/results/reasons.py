"""What the score leans on, by shap's plots of our contributions, in the words of the report."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from one_click.columns import FEATURES, NUMBERS
from one_click.pictures.style import (
    BLACK,
    BLUE,
    GREY,
    SMALL,
    USUAL,
    grid_of,
    named,
    plain,
    share_axis,
    sheet,
    wrapped,
)
from one_click.reasons.contributions import explanation_of
from one_click.words.speaker import MINUS, Speaker
from one_click.words.wording import value_words

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from shap import Explanation

PANELS = 6  # of the dependence plots
LEADING = 8  # columns of a waterfall; the others are summed


def _shade(values: pd.Series) -> np.ndarray:
    """A value's rank among its column, from 0 to 1; a category's by its code."""
    if not pd.api.types.is_numeric_dtype(values):
        values = pd.Series(pd.factorize(values, sort=True)[0], index=values.index)
    return values.astype("float64").rank(pct=True).to_numpy()


@contextmanager
def _seeded() -> Iterator[None]:
    """Shap's plots shuffle the order of their dots by NumPy's global state."""
    state = np.random.get_state()  # noqa: NPY002
    np.random.seed(0)  # noqa: NPY002
    try:
        yield
    finally:
        np.random.set_state(state)  # noqa: NPY002


def _worded(axes: "Axes", label: str) -> None:
    """An axis in our words and sizes, in place of shap's."""
    axes.set_xlabel(label, fontsize=USUAL)
    axes.tick_params(labelsize=SMALL)


def explained(reasons: pd.DataFrame, customers: pd.DataFrame, speaker: Speaker) -> "Explanation":
    """Contributions with the ranks of the values, columns in words.

    Parameters
    ----------
    reasons, customers
        The same customers in the same order.
    """
    shades = {wrapped(named(name, speaker), 34): _shade(customers[name]) for name in FEATURES}
    return explanation_of(reasons, pd.DataFrame(shades))


def draw_importance(
    reasons: pd.DataFrame, customers: pd.DataFrame, explain: dict, confidence: float, words: Speaker
) -> "Figure":
    """Mean absolute contributions beside what is lost by shuffling, with its intervals."""
    import shap

    explanation = explained(reasons, customers, words)
    figure = sheet(words.say("importance.title", confidence=words.share(confidence, 0)), 6)
    left, right = figure.subplots(1, 2, sharey=True)
    shap.plots.bar(explanation.abs.mean(0), max_display=len(FEATURES), ax=left, show=False)
    for patch in left.patches:
        patch.set_color(BLUE)
    for text in left.texts:
        text.set(fontsize=SMALL, color=BLUE, text=_number(text.get_text(), words).lstrip("+"))
    order = np.argsort(-np.abs(explanation.values).mean(axis=0))
    for place, feature in enumerate(order):
        lost, height = explain["permutation_importance"][FEATURES[feature]], len(order) - place
        colour = BLUE if lost["low"] > 0 else GREY
        right.plot([lost["low"], lost["high"]], [height, height], color=colour, linewidth=1.6)
        right.plot(lost["mean"], height, "o", color=colour, markersize=5)
    right.axvline(0, color=GREY, linewidth=0.8)
    right.grid(axis="x", color="#e3e6ea", linewidth=0.7)
    plain(right, words, "x")
    plain(left, words, "x")
    for axes, key in ((left, "contribution"), (right, "shuffled")):
        _worded(axes, words.say(f"importance.{key}"))
    return figure


def draw_beeswarm(reasons: pd.DataFrame, customers: pd.DataFrame, speaker: Speaker) -> "Figure":
    """A dot a customer and feature: its contribution, coloured by the rank of its value."""
    import shap
    from matplotlib import colormaps

    figure = sheet(speaker.say("beeswarm.title"), 7)
    axes = figure.subplots()
    with _seeded():
        shap.plots.beeswarm(
            explained(reasons, customers, speaker), max_display=len(FEATURES), ax=axes, show=False,
            color=colormaps["cividis"], s=6, plot_size=None, color_bar_label=speaker.say("value"),
        )  # fmt: skip
    plain(axes, speaker, "x")
    _worded(axes, speaker.say("beeswarm.axis"))
    bar = figure.axes[-1]
    bar.set_yticks([0, 1], labels=[speaker.say("value.low"), speaker.say("value.high")])
    bar.tick_params(labelsize=SMALL)
    bar.yaxis.label.set_fontsize(USUAL)
    return figure


def draw_dependence(
    reasons: pd.DataFrame, customers: pd.DataFrame, explain: dict, speaker: Speaker
) -> "Figure":
    """Contribution against value, of the leading numbers; a dot a customer."""
    import shap

    contribution = explain["mean_absolute_contribution"]
    names = sorted(NUMBERS, key=lambda name: (-contribution[name], name))[:PANELS]
    rows, columns = grid_of(len(names), 3)
    figure = sheet(speaker.say("dependence.title"), 2.7 * rows + 0.6)
    explanation = explanation_of(reasons, customers[list(FEATURES)])
    for axes, name in zip(figure.subplots(rows, columns, sharey=True).flat, names, strict=True):
        axes.axhline(0, color=GREY, linewidth=0.8)
        one = explanation[:, FEATURES.index(name)]
        one.data = one.data.astype("float64")
        with _seeded():
            shap.plots.scatter(
                one, color=BLUE, alpha=0.35, dot_size=5, x_jitter=0, ax=axes, show=False,
                hist=False,
            )  # fmt: skip
        axes.set_title(wrapped(named(name, speaker), 36), fontsize=USUAL, loc="left")
        axes.set(xlabel="", ylabel="")
        plain(axes, speaker, shares=share_axis(name))
    return figure


def draw_waterfall(reasons: pd.DataFrame, customers: pd.DataFrame, speaker: Speaker) -> "Figure":
    """What adds up to the score of the customer at the highest risk; nothing tells who it is."""
    import matplotlib.pyplot as plt
    import shap

    place = int(customers["risk"].to_numpy().argmax())
    customer = customers.iloc[place]
    heads = [
        wrapped(f"{named(name, speaker)}: {value_words(name, customer[name], speaker)}", 44)
        for name in FEATURES
    ]
    explanation = explanation_of(reasons.iloc[[place]], customers.iloc[[place]][list(FEATURES)])[0]
    explanation.feature_names, explanation.data = heads, None
    figure = plt.figure(layout="constrained")  # it draws on the current one
    shap.plots.waterfall(explanation, max_display=LEADING + 1, show=False)
    plt.close(figure)
    figure.set_size_inches(9, 5.2)
    figure.suptitle(wrapped(speaker.say("waterfall.title"), 110), fontsize=11, x=0.01, ha="left")
    main, below, above = figure.axes
    rest = speaker.say("waterfall.rest", count=speaker.number(len(FEATURES) - LEADING))
    labels = [rest, *(label.get_text() for label in main.get_yticklabels()[1 : LEADING + 1])]
    main.set_yticks(range(LEADING + 1), labels, fontsize=SMALL, color=BLACK)
    for text in main.texts:
        text.set(text=_number(text.get_text(), speaker), fontsize=SMALL)
    base = explanation.base_values
    ends = {"base": (below, base), "score": (above, base + explanation.values.sum())}
    for key, (axes, value) in ends.items():
        words = speaker.say(f"waterfall.{key}", value=speaker.number(value, 2))
        axes.set_xticks([value], [words], fontsize=SMALL)
    plain(main, speaker, "x")
    return figure


def _number(text: str, speaker: Speaker) -> str:
    """A number as shap writes it, as the report does."""
    text = text.replace("-", MINUS)
    return text.replace(".", ",") if speaker.language == "ru" else text
