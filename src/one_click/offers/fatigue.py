"""Contact fatigue: who has had enough messages."""

import numpy as np
import pandas as pd

from one_click.offers.history import SINCE
from one_click.settings.offers import Fatigue


def over_limit(customers: pd.DataFrame, rules: Fatigue) -> np.ndarray:
    """Whether a message more would be one too many; shape (customers,).

    Only a number of contacts that is known allows a message, as only consent that is given does.
    Contacts are those that were: where an earlier wave fell in this month, its treatment group has
    one more than its control group, who stay comparable by `waves_between` alone.

    Parameters
    ----------
    customers
        With `contacts_this_month` and `waves_since_message`, where the rules limit them.
    """
    over = np.zeros(len(customers), dtype=bool)
    if rules.contacts_a_month is not None:
        contacts = customers["contacts_this_month"].to_numpy(dtype=float, na_value=np.nan)
        over |= ~(contacts + 1 <= rules.contacts_a_month)
    if rules.waves_between:
        since = customers[SINCE].to_numpy(dtype=float, na_value=np.nan)
        over |= since <= rules.waves_between
    return over
