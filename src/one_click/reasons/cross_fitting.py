"""Every customer scored and explained by models that have not seen it.

Cross-fitting: in each repeat of the folds a model is fitted outside each fold, and judges the
customers of the fold against one another: their scores, the contributions to them, what shuffled
columns lose. Several repeats are several opinions on the same customer. A model is large and is
not kept, but for the one on all rows and some second opinions, that are asked about new customers.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from imblearn.pipeline import Pipeline
from sklearn.base import clone

from one_click.columns import FEATURES, ID, TARGET
from one_click.customers.parts import is_learned
from one_click.reasons.contributions import Contributions, contributions_table
from one_click.reasons.shapley import Explainer, evenly_by_score, prepared
from one_click.reasons.shuffling import auc_lost_by_shuffling
from one_click.risk.model.convergence import convergence_counted
from one_click.risk.model.scoring import scores
from one_click.risk.origins import NEW, unseen_name
from one_click.risk.prediction import fitted
from one_click.running.parallel import side_by_side
from one_click.running.progress import bar
from one_click.settings.risk import Predict


@dataclass(frozen=True)
class Task:
    """Whom a model learns from and whom it judges; positions of customers.

    `fold` holds customers with a known outcome, who are compared with one another; the model on all
    rows, `NEW`, has none, and compares with some of those that it has learned from. `others` are
    compared with the same.
    """

    name: str
    repeat: int
    learned: np.ndarray
    fold: np.ndarray
    others: np.ndarray
    is_kept: bool


@dataclass(frozen=True)
class Judgement:
    """What a model says of its task's fold and others, a row a customer; explainer, where kept.

    `auc_lost` is what its score loses by shuffled columns, shape (features,); empty without a fold.
    """

    rows: np.ndarray
    scores: np.ndarray
    contributions: list[Contributions]
    auc_lost: np.ndarray
    explainer: Explainer | None


@dataclass(frozen=True)
class CrossFitted:
    """Everybody, judged by models that have not seen them.

    `scores` is of shape (repeats, n), those of new customers by the model on all rows in each;
    `contributions` has a row a customer and model; `auc_lost` a row a fold model; `explainers` are
    by name: of the model on all rows, and of second opinions.
    """

    scores: np.ndarray
    contributions: pd.DataFrame
    auc_lost: pd.DataFrame
    explainers: dict[str, Explainer]


def tasks_of(customers: pd.DataFrame, folds: np.ndarray, second_opinions: int) -> list[Task]:
    """One for the model on all rows, one a repeat and fold.

    New customers are others of the first; second opinions on them have the first folds' models of
    so many repeats.
    """
    learned = is_learned(customers).to_numpy()
    nobody, new = np.array([], dtype=int), ~learned & (folds[0] < 0)
    tasks = [Task(NEW, 0, np.flatnonzero(learned), nobody, np.flatnonzero(new), is_kept=True)]
    for repeat, fold in enumerate(folds):
        for number in range(fold.max() + 1):
            inside = fold == number
            is_asked = number == 0 and repeat < second_opinions
            others = ~learned & inside | (new if is_asked else False)
            parts = (learned & ~inside, learned & inside, others)
            rows, own, rest = map(np.flatnonzero, parts)
            tasks.append(Task(unseen_name(repeat), repeat, rows, own, rest, is_kept=is_asked))
    return tasks


def judged(pipeline: Pipeline, customers: pd.DataFrame, task: Task, settings: Predict) -> Judgement:
    """Fit a model, score and explain those of its task."""
    model = fitted(pipeline, customers.iloc[task.learned])
    features = customers[list(FEATURES)]
    reference, pairs = features.iloc[task.fold], settings.order_pairs
    if task.name == NEW:
        learned, pairs = features.iloc[task.learned], settings.new_order_pairs
        count = min(settings.reference, len(learned))
        reference = learned.iloc[evenly_by_score(scores(model, learned), count)]
    seed = settings.seed + task.repeat  # other orders in each repeat: their errors even out
    explainer, of_reference = prepared(model, reference, pairs, seed)
    contributions = [of_reference] if len(task.fold) else []
    if len(task.others):
        contributions.append(explainer.explain(features.iloc[task.others]))
    rows = np.concatenate([task.fold, task.others])
    lost = np.array([])
    if len(task.fold):
        declined = customers.iloc[task.fold][TARGET].to_numpy()
        lost = auc_lost_by_shuffling(model, reference, declined, settings.shuffles, seed)
    own = scores(model, features.iloc[rows]) if len(rows) else np.array([])
    return Judgement(rows, own, contributions, lost, explainer if task.is_kept else None)


def cross_fitted(
    pipeline: Pipeline, customers: pd.DataFrame, folds: np.ndarray, settings: Predict
) -> CrossFitted:
    """Judge everybody by models that have not seen them.

    Parameters
    ----------
    folds
        Fold of each customer in each repeat, shape (repeats, n); -1: in none, a new customer.
    """
    tasks = tasks_of(customers, folds, settings.second_opinions)
    pipeline = clone(pipeline)  # less to send than its fit
    shown = bar("models that have not seen a customer", tasks, len(tasks), unit="models")
    with convergence_counted("prediction"):
        judgements = side_by_side(judged, ((pipeline, customers, task, settings) for task in shown))
    score, tables = np.empty(folds.shape), []
    is_new = folds[0] < 0
    for task, judgement in zip(tasks, judgements, strict=True):
        known = ~is_new[judgement.rows]
        score[task.repeat, judgement.rows[known]] = judgement.scores[known]
        ids = customers[ID].iloc[judgement.rows]
        for contributions in judgement.contributions:
            count = len(contributions.values)
            tables.append(contributions_table(ids.iloc[:count], task.name, contributions))
            ids = ids.iloc[count:]
    score[:, judgements[0].rows] = judgements[0].scores
    return CrossFitted(
        score,
        pd.concat(tables).sort_values([ID, "model"], ignore_index=True),
        pd.DataFrame([j.auc_lost for j in judgements[1:]], columns=list(FEATURES)),
        {
            task.name: judgement.explainer
            for task, judgement in zip(tasks, judgements, strict=True)
            if judgement.explainer is not None
        },
    )
