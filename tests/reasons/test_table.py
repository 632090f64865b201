"""Reasons: the themes that raise a score, each with its leading column; how many models say so."""

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from one_click.columns import BY_NAME, FEATURES, ID
from one_click.reasons.contributions import VALUES
from one_click.reasons.table import NONE, THEMES, by_theme, named, reasons_table
from one_click.risk.origins import NEW, unseen_name

PLACE = {name: place for place, name in enumerate(FEATURES)}


def values_with(**columns: float) -> np.ndarray:
    """Contributions of one customer; the other columns contribute nothing."""
    values = np.zeros(len(FEATURES))
    for name, value in columns.items():
        values[PLACE[name]] = value
    return values


def test_reasons_by_hand():
    """Site adds up to 3 - 1 = 2, purchases to 2.5: so purchases lead, by the greater of its two."""
    values = values_with(
        pages_per_visit=3, service_errors=-1, promo_share=1.5, revenue_this_month=1, unpaid_items=-2
    )
    themes, columns = named(values[None], 3)
    assert [THEMES[place] for place in themes[0][:2]] == ["purchases", "site"]
    assert [FEATURES[place] for place in columns[0][:2]] == ["promo_share", "pages_per_visit"]
    assert themes[0][2] == columns[0][2] == NONE  # products lowers, communication adds nothing


@given(
    values=arrays(
        float, st.tuples(st.integers(1, 5), st.just(len(FEATURES))), elements=st.floats(-2, 2)
    ),
    count=st.integers(1, 4),
)
def test_themes_raise_the_score_in_order_and_their_columns_lead_in_them(values, count):
    """No theme is left out that adds more than one named."""
    sums = by_theme(values)
    for row, own, themes, columns in zip(values, sums, *named(values, count), strict=True):
        there = [place for place in themes if place != NONE]
        assert len(set(there)) == len(there)
        assert (own[there] > 0).all()
        assert sorted(own[there], reverse=True) == list(own[there])
        others = [own[place] for place in range(len(THEMES)) if place not in there]
        assert len(there) == count or max(others, default=0) <= 0
        assert not there or max(others, default=-9) <= own[there].min()
        for theme, column in zip(there, columns, strict=False):
            inside = [i for i, n in enumerate(FEATURES) if BY_NAME[n].group == THEMES[theme]]
            assert column in inside
            assert row[column] == row[inside].max()


def test_agreement_is_the_share_of_models_that_name_the_same():
    """Four models: the mean says pages of site; one of them says minutes, another purchases first.

    The third has no reason for site at all. A new customer's own reasons are of the model for new
    ones, and its agreement of those that have not seen it.
    """
    by_model = [
        values_with(pages_per_visit=3),
        values_with(pages_per_visit=1, minutes_this_month=2),
        values_with(promo_share=1, pages_per_visit=-1),
        values_with(pages_per_visit=2, promo_share=3),
    ]
    rows = pd.DataFrame(by_model, columns=VALUES)
    rows.insert(0, "base_value", 0.25)
    rows.insert(0, "model", [unseen_name(repeat) for repeat in range(4)])
    known = rows.assign(**{ID: 7})
    own = rows.iloc[[2]].assign(model=NEW)
    new = pd.concat([rows, own]).assign(**{ID: 8})
    table = reasons_table(pd.concat([known, new]), 2).set_index(ID)
    assert table.loc[7, ["theme_1", "reason_1"]].tolist() == ["site", "pages_per_visit"]
    assert table.loc[7, "agreement_1"] == 0.5  # the first and the last name pages
    assert table.loc[7, "theme_agreement"] == 0.5  # site leads in the first two
    assert table.loc[7, ["theme_2", "reason_2"]].tolist() == ["purchases", "promo_share"]
    assert table.loc[7, "agreement_2"] == 0.5
    assert table.loc[8, ["theme_1", "reason_1"]].tolist() == ["purchases", "promo_share"]
    assert table.loc[8, "theme_agreement"] == 0.5
    assert table.loc[8, ["theme_2", "reason_2", "agreement_2"]].isna().all()
    assert table["base_value"].tolist() == [0.25, 0.25]


def test_who_has_no_reason_has_no_agreement():
    rows = pd.DataFrame([values_with(pages_per_visit=-1)] * 2, columns=VALUES)
    rows = rows.assign(base_value=0.0, model=[unseen_name(0), unseen_name(1)], **{ID: 1})
    table = reasons_table(rows, 3)
    assert table.filter(regex="^(theme|reason|agreement)").isna().all(axis=None)
