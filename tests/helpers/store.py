"""A small store: customers as `prepare` writes them, and the pipelines of conf/ at its size."""

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import yaml
from imblearn.pipeline import Pipeline
from sklearn.base import BaseEstimator, ClassifierMixin

from one_click.columns import (
    CATEGORIES,
    COLUMNS,
    FEATURES,
    ID,
    NUMBERS,
    PROFIT,
    TARGET,
    category_codes,
)
from one_click.risk.model.pipeline import build_pipeline
from one_click.settings.risk import Features

CONF = Path(__file__).parents[2] / "conf"
FIRST_ID = 500_000
# What moves the risk, in standard deviations of the column; consent and the rest tell nothing.
WEIGHTS = {
    "pages_per_visit": -1.2,
    "minutes_previous_month": -0.8,
    "promo_share": 0.8,
    "contacts_six_months": -0.6,
    "unpaid_items": 0.5,
}
CATEGORY_WEIGHTS = {"premium": 0.4, "kitchenware": 0.6}


def small_store(
    customers: int = 240, seed: int = 0, twins: int = 0, slips: int = 0, missing: float = 0.0
) -> pd.DataFrame:
    """Customers with signal, in the columns, types and order of `data/customers.parquet`.

    Parameters
    ----------
    customers
        Rows in all.
    twins
        How many of them stand aside as further copies of a learned customer.
    slips
        How many of them stand aside for a slip in their revenue.
    missing
        Share of numbers that are missing.
    """
    draws = np.random.default_rng(seed)
    numbers = {
        "contacts_six_months": draws.normal(4, 1, customers).clip(0).round(1),
        "contacts_this_month": draws.integers(3, 6, customers),
        "tenure_days": draws.integers(100, 1100, customers),
        "promo_share": draws.beta(2, 4, customers).round(2),
        "categories_per_visit": draws.integers(1, 7, customers),
        "unpaid_items": draws.poisson(2.5, customers),
        "service_errors": draws.poisson(4, customers),
        "pages_per_visit": draws.integers(1, 20, customers),
        "revenue_two_months_ago": draws.normal(4800, 400, customers).round(1),
        "revenue_previous_month": draws.normal(4900, 500, customers).round(1),
        "revenue_this_month": draws.normal(5200, 900, customers).round(1),
        "minutes_previous_month": draws.integers(4, 24, customers),
        "minutes_this_month": draws.integers(4, 24, customers),
        PROFIT: draws.normal(4, 1.2, customers).round(2),
    }
    frame = pd.DataFrame({name: values.astype("float64") for name, values in numbers.items()})
    for name in CATEGORIES:
        frame[name] = draws.choice(category_codes(name), customers)
    frame["contact_allowed"] = frame["contact_allowed"] == "yes"

    score = sum(w * _standardised(frame[name]) for name, w in WEIGHTS.items())
    for name in ("service_type", "favourite_category"):
        score = score + frame[name].map(CATEGORY_WEIGHTS).fillna(0.0)
    chance = 1 / (1 + np.exp(0.7 - score))
    frame[TARGET] = (draws.random(customers) < chance).astype("int64")
    assert set(frame) == {column.name for column in COLUMNS}
    frame[list(NUMBERS)] = frame[list(NUMBERS)].mask(
        draws.random((customers, len(NUMBERS))) < missing
    )

    aside = np.arange(customers) >= customers - twins - slips
    copies = np.flatnonzero(aside)[:twins]
    copied = [*FEATURES, TARGET]
    frame.loc[copies, copied] = frame.loc[np.arange(twins), copied].to_numpy()
    frame = frame.astype({name: "float64" for name in numbers})
    frame = frame.astype({TARGET: "int64", "contact_allowed": "bool"})
    frame[ID] = (FIRST_ID + draws.permutation(customers)).astype(str)
    frame["twin_of"] = pd.Series(pd.NA, index=frame.index, dtype="str")
    frame.loc[copies, "twin_of"] = frame.loc[np.arange(twins), ID].to_numpy()
    frame.loc[np.flatnonzero(aside)[twins:], "revenue_this_month"] = np.nan

    frame["part"] = "train"
    learned = np.flatnonzero(~aside)
    frame.loc[draws.choice(learned, len(learned) // 4, replace=False), "part"] = "test"
    frame.loc[aside, "part"] = "aside"
    ordered = [ID, TARGET, *FEATURES, PROFIT, "twin_of", "part"]
    frame = frame.sort_values([*FEATURES, TARGET, PROFIT, ID], ignore_index=True, kind="stable")
    return frame[ordered]


def _standardised(column: pd.Series) -> pd.Series:
    return (column - column.mean()) / column.std()


def choices(group: str) -> list[str]:
    """Names of the files of a group of conf/."""
    return sorted(path.stem for path in (CONF / group).glob("*.yaml"))


def spec(group: str, choice: str) -> dict:
    """The spec of an estimator, as conf/ has it."""
    return yaml.safe_load((CONF / group / f"{choice}.yaml").read_text(encoding="utf-8"))


def pipeline_of(
    candidate: str | dict,
    sampler: str = "none",
    scaler: str = "standard",
    encoder: str = "onehot",
    features: str = "ratios",
    selector: str = "none",
) -> Pipeline:
    """An unfitted pipeline of conf/'s choices, or of a candidate's own spec; forests are small."""
    parts = SimpleNamespace(
        features=Features(**spec("features", features)),
        selector=spec("selector", selector),
        encoder=spec("encoder", encoder),
        scaler=spec("scaler", scaler),
        sampler=spec("sampler", sampler),
        candidates={"tested": small(candidate) if isinstance(candidate, str) else candidate},
    )
    return build_pipeline(parts, "tested")


def small(candidate: str) -> dict:
    """A candidate's spec of conf/, of few trees where it has many."""
    found = spec("model", candidate)
    return found | {
        name: 20
        for name in ("n_estimators", "iterations", "max_iter")
        if name in found and found[name] <= 600
    }


class Memoriser(ClassifierMixin, BaseEstimator):
    """Scores 1 for a row that it has learned from, else 0."""

    def fit(self, X, y):
        """Learn rows by heart."""
        self.rows_ = set(rows_of(X))
        return self

    def decision_function(self, X):
        """Whether each row was learned."""
        return np.array([float(row in self.rows_) for row in rows_of(X)])


def rows_of(frame: pd.DataFrame) -> list[tuple]:
    features = frame[list(FEATURES)].astype(object)
    return list(features.where(features.notna(), None).itertuples(index=False, name=None))
