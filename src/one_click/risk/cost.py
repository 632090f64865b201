"""What a candidate will take of a machine, told before its first fit.

A fit of n rows takes `seconds * (n / rows) ** exponent`, by what benchmarks/cost.py measured and
conf/model holds as `_cost_`; so do the score of a row by a model of n rows, and memory. Another
machine, other columns and other parameters make it a factor of `OFF` more or less.
"""

from bisect import bisect_left
from dataclasses import dataclass

from one_click.columns import FEATURES
from one_click.running.errors import InputError
from one_click.settings.risk import SAMPLER, Budget, Cost, Folds, Predict

OFF = 3  # an estimate may be so many times too high, or too low
WORTH_A_WORD = 0.1  # share of a budget that is told of
LEAST_ROWS = 100  # of a sample that is proposed, and by how many it grows
WALK = 25  # rows whose scores take as long as a customer's reasons from a forest's trees
UNMEASURED_ROWS = 10_000  # training rows from which a candidate without `_cost_` is told of


@dataclass(frozen=True)
class Rows:
    """Training rows; those learned from in the end, test rows too; everybody who is scored."""

    train: int
    learned: int
    everybody: int

    def with_at_most(self, train: int) -> "Rows":
        """As `learn.rows` would leave them."""
        share = min(train / self.train, 1)
        return Rows(round(self.train * share), round(self.learned * share), self.everybody)


def _score_seconds(cost: Cost, rows: float) -> float:
    return cost.score_microseconds / 1e6 * (rows / cost.rows) ** cost.score_exponent


def reason_rows(costs: list[Cost], pairs: int) -> int:
    """Rows whose scores take as long as a customer's reasons by so many pairs of orders.

    Parameters
    ----------
    costs
        Of the model, or of each member of an ensemble, whose trees are not walked.
    """
    ways = [cost.reasons for cost in costs]
    if ways == ["trees"]:
        return WALK
    return 0 if set(ways) <= {"terms"} else pairs * 2 * (len(FEATURES) - 1)


@dataclass(frozen=True)
class Work:
    """Fits of so many rows each, and rows that those models score."""

    fits: int
    rows: float
    scored: float

    def seconds(self, costs: list[Cost]) -> float:
        """Of one core."""
        return sum(
            self.fits * cost.fit_seconds * (self.rows / cost.rows) ** cost.fit_exponent
            + self.scored * _score_seconds(cost, self.rows)
            for cost in costs
        )


@dataclass(frozen=True)
class Study:
    """What the stages do with a candidate; `trials` of its search, each on a share of the rows.

    Costs are of all that is fitted: of the candidate, and of the sampler before it.
    """

    trials: list[tuple[int, float]]
    folds: Folds
    predict: Predict
    cores: int

    def work(self, rows: Rows, cost: Cost) -> dict[str, list[Work]]:
        """By stage; of predict what a candidate of this cost does if it is chosen."""
        splits, repeats, inside = self.folds.splits, self.folds.repeats, 1 - 1 / self.folds.splits
        search = [
            Work(trials * splits, share * rows.train * inside, trials * share * rows.train)
            for trials, share in self.trials
        ]
        predict, others = self.predict, rows.everybody - rows.learned
        opinion = reason_rows([cost], predict.order_pairs)
        own = predict.repeats * rows.learned * (opinion + predict.shuffles * len(FEATURES))
        new = (others + predict.reference) * reason_rows([cost], predict.new_order_pairs)
        asked = others * predict.second_opinions * opinion
        return {
            "tune": [*search, Work(1, rows.train, 0)],
            "choose": [Work(splits * repeats, rows.train * inside, repeats * rows.train)],
            "predict": [
                Work(predict.repeats * splits, rows.learned * inside, own + asked),
                Work(1, rows.learned, new),
            ],
        }

    def hours(self, costs: list[Cost], rows: Rows) -> dict[str, float]:
        """Of one core, by stage."""
        return {
            stage: sum(work.seconds(costs) for work in works) / 3600
            for stage, works in self.work(rows, costs[0]).items()
        }

    def memory_mb(self, costs: list[Cost], rows: Rows) -> float:
        """Of the largest fits that run side by side."""
        at_once = min(self.cores, self.folds.splits)
        return at_once * sum(
            cost.memory_mb * (rows.learned / cost.rows) ** cost.memory_exponent for cost in costs
        )

    def load(self, costs: list[Cost], rows: Rows, budget: Budget) -> float:
        """Share of the budget that is taken, of hours or of memory, whichever is more."""
        hours = sum(self.hours(costs, rows).values())
        return max(hours / budget.hours, self.memory_mb(costs, rows) / budget.memory_mb)


def rounded(value: float) -> str:
    """Two digits of an estimate: it has no more."""
    return f"{float(f'{value:.2g}'):,g}"


def cost_warnings(
    name: str, costs: dict[str, Cost], study: Study, rows: Rows, budget: Budget
) -> list[str]:
    """Lines on what a candidate will take, where it is worth a word.

    Parameters
    ----------
    costs
        Of candidates that have been measured, and of the sampler, by `SAMPLER`.

    Raises
    ------
    InputError
        Where it is beyond the budget: by how much, and what is not.
    """
    if name not in costs:
        if rows.train < UNMEASURED_ROWS:
            return []
        return [
            f"candidates.{name}: no _cost_, so that nobody knows what {rows.train:,} training rows "
            f"take: `python benchmarks/cost.py --models {name} --write` measures it"
        ]
    fitted = _fitted(name, costs)
    load = study.load(fitted, rows, budget)
    if load <= WORTH_A_WORD:
        return []
    hours, memory = study.hours(fitted, rows), study.memory_mb(fitted, rows)
    by_stage = ", ".join(f"{stage} {rounded(value)}" for stage, value in hours.items())
    estimate = (
        f"candidates.{name}: about {rounded(sum(hours.values()))} hours of one core ({by_stage}) "
        f"and {memory:,.0f} MB for {rows.train:,} training rows, {OFF} times more or less"
    )
    if load <= 1:
        return [estimate]
    raise InputError(
        f"{estimate}; budget allows {budget.hours:g} hours and {budget.memory_mb:,.0f} MB: "
        + " or ".join(_mends(name, costs, study, rows, budget))
    )


def _fitted(name: str, costs: dict[str, Cost]) -> list[Cost]:
    return [costs[key] for key in (name, SAMPLER) if key in costs]


def _mends(
    name: str, costs: dict[str, Cost], study: Study, rows: Rows, budget: Budget
) -> list[str]:
    others = [other for other in costs if other != SAMPLER]
    within = [n for n in others if study.load(_fitted(n, costs), rows, budget) <= 1]
    counts = range(LEAST_ROWS, rows.train, LEAST_ROWS)
    fewer = bisect_left(
        counts,
        True,
        key=lambda n: study.load(_fitted(name, costs), rows.with_at_most(n), budget) > 1,
    )
    return [
        *([f"keep to {', '.join(within)}"] if within else []),
        *([f"set learn.rows to {counts[fewer - 1]:,} at most"] if fewer else []),
        "raise budget",
    ]


def scoring_hours(costs: list[Cost], learned: int, scored: float) -> float:
    """Of one core, for rows that are scored by models of so many learned rows, one after another.

    Parameters
    ----------
    costs
        Of the model, or of each member of an ensemble.
    """
    return Work(0, learned, scored).seconds(costs) / 3600


def scoring_warnings(costs: list[Cost], month: Rows, predict: Predict, budget: Budget) -> list[str]:
    """A line on what scoring new customers will take, where it is worth a word.

    Parameters
    ----------
    costs
        Of the model, or of each member of an ensemble; of one that was not measured, none.
    month
        Rows learned from, and everybody who is scored; `train` of them are explained, at most.
    """
    opinions = predict.second_opinions * reason_rows(costs, predict.order_pairs)
    explained = month.train * (reason_rows(costs, predict.new_order_pairs) + opinions)
    scoring = scoring_hours(costs, month.learned, month.everybody)
    reasons = scoring_hours(costs, month.learned, explained)
    if scoring + reasons <= WORTH_A_WORD * budget.hours:
        return []
    mend = "" if month.train == 0 else "; `--reasons planned` explains few"
    return [
        f"{month.everybody:,} customers take about {rounded(scoring)} hours of one core to score "
        f"and at most {rounded(reasons)} to explain, {OFF} times more or less{mend}; a linear "
        "model takes seconds"
    ]
