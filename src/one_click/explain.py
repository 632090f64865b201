"""Why a customer is scored as it is: contributions of the raw columns to the score.

Enters: the models and origins of `predict`, customers. Leaves: `data/reasons.parquet` (one row a
customer: `base_value`, one `contribution_` a feature, the leading `reason_`s), what is typical of
those who stayed, the reference that new customers are compared with, importances.

A contribution is an association within the model, not a cause. Each customer is explained by the
very model that its score comes from, in that score's own space, against the customers that the
same model scores; a new one against a sample of those that the final model has learned from.
"""

import numpy as np
import pandas as pd
from imblearn.pipeline import Pipeline
from joblib import Parallel, cpu_count, delayed
from threadpoolctl import threadpool_limits

from one_click import files
from one_click.columns import CATEGORIES, FEATURES, ID, TARGET, category_codes
from one_click.importance import (
    agreement,
    auc_lost_by_shuffling,
    disagreements,
    leading_columns,
    permutation_importance,
)
from one_click.models import NEW, models_by_origin
from one_click.params import Explain, load
from one_click.pipeline import PARALLEL, scores
from one_click.shapley import Explained, evenly_by_score, prepared
from one_click.stage import run


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


def reasons_table(ids: pd.Series, explained: Explained, count: int) -> pd.DataFrame:
    """One row a customer: `base_value`, contributions, leading reasons."""
    named = pd.DataFrame(explained.values, columns=[f"contribution_{name}" for name in FEATURES])
    named.insert(0, "base_value", explained.base_value)
    reasons = leading_reasons(explained.values, list(FEATURES), count)
    return pd.concat([ids.reset_index(drop=True), named, reasons], axis="columns")


def typical_values(learned: pd.DataFrame) -> dict[str, dict]:
    """Median or commonest value of each feature: of those who stayed, and of decliners.

    None where a class has no value of it.
    """
    found = {}
    for name in FEATURES:
        category = name in CATEGORIES
        by_class = {}
        for key, declined in (("typical", 0), ("declined", 1)):
            values = learned.loc[learned[TARGET] == declined, name].dropna()
            if category:
                counts = _codes(values).value_counts().reindex(category_codes(name), fill_value=0)
                by_class[key] = counts.idxmax() if len(values) else None
            else:
                by_class[key] = float(values.median()) if len(values) else None
        found[name] = {"kind": "category" if category else "number"} | by_class
    return found


def _codes(values: pd.Series) -> pd.Series:
    return values.map({False: "no", True: "yes"}) if values.dtype == bool else values.astype(object)


def reference_customers(learned: pd.DataFrame, model: Pipeline, count: int) -> pd.DataFrame:
    """Learned customers, evenly by the final model's score, that new ones are compared with."""
    score = scores(model, learned[list(FEATURES)])
    return learned.iloc[evenly_by_score(score, min(count, len(learned)))]


def _explained_by(
    model: Pipeline, reference: pd.DataFrame, others: pd.DataFrame, params: Explain
) -> tuple[Explained, Explained]:
    explainer, of_reference = prepared(model, reference, params.order_pairs, params.seed)
    return of_reference, explainer.explain(others) if len(others) else None


def explained_customers(
    customers: pd.DataFrame,
    risks: pd.DataFrame,
    models: dict[str, Pipeline],
    reference: pd.DataFrame,
    params: Explain,
) -> tuple[pd.Series, np.ndarray, np.ndarray, int]:
    """Contributions of every customer by the model that its score comes from.

    Parameters
    ----------
    customers, risks
        The same customers in the same order; risks hold `origin`.
    models
        By origin.
    reference
        What customers of the final model are compared with; a fold's are compared with those
        of the fold that are learned from.

    Returns
    -------
    base_value, values, errors, evaluations
        By customer; contributions and their standard errors, shape (customers, features).
    """
    origin, learned = risks["origin"], customers["part"] != "aside"
    names = sorted(origin.unique())
    features = list(FEATURES)
    tasks = {}
    for name in names:
        own = (origin == name) & learned & (name != NEW)
        others = (origin == name) & ~own
        compared = reference if name == NEW or not own.any() else customers[own]
        tasks[name] = own, others, compared[features], customers.loc[others, features]
    with threadpool_limits(1):
        found = Parallel(n_jobs=cpu_count(), backend=PARALLEL)(
            delayed(_explained_by)(models[name], compared, rows, params)
            for name, (_, _, compared, rows) in tasks.items()
        )
    base = np.empty(len(customers))
    values, errors = (np.empty((len(customers), len(features))) for _ in range(2))
    evaluations = 0
    for (own, others, _, _), (of_reference, of_others) in zip(tasks.values(), found, strict=True):
        for rows, explained in ((own, of_reference), (others, of_others)):
            if rows.any():
                base[rows] = explained.base_value
                values[rows], errors[rows] = explained.values, explained.error
            evaluations += explained.evaluations if explained else 0
    return pd.Series(base, name="base_value"), values, errors, evaluations


def importance_by_shuffling(
    customers: pd.DataFrame, risks: pd.DataFrame, models: dict[str, Pipeline], params: Explain
) -> dict[str, dict[str, float]]:
    """Permutation importance of each feature, over the fold models, on rows they have not seen."""
    learned = customers["part"] != "aside"
    folds = [name for name in sorted(models) if name != NEW]
    unseen = {name: customers[learned & (risks["origin"] == name)] for name in folds}
    with threadpool_limits(1):
        lost = Parallel(n_jobs=cpu_count(), backend=PARALLEL)(
            delayed(auc_lost_by_shuffling)(
                models[name], rows[list(FEATURES)], rows[TARGET].to_numpy(), params.shuffles,
                params.seed,
            )
            for name, rows in unseen.items()
        )  # fmt: skip
    return permutation_importance(np.array(lost), list(FEATURES), params.confidence)


def stability(sample: pd.DataFrame, models: dict[str, Pipeline], params: Explain) -> dict:
    """How often two models, fitted on different rows, name the same leading reason."""
    folds = [name for name in sorted(models) if name != NEW]
    with threadpool_limits(1):
        found = Parallel(n_jobs=cpu_count(), backend=PARALLEL)(
            delayed(leading_columns)(
                models[name], sample[list(FEATURES)], params.order_pairs, params.seed
            )
            for name in folds
        )
    return {
        "customers": len(sample),
        "models": len(folds),
        "leading_reason_agrees": agreement([leading for leading, _ in found]),
    }


def main() -> None:
    params = load("explain").explain
    customers = pd.read_parquet(files.CUSTOMERS)
    risks = customers[[ID]].merge(pd.read_parquet(files.RISKS), on=ID, validate="1:1")
    models = models_by_origin(files.FOLD_MODELS, files.MODEL)
    learned = customers[customers["part"] != "aside"]
    reference = reference_customers(learned, models[NEW], params.reference)
    base, values, errors, evaluations = explained_customers(
        customers, risks, models, reference, params
    )
    reasons = reasons_table(
        customers[ID], Explained(values, errors, base, evaluations), params.reasons
    )
    contribution = dict(zip(FEATURES, np.abs(values).mean(axis=0), strict=True))
    importance = importance_by_shuffling(customers, risks, models, params)
    sample = learned.iloc[
        evenly_by_score(
            risks.loc[learned.index, "score"].to_numpy(),
            min(params.stability_customers, len(learned)),
        )
    ]
    steady = stability(sample, models, params)
    leading = values.argmax(axis=1)[:, None]
    files.write_parquet(files.REASONS, reasons)
    files.write_parquet(files.REFERENCE, reference[[ID, *FEATURES]])
    files.write_json(files.TYPICAL, typical_values(learned), digits=None)
    files.write_json(
        files.EXPLAIN_METRICS,
        {
            "mean_absolute_contribution": contribution,
            "permutation_importance": importance,
            "disagreements": disagreements(contribution, importance),
            "leading_reason": reasons["reason_1"].value_counts().to_dict(),
            "sampling": {
                "evaluations": evaluations,
                "leading_contribution": np.take_along_axis(values, leading, axis=1).mean(),
                "standard_error": np.take_along_axis(errors, leading, axis=1).mean(),
            },
            "stability": steady,
        },
    )


if __name__ == "__main__":
    run(main)
