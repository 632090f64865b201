"""Outcomes of a wave by effects that are known: what a measurement can be held against."""

import numpy as np
import pandas as pd

from one_click.columns import ID, TARGET


def drawn_outcome(
    wave: pd.DataFrame, probability: pd.Series, removed: dict[str, float], seed: int
) -> pd.DataFrame:
    """Draw who declines: by the probability, less what an offer that is made removes of it.

    Parameters
    ----------
    wave
        A row a customer: `customer_id`, `group` and `planned_offer`.
    probability
        Of a decline without an offer, by id.
    removed
        The true share of the probability that each offer removes; an offer not named, none.

    Returns
    -------
    outcome
        `customer_id`, `declined`.
    """
    gets = wave["group"] == "treatment"
    share = wave["planned_offer"].map(removed).where(gets).fillna(0.0)
    chance = probability.reindex(wave[ID]).to_numpy() * (1 - share.to_numpy(dtype=float))
    draws = np.random.default_rng(seed).random(len(wave))
    return pd.DataFrame({ID: wave[ID].to_numpy(), TARGET: (draws < chance).astype("int64")})
