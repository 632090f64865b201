"""Before any test imports NumPy: kernels and threads are those of a stage."""

import one_click  # noqa: F401
