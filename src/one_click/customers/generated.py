"""A generated store, so that a fresh clone runs: the four raw tables and the true risk.

Enter: a number of customers and a seed. Leave: the four raw tables, with the blemishes of a real
export, and the exact probability of a decline of each customer.

Every customer is of one hidden kind k. A kind has a share w_k of the store, a probability q_k of
a decline, and a distribution f_k of each feature. Given the kind, features are independent of one
another and of the target; revenue is a chain of months. So Bayes' rule gives the truth, with
interactions: P(declined | x) = sum_k q_k w_k f_k(x) / sum_k w_k f_k(x). The target is drawn from
it, so no model can know more than the truth does.
"""

import numpy as np
import pandas as pd

from one_click.columns import BY_NAME, COLUMNS, ID, PROFIT, RAW_ID, TABLES, TARGET, Value

# fmt: off
# A column each: customers who mostly stay (even, thrifty), who mostly decline (fading, last spurt,
# promotion hunter), and window shoppers, who decline although they visit like the busiest.
SHARE_OF_STORE = (0.420, 0.235, 0.105, 0.100, 0.085, 0.055)
DECLINE = (0.06, 0.08, 0.98, 0.98, 0.97, 0.96)

# Numbers: (centre, width) of a bell over the column's grid. Of revenue: two months ago in money,
# then the log ratio of each month to the month before it.
BELLS = {
    "contacts_six_months": (
        (4.6, 0.8), (4.5, 0.8), (3.3, 1.0), (3.4, 1.1), (3.4, 1.1), (5.4, 0.6)),
    "tenure_days": (
        (570, 420), (570, 420), (640, 320), (640, 320), (630, 320), (630, 320)),
    "promo_share": (
        (0.21, 0.07), (0.21, 0.07), (0.27, 0.09), (0.27, 0.09), (0.30, 0.09), (0.24, 0.07)),
    "categories_per_visit": (
        (3.8, 1.5), (3.7, 1.5), (2.6, 1.4), (2.2, 1.5), (2.2, 1.5), (1.3, 1.4)),
    "unpaid_items": (
        (1.5, 2.2), (1.6, 2.1), (2.9, 2.9), (2.4, 3.1), (3.3, 3.0), (5.2, 1.8)),
    "service_errors": (
        (4.4, 2.0), (4.2, 2.0), (3.0, 1.7), (4.7, 1.9), (3.7, 2.0), (4.1, 2.0)),
    "pages_per_visit": (
        (9.8, 3.3), (9.6, 3.3), (3.5, 2.2), (3.2, 2.1), (3.2, 2.2), (13.0, 2.5)),
    "minutes_previous_month": (
        (14.9, 3.2), (15.2, 3.2), (9.4, 2.7), (9.0, 2.7), (9.2, 2.7), (16.5, 2.5)),
    "minutes_this_month": (
        (14.6, 4.0), (14.9, 4.0), (9.9, 3.0), (9.0, 2.8), (9.4, 2.8), (16.0, 3.0)),
    "revenue_two_months_ago": (
        (4970, 330), (4890, 330), (4550, 280), (4700, 280), (4600, 300), (4650, 260)),
    "revenue_previous_month": (
        (0.03, 0.09), (-0.09, 0.09), (-0.16, 0.07), (0.20, 0.06), (0.09, 0.11), (0.15, 0.07)),
    "revenue_this_month": (
        (0.05, 0.09), (0.05, 0.09), (0.08, 0.07), (0.06, 0.05), (0.06, 0.06), (0.06, 0.05)),
}

NEARLY_ALL_PROMO = (0.94, 0.04)  # a second bell of promo_share, for this share of each kind:
NEARLY_ALL_PROMO_SHARE = (0.03, 0.05, 0.08, 0.08, 0.95, 0.10)

# Categories: weight of each value, in the order of the column table.
WEIGHTS = {
    "service_type": ((74, 26), (74, 26), (66, 34), (60, 40), (66, 34), (66, 34)),
    "favourite_category": (
        (23, 19, 15, 16, 18, 9), (23, 19, 15, 16, 18, 9), (32, 21, 22, 9, 4, 14),
        (30, 21, 24, 8, 4, 15), (32, 20, 22, 10, 4, 14), (32, 20, 22, 10, 4, 14)),
}

# fmt: on
# What depends on no kind, and so tells nothing of the target.
SAME_FOR_ALL = {"contact_allowed": (0.26, 0.74), "contacts_this_month": (0.245, 0.51, 0.245)}
PROFIT_BELL = (4.0, 1.0)
GRIDS = {  # lowest value, highest value, decimals
    "contacts_six_months": (0.9, 6.6, 1),
    "contacts_this_month": (3, 5, 0),
    "tenure_days": (121, 1079, 0),
    "promo_share": (0, 0.99, 2),
    "categories_per_visit": (1, 6, 0),
    "unpaid_items": (0, 10, 0),
    "service_errors": (0, 9, 0),
    "pages_per_visit": (1, 20, 0),
    "minutes_previous_month": (5, 23, 0),
    "minutes_this_month": (4, 23, 0),
    "revenue_two_months_ago": (4098, 5663, 0),
    PROFIT: (0.86, 7.43, 2),
}

CHAIN = {  # the month before it, decimals
    "revenue_previous_month": ("revenue_two_months_ago", 0),
    "revenue_this_month": ("revenue_previous_month", 1),
}

FIRST_ID = 215348
SMALLEST_STORE = 50

# Blemishes, counted in a store of 1300; a twin's second copy stands some ids behind the first.
PER_CUSTOMERS = 1300
MISSPELT_SERVICE_TYPES, TWINS, TWIN_DISTANCE, WITH_EMPTY_MONTHS = 10, 11, 210, 3
SLIP_FACTOR = 20
ALWAYS_MISSPELT = ("favourite_category", "minutes_previous_month")

# Ids give the target away: blocks of decliners and of others take turns, cut at these shares.
DECLINER_CUTS, OTHER_CUTS = (0.80, 0.90), (0.06, 0.12)
DIALECTS = {"profit": {"sep": ";", "decimal": ",", "lineterminator": "\r\n"}}
PLAIN_DIALECT = {"lineterminator": "\n"}


def grid(name: str) -> np.ndarray:
    """Every value that a column may show, lowest first; of a category, its positions."""
    if name not in GRIDS:
        return np.arange(len(BY_NAME[name].values))
    low, high, decimals = GRIDS[name]
    steps = np.arange(round((high - low) * 10**decimals) + 1)
    return np.round(low + steps / 10**decimals, decimals) if decimals else low + steps


def bell(values: np.ndarray, centre: float, width: float) -> np.ndarray:
    """Probability of each value: a normal density at the values, scaled to sum to one."""
    heights = np.exp(-0.5 * ((values - centre) / width) ** 2)
    return heights / heights.sum()


def chances_by_kind(name: str) -> np.ndarray:
    """Probability of each value of the grid (columns) for each kind (rows)."""
    if name in WEIGHTS:
        weights = np.array(WEIGHTS[name], dtype=float)
        return weights / weights.sum(axis=1, keepdims=True)
    chances = np.array([bell(grid(name), *cell) for cell in BELLS[name]])
    if name == "promo_share":
        share = np.array(NEARLY_ALL_PROMO_SHARE)[:, None]
        chances = (1 - share) * chances + share * bell(grid(name), *NEARLY_ALL_PROMO)
    return chances


def draw_features(
    customers: int, rng: np.random.Generator
) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """Draw features by column name (of categories, positions) and P(declined | features).

    The probability is that of the values as shown: by the exact probability of each value on its
    grid, and, for revenue of the previous and of this month, by the density of the log ratio of
    the rounded values (the width of a rounding bin is the same for all kinds and cancels).
    """
    share = np.array(SHARE_OF_STORE)
    kind = rng.choice(len(share), customers, p=share)
    members = [np.flatnonzero(kind == k) for k in range(len(share))]
    log_joint = np.repeat(np.log(share)[:, None], customers, axis=1)
    features = {}
    for name in [*(name for name in BELLS if name not in CHAIN), *WEIGHTS]:
        chances = chances_by_kind(name)
        position = np.empty(customers, dtype=int)
        for k, rows in enumerate(members):
            position[rows] = rng.choice(chances.shape[1], len(rows), p=chances[k])
        features[name] = grid(name)[position]
        log_joint += np.log(chances)[:, position]
    for name, (month_before, decimals) in CHAIN.items():
        centre, width = np.array(BELLS[name]).T[:, :, None]
        ratio = np.exp(rng.normal(centre[kind, 0], width[kind, 0]))
        features[name] = np.round(features[month_before] * ratio, decimals)
        log_ratio = np.log(features[name] / features[month_before])
        log_joint -= 0.5 * ((log_ratio - centre) / width) ** 2 + np.log(width)
    joint = np.exp(log_joint - log_joint.max(axis=0))
    for name, weights in SAME_FOR_ALL.items():
        features[name] = rng.choice(grid(name), customers, p=weights)
    return features, np.array(DECLINE) @ joint / joint.sum(axis=0)


def order_of_ids(declined: np.ndarray, twins: int, distance: int) -> tuple[np.ndarray, int]:
    """Which drawn customer stands at each id, decliners mostly first; where second copies begin.

    Copies open the last block of decliners, each `distance` behind its first copy.
    """
    yes, no = np.flatnonzero(declined), np.flatnonzero(~declined)
    yes_blocks = np.split(yes, [round(cut * len(yes)) for cut in DECLINER_CUTS])
    no_blocks = np.split(no, [round(cut * len(no)) for cut in OTHER_CUTS])
    pairs = zip(yes_blocks, no_blocks, strict=True)
    order = np.concatenate([block for pair in pairs for block in pair])
    copies = max(len(order) - len(yes_blocks[-1]) - len(no_blocks[-1]), distance)
    twin_rows = order[copies - distance : copies - distance + twins]
    return np.concatenate([order[:copies], twin_rows, order[copies:]]), copies


def spelling(name: str, value: Value) -> str:
    """How a value stands in the raw table; of some columns, always misspelt where it can be."""
    return value.misspelt[0] if name in ALWAYS_MISSPELT and value.misspelt else value.raw


def customer_rows(
    ids: np.ndarray, features: dict[str, np.ndarray], misspelt: np.ndarray
) -> pd.DataFrame:
    """The raw table of customers; the standard service type is misspelt in rows `misspelt`."""
    table = {RAW_ID: ids}
    for column in (column for column in COLUMNS if column.table == "customers"):
        cells = features[column.name]
        if column.values:
            words = [spelling(column.name, value) for value in column.values]
            cells = np.array(words, dtype=object)[cells]
        table[column.raw] = cells
    service_type = BY_NAME["service_type"]
    table[service_type.raw][misspelt] = service_type.values[0].misspelt[0]
    return pd.DataFrame(table)


def month_rows(
    key: str, ids: np.ndarray, features: dict[str, np.ndarray], rng: np.random.Generator
) -> pd.DataFrame:
    """A raw table with a row a customer and month; each customer's months in an order of chance."""
    months = [column for column in COLUMNS if column.table == key]
    spelt = [spelling(column.name, column.month) for column in months if column.month]
    words = np.array(spelt, dtype=object)
    order = rng.random((len(ids), len(months))).argsort(axis=1)
    values = np.column_stack([features[column.name] for column in months])
    table = {
        RAW_ID: np.repeat(ids, len(months)),
        TABLES[key].period: words[order].ravel(),
        months[0].raw: np.take_along_axis(values, order, axis=1).ravel(),
    }
    return pd.DataFrame(table)


def draw_store(customers: int, seed: int) -> tuple[dict[str, pd.DataFrame], pd.DataFrame]:
    """Draw a store of `customers` ids (twins count twice): its raw tables, and the truth.

    Returns
    -------
    tables : raw tables by the keys of `columns.TABLES`, with raw headers and values
    truth : customer_id and probability of a decline, before a slip or an empty month
    """
    if customers < SMALLEST_STORE:
        raise ValueError(f"A store needs at least {SMALLEST_STORE} customers, not {customers}.")
    rng = np.random.default_rng(seed)
    twins, distance, empty_rows, misspelt_rows = (
        max(1, round(customers * count / PER_CUSTOMERS))
        for count in (TWINS, TWIN_DISTANCE, WITH_EMPTY_MONTHS, MISSPELT_SERVICE_TYPES)
    )
    features, probability = draw_features(customers - twins, rng)
    features[TARGET] = (rng.random(customers - twins) < probability).astype(int)
    order, copies = order_of_ids(features[TARGET] == 1, twins, distance)
    features = {name: values[order] for name, values in features.items()}
    features[PROFIT] = rng.choice(grid(PROFIT), customers, p=bell(grid(PROFIT), *PROFIT_BELL))

    single = np.ones(customers, dtype=bool)
    for first in (copies - distance, copies):
        single[first : first + twins] = False
    slip, empty, others = np.split(rng.permutation(np.flatnonzero(single)), [1, 1 + empty_rows])
    misspelt = others[features["service_type"][others] == 0][:misspelt_rows]
    features["revenue_this_month"][slip] = np.round(
        features["revenue_this_month"][slip] * SLIP_FACTOR, 1
    )
    features["revenue_two_months_ago"][empty] = 0
    features["revenue_previous_month"][empty[rng.random(empty_rows) < 0.5]] = 0

    ids = (FIRST_ID + np.arange(customers)).astype(str)
    tables = {
        "customers": customer_rows(ids, features, misspelt),
        "revenue": month_rows("revenue", ids, features, rng),
        "minutes": month_rows("minutes", ids, features, rng),
        "profit": pd.DataFrame({RAW_ID: ids, BY_NAME[PROFIT].raw: features[PROFIT]}),
    }
    return tables, pd.DataFrame({ID: ids, "probability": probability[order]})


def table_csv(key: str, frame: pd.DataFrame) -> bytes:
    """The file of a raw table in its dialect, UTF-8; bytes, so that line ends stay as they are."""
    return frame.to_csv(index=False, **DIALECTS.get(key, PLAIN_DIALECT)).encode()
