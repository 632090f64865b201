"""Four raw tables in, one row a customer out: `data/customers.parquet`.

Enters: the folder `tables`. Leaves: customers with code names, months as columns, `declined` (1 =
decline), `contact_allowed`, `part` (train, test or aside) and `twin_of` (the learned copy of a
twin that stands aside). Rows stand in the order of their content, so that neither ids nor the
order of a file can reach a split or a model. Only customers who are not regular leave.
"""

import pandas as pd

from one_click.columns import ID, REVENUES
from one_click.customers.joining import CONTENT, in_order_of_content
from one_click.settings.customers import Cleaning


def is_regular(customers: pd.DataFrame, rule: str) -> pd.Series:
    """Whether revenue is above zero in every month, or in any, by customer."""
    bought = customers[list(REVENUES)] > 0
    return bought.all(axis="columns") if rule == "revenue_every_month" else bought.any(axis=1)


def revenue_slips(
    customers: pd.DataFrame, times_median: float, medians: pd.Series | None = None
) -> pd.DataFrame:
    """Cells of revenue above so many medians of their month: booleans, (customers, months).

    `medians` are those of the customers themselves unless given; see `revenue_medians`.
    """
    revenue = customers[list(REVENUES)]
    return revenue > times_median * (revenue_medians(customers) if medians is None else medians)


def revenue_medians(customers: pd.DataFrame) -> pd.Series:
    """Median revenue of each month of those who bought: where most did not, all would be slips."""
    revenue = customers[list(REVENUES)]
    return revenue.where(revenue > 0).median()


def without_slips(revenue: pd.DataFrame, slips: pd.DataFrame, rule: str) -> pd.DataFrame:
    """Revenue whose slips are kept, or missing ("aside"), or the mean of the other months."""
    if rule == "keep":
        return revenue
    clean = revenue.mask(slips)
    if rule == "repair":
        others = clean.mean(axis="columns")
        clean = clean.apply(lambda month: month.mask(slips[month.name], others))
    return clean


def twin_of(customers: pd.DataFrame) -> pd.Series:
    """For each further copy of equal features and target, the first id, as text, of the copies."""
    first = customers.groupby(CONTENT, dropna=False, sort=False)[ID].transform("min")
    return first.where(first != customers[ID])


def cleaned(customers: pd.DataFrame, cleaning: Cleaning) -> tuple[pd.DataFrame, dict]:
    """Apply the rules of cleaning; mark who stands aside in the column `aside`.

    Returns
    -------
    customers, counts
        Customers who stay, with `twin_of` and `aside` (a reason, or missing); what each rule did.
    """
    regular = is_regular(customers, cleaning.regular)
    leavers = {cleaning.regular: sorted(customers.loc[~regular, ID].tolist())}
    customers = in_order_of_content(customers[regular])
    customers["twin_of"] = twin_of(customers)
    second = customers["twin_of"].notna()
    if cleaning.twins == "drop":
        leavers["twin"] = sorted(customers.loc[second, ID].tolist())
        customers = customers[~second].reset_index(drop=True)
        second = second[~second].reset_index(drop=True)
    slips = revenue_slips(customers, cleaning.revenue_slip_times_median)
    with_slip = slips.any(axis="columns")
    customers["aside"] = pd.Series(None, index=customers.index, dtype=object)
    revenue = customers[list(REVENUES)]
    customers[list(REVENUES)] = without_slips(revenue, slips, cleaning.revenue_slip)
    if cleaning.revenue_slip == "aside":
        customers.loc[with_slip, "aside"] = "revenue_slip"
    customers.loc[second, "aside"] = "twin"
    counts = {
        "left": {rule: len(ids) for rule, ids in leavers.items()},
        "left_ids": leavers,
        "revenue_slips": int(with_slip.sum()),
        "aside": {
            reason: int((customers["aside"] == reason).sum()) for reason in ("revenue_slip", "twin")
        },
    }
    return customers, counts
