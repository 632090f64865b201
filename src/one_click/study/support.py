"""What a test supports after correction: something worth saying, nothing, or neither."""

from one_click.settings.study import Describe


def supported(test: dict, rules: Describe) -> bool:
    """Whether a test rejects after correction, and its effect is worth saying and off zero."""
    return (
        test["p_holm"] < rules.alpha
        and abs(test["effect"]) >= rules.smallest_effect
        and (test["low"] > 0 or test["high"] < 0)
    )


def none_there(test: dict, rules: Describe) -> bool:
    """Whether a test finds nothing: zero is inside its interval, and little else is."""
    little = -rules.none_within < test["low"] <= 0 <= test["high"] < rules.none_within
    return test["p_holm"] >= rules.alpha and little


def both_supported(ranks: dict, means: dict, rules: Describe) -> bool:
    """Whether ranks and means say the same: only then may a sentence give the means."""
    same_side = ranks["effect"] * means["difference"] > 0
    return supported(ranks, rules) and means["p_holm"] < rules.alpha and same_side


def rejected_as_normal(tests: dict, rules: Describe) -> bool:
    """Whether any of the tests of one column rejects that it is normal."""
    p_values = [test["p_holm"] for test in tests.values() if isinstance(test, dict)]
    return any(p is not None and p < rules.alpha for p in p_values)
