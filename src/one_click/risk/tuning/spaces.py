"""The space of a searched argument: a distribution, a grid, Optuna's own."""

import math
from typing import Any

import numpy as np
from scipy import stats

from one_click.running.errors import InputError


def _range(argument: dict, where: str) -> tuple[float, float, bool]:
    unknown = set(argument) - {"low", "high", "log"}
    if unknown or not {"low", "high"} <= set(argument):
        raise InputError(f"{where}: {argument} is no range; write {{low: 1, high: 9, log: false}}")
    low, high, log = argument["low"], argument["high"], argument.get("log", False)
    if not (_is_number(low) and _is_number(high) and isinstance(log, bool)):
        raise InputError(f"{where}: {argument}: low and high must be numbers, log true or false")
    if not low < high or (log and low <= 0):
        raise InputError(f"{where}: low must be below high, and above 0 where log is true")
    return low, high, log


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


class IntegerLogUniform:
    """Whole numbers from `low` to `high`, both ends possible, uniform in the logarithm."""

    def __init__(self, low: int, high: int):
        self._log = stats.uniform(np.log(low - 0.5), np.log((high + 0.5) / (low - 0.5)))
        self._bounds = low, high

    def rvs(self, random_state: Any = None) -> int:
        """Draw one."""
        number = round(float(np.exp(self._log.rvs(random_state=random_state))))
        return int(np.clip(number, *self._bounds))


def distribution(argument: dict, where: str) -> Any:
    """What a random search draws an argument from: a list, or a distribution with `rvs`."""
    if "choices" in argument:
        return _choices(argument, where)
    low, high, log = _range(argument, where)
    if isinstance(low, int) and isinstance(high, int):
        return IntegerLogUniform(low, high) if log else stats.randint(low, high + 1)
    return stats.loguniform(low, high) if log else stats.uniform(low, high - low)


def grid(argument: dict, points: int, where: str) -> list:
    """The values of an argument in a grid: evenly spaced, in the logarithm where `log` is true."""
    if "choices" in argument:
        return _choices(argument, where)
    low, high, log = _range(argument, where)
    values = (np.geomspace if log else np.linspace)(low, high, points)
    if isinstance(low, int) and isinstance(high, int):
        return sorted({round(float(value)) for value in values})
    return [float(f"{value:.6g}") for value in values]


def _choices(argument: dict, where: str) -> list:
    choices = argument["choices"]
    if set(argument) != {"choices"} or not isinstance(choices, list) or not choices:
        raise InputError(f"{where}: {argument} is no list of choices; write {{choices: [a, b]}}")
    return choices


def optuna_distribution(argument: dict, where: str) -> Any:
    """What Optuna suggests an argument from."""
    from optuna.distributions import (
        CategoricalDistribution,
        FloatDistribution,
        IntDistribution,
    )

    if "choices" in argument:
        return CategoricalDistribution(_choices(argument, where))
    low, high, log = _range(argument, where)
    if isinstance(low, int) and isinstance(high, int):
        return IntDistribution(low, high, log=log)
    return FloatDistribution(low, high, log=log)
