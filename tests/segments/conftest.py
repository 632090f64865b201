"""Three customers in two segments."""

import pandas as pd
import pytest

from one_click.columns import NUMBERS, PROFIT


@pytest.fixture
def customers():
    return pd.DataFrame(
        {name: [1.0, 3.0, 2.0] for name in NUMBERS}
        | {
            "segment": ["at_risk", "at_risk", "steady"],
            "risk": [0.5, 1.0, 0.1],
            PROFIT: [2.0, -1.0, 4.0],
            "revenue_this_month": [100.0, 300.0, 50.0],
            "promo_share": [0.2, 0.4, 0.0],
            "contact_allowed": [True, False, True],
            "service_type": ["premium", None, "standard"],
            "favourite_category": ["children", "children", "textile"],
        }
    )
