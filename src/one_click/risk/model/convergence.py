"""Fits that stop before they converge: counted, where scikit-learn warns at each of them."""

import multiprocessing
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sklearn.exceptions import ConvergenceWarning


@contextmanager
def convergence_counted(name: str) -> Iterator[None]:
    """One line at the end instead of a warning a fit; fits of forked processes count, too.

    Parameters
    ----------
    name
        Whose fits they are.
    """
    count = multiprocessing.Value("i", 0)
    with warnings.catch_warnings():
        warnings.simplefilter("always", ConvergenceWarning)
        show = warnings.showwarning

        def counting(message: Any, category: type[Warning], *where: Any, **more: Any) -> None:
            if issubclass(category, ConvergenceWarning):
                with count.get_lock():
                    count.value += 1
            else:
                show(message, category, *where, **more)

        warnings.showwarning = counting
        yield
    if count.value:
        print(
            f"warning: {name}: {count.value} fits did not converge: "
            "raise max_iter in conf/model, or scale the columns",
            file=sys.stderr,
        )
