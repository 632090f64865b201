"""Before any test imports NumPy: kernels and threads are those of a stage.

Test files run side by side, so that whatever one of them starts keeps to one core, and finds the
bytecode that another has compiled; what promises something of several cores asks for them.
"""

import os

from hypothesis import settings

import one_click  # noqa: F401 - before all that imports NumPy

os.environ["LOKY_MAX_CPU_COUNT"] = "1"  # cores that joblib counts
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
settings.register_profile("no seconds", deadline=None)  # they are no promise
settings.load_profile("no seconds")
