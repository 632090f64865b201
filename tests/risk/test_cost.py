"""What a candidate will take is told before its first fit, and refused beyond the budget."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from one_click.columns import FEATURES
from one_click.risk.cost import (
    LEAST_ROWS,
    WALK,
    Rows,
    Study,
    Work,
    cost_warnings,
    reason_rows,
    rounded,
    scoring_hours,
    scoring_warnings,
)
from one_click.running.errors import InputError
from one_click.settings.risk import Budget, Cost, Folds, Predict

COST = Cost(1_000, 10.0, 2.0, 500.0, 1.0, 40.0, 2.0)
STUDY = Study(
    [(8, 1.0)],
    Folds(splits=5, repeats=2, seed=0),
    Predict(6, 3, 4, 10, 200, 1, 0),
    cores=2,
)
ROWS = Rows(train=1_000, learned=1_250, everybody=1_250)
LARGE = Rows(train=150_000, learned=200_000, everybody=200_000)
ENOUGH = Budget(hours=1_000, memory_mb=1_000_000)
PAIR = 2 * (len(FEATURES) - 1)


def test_seconds_grow_by_their_powers():
    """Twice the rows: a fit of exponent 2 takes 4 times 10 s, a row of exponent 1 twice 500 us."""
    assert Work(1, 1_000, 0).seconds([COST]) == 10
    assert Work(3, 2_000, 0).seconds([COST]) == 120
    assert Work(0, 2_000, 1_000_000).seconds([COST]) == 1_000
    assert Work(2, 500, 4).seconds([COST]) == pytest.approx(2 * 2.5 + 4 * 250e-6)


def test_the_whole_study_is_counted():
    """8 x 5 fits of 800 rows to search, 1 of 1,000; 10 to compare; 30 of 1,000 and 1 to predict."""
    work = STUDY.work(ROWS, COST)
    fits = {stage: [(w.fits, round(w.rows)) for w in works] for stage, works in work.items()}
    assert fits == {
        "tune": [(40, 800), (1, 1_000)],
        "choose": [(10, 800)],
        "predict": [(30, 1_000), (1, 1_250)],
    }
    scored = {stage: [w.scored for w in works] for stage, works in work.items()}
    assert scored == {
        "tune": [8_000, 0],
        "choose": [2_000],
        "predict": [6 * 1_250 * (4 * PAIR + len(FEATURES)), 200 * 10 * PAIR],
    }


def test_customers_who_are_not_learned_from_are_explained_by_the_last_model_and_second_opinions():
    few, more = (STUDY.work(replace(ROWS, everybody=n), COST)["predict"] for n in (1_250, 2_250))
    assert more[0].scored - few[0].scored == 1_000 * 3 * 4 * PAIR
    assert more[1].scored - few[1].scored == 1_000 * 10 * PAIR


def test_hours_are_the_sum_of_the_work():
    seconds = 40 * 6.4 + 8_000 * 400e-6 + 10
    assert STUDY.hours([COST], ROWS)["tune"] == pytest.approx(seconds / 3_600)


def test_memory_is_of_the_fits_that_run_at_once():
    assert STUDY.memory_mb([COST], replace(ROWS, learned=2_000)) == 2 * 160
    assert replace(STUDY, cores=64).memory_mb([COST], replace(ROWS, learned=1_000)) == 5 * 40


def test_rungs_of_halving_are_fits_of_fewer_rows():
    halving = replace(STUDY, trials=[(9, 1 / 3), (3, 1.0)])
    assert [(w.fits, round(w.rows)) for w in halving.work(ROWS, COST)["tune"]] == [
        (45, 267), (15, 800), (1, 1_000),
    ]  # fmt: skip


def test_what_takes_little_is_not_told_of():
    assert cost_warnings("svc", {"svc": COST}, STUDY, ROWS, ENOUGH) == []


def test_what_takes_more_than_a_tenth_is_told_of_with_its_parts():
    hours = STUDY.hours([COST], ROWS)
    tune, choose, predict = map(rounded, hours.values())
    budget = replace(ENOUGH, hours=2 * sum(hours.values()))
    (line,) = cost_warnings("svc", {"svc": COST}, STUDY, ROWS, budget)
    assert line == (
        f"candidates.svc: about {rounded(sum(hours.values()))} hours of one core (tune "
        f"{tune}, choose {choose}, predict {predict}) and "
        "125 MB for 1,000 training rows, 3 times more or less"
    )


def refusal(costs: dict, rows: Rows = LARGE, budget: Budget = ENOUGH) -> str:
    with pytest.raises(InputError) as error:
        cost_warnings("svc", costs, STUDY, rows, budget)
    assert "\n" not in str(error.value)
    return str(error.value)


def test_beyond_the_hours_it_is_refused_with_what_can():
    cheap = replace(
        COST, fit_seconds=0.001, fit_exponent=1.0, score_exponent=0.0, memory_exponent=1.0
    )
    line = refusal({"svc": COST, "logistic": cheap, "knn": COST})
    assert line.startswith("candidates.svc: about ")
    assert "; budget allows 1000 hours and 1,000,000 MB: keep to logistic or set learn.rows" in line
    assert line.endswith("at most or raise budget")


def test_beyond_the_memory_it_is_refused_however_fast():
    """Two fits of 200,000 rows: 2 x 40 MB x 200 squared."""
    fast = replace(COST, fit_seconds=1e-6, score_microseconds=1e-6)
    assert "and 3,200,000 MB for 150,000 training rows" in refusal({"svc": fast})


def test_the_sample_that_is_proposed_is_the_largest_within_the_budget():
    line = refusal({"svc": COST})
    rows = int(line.partition("learn.rows to ")[2].partition(" at")[0].replace(",", ""))
    loads = [STUDY.load([COST], LARGE.with_at_most(n), ENOUGH) for n in (rows, rows + LEAST_ROWS)]
    assert loads[0] <= 1 < loads[1]


def test_no_sample_is_proposed_where_none_is_within_the_budget():
    assert "learn.rows" not in refusal({"svc": COST}, budget=Budget(hours=1e-6, memory_mb=100))


def test_a_candidate_without_a_cost_is_told_of_where_rows_are_many():
    assert cost_warnings("mine", {}, STUDY, ROWS, ENOUGH) == []
    (line,) = cost_warnings("mine", {}, STUDY, LARGE, ENOUGH)
    assert "candidates.mine: no _cost_" in line
    assert "benchmarks/cost.py --models mine --write" in line


def test_an_ensemble_scores_by_each_of_its_members():
    assert scoring_hours([COST, COST], 2_000, 3_600_000) == pytest.approx(2 * 1.0)


@given(
    st.integers(200, 10**6), st.integers(200, 10**6), st.floats(0, 4), st.floats(0, 4),
)  # fmt: skip
def test_more_rows_never_take_less(one, other, fit_exponent, score_exponent):
    cost = replace(COST, fit_exponent=fit_exponent, score_exponent=score_exponent)
    few, more = (Rows(n, n, n) for n in sorted((one, other)))
    assert STUDY.load([cost], few, ENOUGH) <= STUDY.load([cost], more, ENOUGH) * (1 + 1e-9)


def test_a_sampler_is_fitted_before_each_model():
    """Of SMOTENC, too, time and memory grow with the square of the rows."""
    alone, both = (STUDY.hours(costs, ROWS)["choose"] for costs in ([COST], [COST, COST]))
    assert both == 2 * alone
    cheap = replace(COST, fit_seconds=1e-3, score_microseconds=1e-3, memory_mb=1e-3)
    line = refusal({"svc": cheap, "sampler": COST, "knn": cheap})
    assert "keep to" not in line
    assert "learn.rows" in line


def test_reasons_of_a_score_that_is_a_sum_take_no_hybrids():
    """What is left is the scores of shuffled columns."""
    work = STUDY.work(LARGE, replace(COST, reasons="terms"))["predict"]
    assert [w.scored for w in work] == [6 * 200_000 * len(FEATURES), 0]


def test_reasons_from_a_forests_trees_take_the_same_whatever_the_pairs():
    trees = replace(COST, reasons="trees")
    own, new = STUDY.work(replace(ROWS, everybody=2_250), trees)["predict"]
    assert own.scored == 6 * 1_250 * (WALK + len(FEATURES)) + 1_000 * 3 * WALK
    assert new.scored == 1_200 * WALK
    blended = reason_rows([trees, trees], pairs=4)
    assert blended == 4 * PAIR == reason_rows([COST], pairs=4)


def test_a_month_that_takes_long_is_told_of_and_one_that_does_not_is_not():
    """A microsecond a score; of hybrids ten pairs and three times four, each of thirty scores."""
    cost = replace(COST, rows=1_000, score_microseconds=1, score_exponent=0)
    predict = Predict(6, 3, 4, 10, 200, 1, 4)
    million = Rows(1_000_000, 1_000, 1_000_000)
    (line,) = scoring_warnings([cost, cost], million, predict, Budget(1, 1_000))
    scores, hybrids = 2e6 / 3.6e9, 2e6 * 22 * 2 * (len(FEATURES) - 1) / 3.6e9
    assert f"about {rounded(scores)} hours of one core to score" in line
    assert f"at most {rounded(hybrids)} to explain" in line
    assert "--reasons planned" in line
    few = replace(million, train=0)
    assert scoring_warnings([cost, cost], few, predict, Budget(1, 1_000)) == []
    assert (
        scoring_warnings([replace(cost, reasons="terms")], million, predict, Budget(1, 1_000)) == []
    )
    assert scoring_warnings([], million, predict, Budget(1, 1_000)) == []


def test_an_estimate_is_written_with_two_digits():
    assert [rounded(value) for value in (0.0123, 1.26, 114.2, 12_345)] == [
        "0.012", "1.3", "110", "12,000",
    ]  # fmt: skip
