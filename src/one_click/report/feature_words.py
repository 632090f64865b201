"""What the score leans on, in rows and sentences of the report."""

from one_click.columns import BY_NAME
from one_click.words.speaker import Speaker

FEATURES_SHOWN = 10
SHAPES_SHOWN = 6


def leading_features(
    explain: dict, summary: dict, association: dict, count: int = FEATURES_SHOWN
) -> list[dict]:
    """Features by mean absolute contribution, with phik and the means of the two classes.

    A category has no mean, and a column of one value has no phik: these are None.
    """
    contributions = explain["mean_absolute_contribution"]
    names = by_contribution(explain)[:count]
    largest = max(contributions.values(), default=0) or 1
    classes, with_target = summary["numbers"], association["with_target"]
    return [
        {
            "name": name,
            "contribution": contributions[name],
            "of_largest": contributions[name] / largest,
            "phik": with_target.get(name, {}).get("phik"),
            "shuffled": explain["permutation_importance"].get(name),
            **{
                group: classes.get(name, {}).get(group, {}).get("mean")
                for group in ("declined", "stayed")
            },
        }
        for name in names
    ]


def by_contribution(explain: dict) -> list[str]:
    """Names of the features, the greatest mean absolute contribution first."""
    contributions = explain["mean_absolute_contribution"]
    return sorted(contributions, key=lambda name: (-contributions[name], name))


def shape_sentences(explain: dict, speaker: Speaker, count: int = SHAPES_SHOWN) -> list[str]:
    """Of the leading numbers, which values speak for a drop."""
    shapes = explain["shapes"]
    names = [name for name in by_contribution(explain) if shapes.get(name)][:count]
    return [speaker.say(f"shape.{shapes[name]}", column=speaker.label(name)) for name in names]


def counter_intuitive(explain: dict) -> list[str]:
    """Columns of which more speaks for a drop where one would think that more is better.

    Revenue, time and pages: where both ends or the high one do, the page says that it is no slip.
    """
    return [
        name
        for name in by_contribution(explain)
        if explain["shapes"].get(name) in ("both_ends", "rising") and is_more_better(name)
    ]


def is_more_better(name: str) -> bool:
    """Whether more of a column is what a store wishes for."""
    column = BY_NAME[name]
    return column.table in ("revenue", "minutes") or name in (
        "pages_per_visit",
        "categories_per_visit",
    )
