"""Who will buy less, why, and what to offer: the stages of the study and what they share."""

import os
import sys
import time

STARTED = time.perf_counter()  # before anything heavy is imported: see one_click.stage

# One BLAS and OpenMP thread a process: sums over several threads differ in their last bits, and
# every output must be the same bytes on any machine. Parallel work is done over folds instead.
# joblib starts worker processes by fork on Linux, whatever Python's default: see
# one_click.pipeline.PARALLEL.
if sys.platform == "linux":
    os.environ.setdefault("JOBLIB_START_METHOD", "fork")
for _variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_variable, "1")
