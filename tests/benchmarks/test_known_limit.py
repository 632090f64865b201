"""On a store with a known truth, the procedure comes near what can be known.

`benchmarks/known_limit.py` holds the whole menu against a store of 20,000; here a small one.
"""

import numpy as np
import pandas as pd
import pytest
from helpers.generated import write_tables
from helpers.imports import SOURCE
from sklearn.metrics import log_loss, roc_auc_score

from one_click import artefacts
from one_click.choices.composing import composed
from one_click.choices.menu import read_menu
from one_click.columns import FEATURES, ID, TARGET
from one_click.customers.generated import draw_store
from one_click.customers.preparation import prepared
from one_click.risk.nested import predictions
from one_click.settings.whole import checked

ROOT = SOURCE.parent


@pytest.fixture(scope="module")
def known(tmp_path_factory):
    """What the procedure says of unseen customers, with their outcome and true probability."""
    tables, truth = draw_store(4000, seed=12)
    folder = write_tables(tmp_path_factory.mktemp("tables"), tables)
    choices = {"candidates": ["svc"], "ensembles": [], "tables": str(folder)}
    choices["set"] = {"search": {"trials": 3}, "folds": {"splits": 3, "repeats": 1}}
    menu = read_menu(ROOT / artefacts.MENU) | choices
    params = checked(composed(menu, ROOT / artefacts.CONF), "test")
    everyone = prepared(folder, params.cleaning, params.split)[0].merge(truth, on=ID)
    customers = everyone[everyone["part"] != "aside"].reset_index(drop=True)
    test = np.arange(len(customers)) % 3 == 0
    features, target = customers[list(FEATURES)], customers[TARGET].to_numpy()
    found = predictions(params, features, target, np.flatnonzero(~test), np.flatnonzero(test))
    return found.assign(declined=target[test], truth=customers.loc[test, "probability"].to_numpy())


def test_ranking_and_probability_are_near_the_truths_own(known):
    best = roc_auc_score(known["declined"], known["truth"])
    assert best - 0.02 < roc_auc_score(known["declined"], known["score"]) < best + 0.01
    least = log_loss(known["declined"], known["truth"])
    assert least - 0.01 < log_loss(known["declined"], known["risk"]) < least + 0.03


def test_risk_intervals_hold_the_mean_true_probability(known):
    """In ten bins of risk, up to the noise of a bin's mean."""
    bins = known.groupby(pd.qcut(known["risk"].rank(method="first"), 10, labels=False))
    means = bins[["risk_low", "risk_high", "truth"]].mean()
    noise = 3 * bins["truth"].std() / np.sqrt(bins.size()) + 0.01
    assert (means["risk_low"] - noise <= means["truth"]).all()
    assert (means["truth"] <= means["risk_high"] + noise).all()
