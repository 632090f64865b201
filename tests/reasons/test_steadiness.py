"""How often models agree on the leading theme and column."""

import numpy as np
import pandas as pd
import pytest

from one_click.columns import FEATURES, ID
from one_click.reasons.contributions import VALUES
from one_click.reasons.steadiness import steadiness
from one_click.risk.origins import NEW, unseen_name


def opinions(*by_model: dict[str, list[float]], ids=(1, 2), new=()) -> pd.DataFrame:
    """Contributions of named columns by each model; the others contribute nothing."""
    tables = []
    for repeat, values in enumerate(by_model):
        table = pd.DataFrame(0.0, index=range(len(ids)), columns=VALUES)
        for name, column in values.items():
            table[f"contribution_{name}"] = column
        tables.append(table.assign(**{ID: ids, "model": unseen_name(repeat)}))
    whole = pd.concat(tables, ignore_index=True)
    extra = whole[whole[ID].isin(new)].drop_duplicates(ID).assign(model=NEW)
    return pd.concat([whole, extra], ignore_index=True)


def test_steadiness_by_hand():
    """Two models, so each half is one. The first customer: site by pages, then site by minutes.

    The second: site, then purchases. So the theme is the same for one of two, the column for none.
    """
    figures = steadiness(
        opinions(
            {"pages_per_visit": [2, 1], "minutes_this_month": [1, 0], "promo_share": [0, 0.5]},
            {"pages_per_visit": [1, 1], "minutes_this_month": [2, 0], "promo_share": [0, 3.0]},
        ),
        at_risk=pd.Series([1, 2]),
    )
    assert figures == {
        "customers": 2, "models": 2, "theme": 0.5, "column": 0.0, "column_in_theme": 0.0,
    }  # fmt: skip


def test_halves_are_means_whichever_they_are():
    """Of four models three say pages; only the half with the fourth and a weak one says minutes.

    Halves (pages + pages | pages 1, minutes 9): the second says minutes: unlike, in all three ways.
    """
    pages = {"pages_per_visit": [1.0]}
    figures = steadiness(
        opinions(pages, pages, pages, {"minutes_this_month": [9.0]}, ids=(1,)), pd.Series([1])
    )
    assert (figures["theme"], figures["column"]) == (1.0, 0.0)


def test_only_those_at_risk_count_and_no_new_ones():
    values = {"pages_per_visit": [1.0, 1.0, 1.0]}
    whole = opinions(values, values, ids=(1, 2, 3), new=(2,))
    assert steadiness(whole, pd.Series([1, 2]))["customers"] == 1
    assert steadiness(whole, pd.Series([2]))["theme"] is None


def test_the_same_opinions_agree_and_opposite_ones_do_not():
    draws = np.random.default_rng(0)
    one = dict(zip(FEATURES, draws.normal(size=(len(FEATURES), 50)), strict=True))
    ids = tuple(range(50))
    same = steadiness(opinions(one, one, ids=ids), pd.Series(ids))
    assert same["theme"] == same["column"] == same["column_in_theme"] == pytest.approx(1)
    other = {name: -values for name, values in one.items()}
    assert steadiness(opinions(one, other, ids=ids), pd.Series(ids))["column"] == 0
