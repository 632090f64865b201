"""What the comparison with the control group can show."""

import math

from one_click.settings.offers import HoldOut


def power(
    offers: int, controls: int, base: float | None, assumed: float | None, rules: HoldOut
) -> dict:
    """What a comparison of the shares of decliners with and without an offer can show.

    A two-sided z-test of two proportions on Cohen's h (Cohen 1988, chapter 6), by statsmodels.

    Parameters
    ----------
    offers, controls
        Customers with an offer, and those of the control group who would have got one.
    base
        Share expected to decline without offers: the mean risk of both groups.
    assumed
        By how much that share is assumed to be lower with an offer: mean risk x effect.

    Returns
    -------
    `detectable`: the smallest drop of the share that one wave shows, None where not even a share of
    zero would; `waves`: how many such waves, each of other customers or taken as such, must be
    pooled to show what is assumed, None where there is nothing to show or to compare.
    """
    from statsmodels.stats.power import NormalIndPower
    from statsmodels.stats.proportion import proportion_effectsize

    figures = {
        "offers": offers,
        "controls": controls,
        "base": base,
        "assumed": assumed,
        "detectable": None,
        "waves": None,
    }
    if not offers or not controls or not base:
        return figures
    test = NormalIndPower()
    terms = {"alpha": rules.alpha, "power": rules.power, "ratio": controls / offers}
    # The smallest h falls with the root of the size: solved at 100 offers, where it is well inside.
    h_of_one = float(test.solve_power(nobs1=100, **terms)) * math.sqrt(100)
    angle = math.asin(math.sqrt(base)) - h_of_one / math.sqrt(offers) / 2
    if angle >= 0:
        figures["detectable"] = base - math.sin(angle) ** 2
    if assumed and assumed > 0:
        effect = float(proportion_effectsize(base, max(base - assumed, 0.0)))
        figures["waves"] = max(1, math.ceil((h_of_one / effect) ** 2 / offers - 1e-9))
    return figures
