"""Favourite categories against the rest."""

import pytest

from one_click.study import favourites


def test_a_category_that_sags_and_leans_on_promotion_is_told_from_the_rest(rows):
    mine = rows["favourite_category"] == "textile"
    drawn = rows.assign(
        revenue_this_month=rows["revenue_this_month"] - 2000 * mine,
        promo_share=rows["promo_share"].mask(mine, 0.9),
    )
    found = favourites.by_favourite(drawn, 0.95)
    assert found["textile"]["tests"]["revenue_change"]["mann_whitney"]["effect"] < -0.5
    assert found["textile"]["tests"]["promo_share"]["mann_whitney"]["p_holm"] < 1e-6
    assert sum(category["rows"] for category in found.values()) == len(rows)
    tested = found["textile"]["tests"]["decliners"]
    assert tested["effect"] == pytest.approx(tested["share"] - tested["share_of_rest"])
    assert tested["low"] <= tested["effect"] <= tested["high"]
