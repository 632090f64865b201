"""The cut of risk that a retention wave is expected to profit most from."""

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from one_click.settings.segments import ExpectedProfit


def roc_hull(declined: np.ndarray, risk: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Corners of the upper convex hull of the ROC curve, from none flagged to all.

    Returns
    -------
    false_positive_rate, true_positive_rate, threshold
        Of each corner; who has at least the threshold is flagged. The first one is infinite.
    """
    from sklearn.metrics import roc_curve

    false, true, threshold = roc_curve(declined, risk, drop_intermediate=False)
    corners = [0]
    for point in range(1, len(false)):
        while len(corners) > 1:
            one, other = corners[-2:]
            rise = (true[other] - true[one]) * (false[point] - false[one])
            if rise > (true[point] - true[one]) * (false[other] - false[one]):
                break
            corners.pop()
        corners.append(point)
    return false[corners], true[corners], threshold[corners]


def expected_maximum_profit(
    declined: np.ndarray, risk: np.ndarray, terms: "ExpectedProfit"
) -> tuple[float, float, float]:
    """EMPC: the profit of a wave at the best cut for each chance of acceptance, on average.

    With CLV, d and f the value of a customer, the incentive and the contact, delta = d / CLV and
    phi = f / CLV, the mean profit at a cut is CLV (gamma (1 - delta) - phi) pi0 F0 less CLV
    (delta + phi) pi1 F1, where pi0 and pi1 are the shares of decliners and of the others and F0 and
    F1 of them are flagged; gamma, the chance that a decliner accepts, is Beta(alpha, beta). Source:
    Verbraken, Verbeke and Baesens (2013), "A novel profit maximizing metric for measuring
    classification performance of customer churn prediction models", IEEE TKDE 25(5), equation 15;
    over the corners of the convex hull as in its algorithm 1.

    Parameters
    ----------
    declined, risk
        Shape (n,): outcomes, and risks that have not seen them.

    Returns
    -------
    profit, share, cut
        A customer, in the unit of the terms; the share of customers that it flags; the risk from
        which so many are flagged.
    """
    from scipy.special import betainc

    value, alpha, beta = terms.customer_value, terms.alpha, terms.beta
    delta, phi = terms.incentive / value, terms.contact / value
    of_decliners = float(np.mean(declined))
    of_others = 1 - of_decliners
    false, true, _ = roc_hull(declined, risk)
    gain, loss = of_decliners * np.diff(true), of_others * np.diff(false)
    with np.errstate(divide="ignore", invalid="ignore"):
        turns = (phi + np.where(gain > 0, (delta + phi) * loss / gain, np.inf)) / (1 - delta)
    ends = np.clip(np.concatenate([[0.0], turns, [1.0]]), 0, 1)
    chance = np.diff(betainc(alpha, beta, ends))
    acceptance = np.diff(betainc(alpha + 1, beta, ends)) * alpha / (alpha + beta)
    flagged = of_decliners * true + of_others * false
    profit = value * np.sum(
        (1 - delta) * of_decliners * true * acceptance
        - (phi * of_decliners * true + (delta + phi) * of_others * false) * chance
    )
    share = float(np.sum(flagged * chance))
    count = round(share * len(risk))
    cut = float(np.sort(risk)[::-1][count - 1]) if count else float("inf")
    return float(profit), share, cut
