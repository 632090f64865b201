"""Why a customer is scored as it is: contributions of the raw columns to the score.

Enters: the models and origins of `predict`, customers. Leaves: `data/reasons.parquet` (one row a
customer: `base_value`, one `contribution_` a feature, the leading `reason_`s), importances, two
plots. A contribution is an association within the model, not a cause.

Contributions are Shapley values in the score's own space, sampled over orders of features; each
pair of an order and its reverse uses one background customer. They add up to the score exactly,
whichever the model is; their sampling error is reported.
"""

import numpy as np
import pandas as pd
from imblearn.pipeline import Pipeline
from joblib import Parallel, cpu_count, delayed
from threadpoolctl import threadpool_limits

from one_click import files
from one_click.columns import FEATURES, ID, label
from one_click.models import models_by_origin
from one_click.params import Explain, load
from one_click.pipeline import PARALLEL, scores
from one_click.stage import InputError, run


def contributions(
    model: Pipeline, customers: pd.DataFrame, background: pd.DataFrame, seed: int
) -> tuple[np.ndarray, float, np.ndarray]:
    """Sampled Shapley values of the features, with the background as baseline.

    Each background row is paired with a random order of features and its reverse; a feature's
    contribution is the mean change of the score when the customer's value takes the place of the
    background's in that order. Source: Strumbelj and Kononenko (2014), with the antithetic orders
    of Mitchell et al. (2022), JMLR 23.

    Parameters
    ----------
    model
        Scored by `one_click.pipeline.scores`.
    customers
        Features of the customers to explain, n rows.
    background
        Features of the baseline customers, a row a pair of orders.
    seed
        Of the orders.

    Returns
    -------
    values, base_value, error
        Shape (n, features); the mean score of the background, so that values add up to the
        score less it; standard error of each value over pairs, shape (n, features).
    """
    draws = np.random.default_rng(seed)
    features, count = list(customers.columns), len(customers)
    own = {name: customers[name].to_numpy() for name in features}
    pairs = np.zeros((len(background), count, len(features)))
    reference = scores(model, background)
    explained = scores(model, customers)
    for pair in range(len(background)):
        order = draws.permutation(len(features))
        for directed in (order, order[::-1]):
            taken = np.zeros((len(features) - 1, len(features)), dtype=bool)
            for step, feature in enumerate(directed[:-1]):
                taken[step:, feature] = True
            mixed = pd.DataFrame(
                {
                    name: np.where(
                        np.repeat(taken[:, column], count),
                        np.tile(own[name], len(features) - 1),
                        background[name].iloc[pair],
                    )
                    for column, name in enumerate(features)
                }
            )
            between = scores(model, mixed).reshape(-1, count)
            path = np.vstack([np.full(count, reference[pair]), between, explained])
            pairs[pair][:, directed] += np.diff(path, axis=0).T / 2
    error = pairs.std(axis=0, ddof=1) / np.sqrt(len(background))
    return pairs.mean(axis=0), float(reference.mean()), error


def leading_reasons(values: np.ndarray, names: list[str], count: int) -> pd.DataFrame:
    """Names of the features that raise the score most, `reason_1` first; missing where none does.

    Parameters
    ----------
    values
        Contributions, shape (n, features).
    """
    order = np.argsort(-values, axis=1, kind="stable")[:, :count]
    positive = np.take_along_axis(values, order, axis=1) > 0
    reasons = np.where(positive, np.array(names, dtype=object)[order], None)
    return pd.DataFrame(reasons, columns=[f"reason_{rank + 1}" for rank in range(count)])


def explained_customers(
    customers: pd.DataFrame, risks: pd.DataFrame, models: dict[str, Pipeline], params: Explain
) -> tuple[pd.DataFrame, np.ndarray, np.ndarray]:
    """Contributions of every customer by the model that its score comes from.

    The background customers stand evenly in the order of score, so that the base value is near the
    mean score whatever the seed.

    Parameters
    ----------
    customers, risks
        The same customers in the same order; risks hold `score` and `origin`.
    models
        By origin.

    Returns
    -------
    bases, values, errors
        `base_value` by customer; contributions and their standard errors, (customers, features).

    Raises
    ------
    InputError
        Where there are fewer learned customers than pairs of orders.
    """
    learned = customers.loc[customers["part"] != "aside", list(FEATURES)]
    if len(learned) < params.order_pairs:
        raise InputError(
            f"explain.order_pairs: {params.order_pairs} pairs need as many customers that are "
            f"learned from, there are {len(learned)}: lower it"
        )
    by_score = np.argsort(risks.loc[learned.index, "score"], kind="stable")
    evenly = (np.arange(params.order_pairs) + 0.5) / params.order_pairs * len(learned)
    background = learned.iloc[by_score.to_numpy()[evenly.astype(int)]]
    origin = risks["origin"]
    bases = np.empty(len(customers))
    values = np.empty((len(customers), len(FEATURES)))
    errors = np.empty_like(values)
    names = sorted(origin.unique())
    with threadpool_limits(1):
        found = Parallel(n_jobs=cpu_count(), backend=PARALLEL)(
            delayed(contributions)(
                models[name], customers.loc[origin == name, list(FEATURES)], background, params.seed
            )
            for name in names
        )
    for name, explained in zip(names, found, strict=True):
        rows = (origin == name).to_numpy()
        values[rows], bases[rows], errors[rows] = explained
    return pd.DataFrame({"base_value": bases}), values, errors


def draw_plots(values: np.ndarray, customers: pd.DataFrame) -> None:
    """Beeswarm and bar of the contributions."""
    import matplotlib

    matplotlib.use("agg")
    import matplotlib.pyplot as plt
    import shap

    shown = customers[list(FEATURES)].apply(
        lambda column: column if column.dtype == "float64" else pd.factorize(column, sort=True)[0]
    )
    explanation = shap.Explanation(
        values,
        data=shown.to_numpy(dtype="float64"),
        feature_names=[label(name, "en") for name in FEATURES],
    )
    for name, plot in (("beeswarm", shap.plots.beeswarm), ("bar", shap.plots.bar)):
        np.random.seed(0)  # noqa: NPY002 - shap's beeswarm draws from the global state
        plot(explanation, max_display=len(FEATURES), show=False)
        plt.xlabel("Contribution to the score" + ("" if name == "beeswarm" else ", mean size"))
        path = files.EXPLAIN_PLOTS / f"{name}.png"
        with files.replacing(path) as beside:
            plt.savefig(beside, dpi=80, bbox_inches="tight", metadata={"Software": None})
        plt.close("all")


def main() -> None:
    params = load("explain").explain
    customers = pd.read_parquet(files.CUSTOMERS)
    risks = customers[[ID]].merge(pd.read_parquet(files.RISKS), on=ID, validate="1:1")
    models = models_by_origin(files.FOLD_MODELS, files.MODEL)
    bases, values, errors = explained_customers(customers, risks, models, params)
    named = pd.DataFrame(values, columns=[f"contribution_{name}" for name in FEATURES])
    reasons = leading_reasons(values, list(FEATURES), params.reasons)
    table = pd.concat([customers[[ID]], bases, named, reasons], axis="columns")
    leading = values.argmax(axis=1)[:, None]
    importance = np.abs(values).mean(axis=0)
    draw_plots(values, customers)
    files.write_parquet(files.REASONS, table)
    files.write_json(
        files.EXPLAIN_METRICS,
        {
            "mean_absolute_contribution": dict(zip(FEATURES, importance, strict=True)),
            "leading_reason": reasons["reason_1"].value_counts().to_dict(),
            "leading_contribution": {
                "mean": np.take_along_axis(values, leading, axis=1).mean(),
                "mean_standard_error": np.take_along_axis(errors, leading, axis=1).mean(),
            },
        },
    )


if __name__ == "__main__":
    run(main)
