"""On waves whose truth is known, intervals hold it as often as they say."""

import numpy as np
import pandas as pd
import pytest
from helpers.outcomes import COST, VALUE, planned

from one_click.columns import ID
from one_click.outcomes.effects import among_sent, effect_of, effective, effects
from one_click.outcomes.money import observed, realised

WAVES, SIZE = 500, 250
REMOVED, RISK = 0.2, 0.6  # the mean of Beta(3, 2)


def holds(interval: dict, truth: float) -> bool:
    return interval["low"] <= truth <= interval["high"]


@pytest.fixture(scope="module")
def measured() -> dict[float, list[dict]]:
    """Effects of many waves by the true share removed."""
    return {
        removed: [effect_of(planned(SIZE, removed, seed), 0.95) for seed in range(WAVES)]
        for removed in (0.0, REMOVED)
    }


@pytest.mark.slow
@pytest.mark.parametrize("removed", [0.0, REMOVED])
def test_95_of_100_intervals_hold_the_truth(measured, removed):
    found = measured[removed]
    for effect in (found, [each["adjusted"] for each in found]):
        for name, truth in (("difference", RISK * removed), ("removed", removed)):
            share = np.mean([holds(each[name], truth) for each in effect])
            assert 0.93 <= share <= 0.97, name


@pytest.mark.slow
def test_where_there_is_no_effect_one_is_found_in_5_of_100_waves(measured):
    for effect in (measured[0.0], [each["adjusted"] for each in measured[0.0]]):
        assert 0.03 <= np.mean([each["p"] < 0.05 for each in effect]) <= 0.07


@pytest.mark.slow
def test_the_adjusted_interval_is_narrower_and_says_what_it_saves(measured):
    widths = [
        [each["difference"]["high"] - each["difference"]["low"] for each in effect]
        for effect in (measured[REMOVED], [each["adjusted"] for each in measured[REMOVED]])
    ]
    assert np.mean(widths[1]) < 0.97 * np.mean(widths[0])
    saved = np.mean([each["adjusted"]["customers_saved"] for each in measured[REMOVED]])
    assert 0.05 < saved < 0.4


@pytest.mark.slow
def test_waves_of_the_same_customers_do_not_count_as_so_many_more():
    """Half of what makes a customer decline comes again: taken as others, the interval is short."""
    found = [effect_of(planned(SIZE, 0.0, seed, repeats=3), 0.95) for seed in range(300)]
    for effect in (found, [each["adjusted"] for each in found]):
        assert 0.92 <= np.mean([holds(each["difference"], 0.0) for each in effect]) <= 0.98


def test_customers_of_one_wave_count_as_they_are():
    declined = np.array([1.0, 0, 0, 1, 1])
    assert effective(declined, np.arange(5)) == (3, 5)
    assert effective(np.repeat(declined, 2), np.repeat(np.arange(5), 2))[1] < 6
    assert effective(np.ones(4), np.array([1, 1, 2, 2])) == (2, 2)


def test_an_effect_by_hand():
    rows = planned(8, 0.0, 3).assign(
        treated=[True] * 4 + [False] * 4, declined=[0.0, 0, 0, 1, 0, 1, 1, 1]
    )
    effect = effect_of(rows, 0.95)
    assert (effect["offers"], effect["offers_declined"], effect["offers_share"]) == (4, 1, 0.25)
    assert (effect["controls"], effect["controls_share"]) == (4, 0.75)
    assert effect["difference"]["estimate"] == 0.5
    assert effect["removed"]["estimate"] == pytest.approx(2 / 3)
    assert effect["adjusted"] is None  # too few for two lines


def test_a_group_of_nobody_has_no_effect():
    rows = planned(8, 0.0, 3).assign(treated=True)
    effect = effect_of(rows, 0.95)
    assert effect["controls_share"] is effect["difference"] is effect["adjusted"] is None


def test_effects_are_told_by_offer_channel_and_segment_and_corrected_for_the_offers():
    rows = planned(400, 0.5, 1)
    rows["offer"] = np.where(np.arange(len(rows)) % 2 == 0, "call", "letter")
    found = effects(rows, 0.95)
    assert set(found) == {"all", "offer", "channel", "segment"}
    assert set(found["offer"]) == {"call", "letter"}
    for effect in found["offer"].values():
        assert effect["p"] <= effect["p_holm"] <= 2 * effect["p"]
        assert effect["adjusted"]["p_holm"] >= effect["adjusted"]["p"]
    total = sum(effect["offers"] for effect in found["offer"].values())
    assert total == found["all"]["offers"]


def test_the_effect_on_those_sent_is_that_of_all_by_their_share():
    rows = planned(300, 0.3, 2)
    effect = effect_of(rows, 0.95)
    whole = among_sent(effect, rows, rows["treated"])
    assert whole["estimate"] == effect["adjusted"]["difference"]["estimate"]
    sent = rows["treated"] & (np.arange(len(rows)) % 2 == 0)
    half = among_sent(effect, rows, sent)
    assert half["estimate"] == pytest.approx(whole["estimate"] / half["share"])
    assert half["sent"] == sent.sum()
    assert among_sent(effect, rows, ~rows["treated"]) is None  # others were sent it


@pytest.mark.slow
def test_net_gain_is_the_value_of_those_kept_less_the_cost():
    found, inside = [], 0
    for seed in range(300):
        rows = planned(SIZE, REMOVED, seed)
        money = realised(rows, 0.95)
        truth = VALUE * (rows["risk"] * REMOVED)[rows["treated"]].sum() - COST * money["offers"]
        inside += money["net_gain"]["low"] <= truth <= money["net_gain"]["high"]
        found.append(money["net_gain"]["estimate"] - truth)
    assert 0.92 <= inside / 300 <= 0.98
    assert abs(np.mean(found)) < 3 * np.std(found) / np.sqrt(300)


def test_cost_by_kept_customer_is_none_where_nobody_was_kept():
    rows = planned(40, 0.0, 1)
    money = realised(rows.assign(declined=rows["treated"].astype(float)), 0.95)
    assert money["customers_kept"] < 0
    assert money["cost_per_kept"] is None
    assert realised(rows.assign(treated=True), 0.95) is None


def test_a_group_of_whom_all_decline_is_not_sure_of_it():
    """49 of 49 have no variance; the interval is as wide as that of the counts all the same."""
    rows = planned(300, 0.0, 4)
    rows["declined"] = np.where(rows["treated"] & (np.arange(len(rows)) % 10 == 0), 0.0, 1.0)
    effect = effect_of(rows, 0.95)
    plain, adjusted = effect["difference"], effect["adjusted"]["difference"]
    assert adjusted["high"] - adjusted["low"] > 0.75 * (plain["high"] - plain["low"])
    assert adjusted["estimate"] == pytest.approx(plain["estimate"], abs=0.02)


@pytest.mark.slow
def test_intervals_hold_the_truth_where_nearly_everybody_declines():
    """A risk of 0.97, of which an offer removes nothing: shares and money."""
    inside = {"difference": 0, "kept": 0}
    for seed in range(300):
        rows = planned(250, 0.0, seed)
        declined = np.random.default_rng(seed).random(len(rows)) < 0.97
        rows = rows.assign(risk=0.97 + 0.001 * rows["risk"], declined=declined.astype(float))
        inside["difference"] += holds(effect_of(rows, 0.95)["adjusted"]["difference"], 0.0)
        inside["kept"] += holds(realised(rows, 0.95)["kept"], 0.0)
    assert all(0.93 <= count / 300 <= 0.99 for count in inside.values())


def test_ids_decide_what_comes_again():
    """A customer twice is one cluster; another name makes it two."""
    rows = planned(100, 0.2, 4)
    twice = pd.concat([rows, rows])
    others = pd.concat([rows, rows.assign(**{ID: rows[ID] + "b"})])
    width = [
        effect_of(some, 0.95)["difference"]["high"] - effect_of(some, 0.95)["difference"]["low"]
        for some in (rows, twice, others)
    ]
    assert width[1] == pytest.approx(width[0], rel=0.02)
    assert width[2] < 0.8 * width[0]


@pytest.mark.slow
def test_the_profit_recorded_after_a_wave_says_what_it_brought_without_assumptions():
    """Profit falls by half of a decliner's; its interval holds what the offers kept."""
    inside = 0
    for seed in range(300):
        rng = np.random.default_rng(seed)
        rows = planned(SIZE, REMOVED, seed)
        before = rng.uniform(2, 6, len(rows))
        after = before * (1 - 0.5 * rows["declined"]) + rng.normal(0, 0.3, len(rows))
        money = observed(rows.assign(monthly_profit=before, profit_after=after, months=3), 0.95)
        kept = (1.5 * before * rows["risk"] * REMOVED)[rows["treated"]].sum()
        inside += holds(money["net_gain"], kept - COST * money["offers"])
    assert 0.92 <= inside / 300 <= 0.98


def test_profit_of_nobody_says_nothing():
    rows = planned(40, 0.0, 1).assign(profit_after=np.nan, months=3)
    assert observed(rows, 0.95) is None
