"""What a process starts with, before NumPy is imported: threads, the clock.

One BLAS and OpenMP thread a process: sums over several threads differ in their last bits, and every
output must be the same bytes on any machine. Parallel work is done over folds instead. joblib
starts worker processes by fork on Linux, whatever Python's default: see `running.parallel`.
"""

import os
import sys
import time

STARTED = time.perf_counter()  # before anything heavy is imported: see `running.stage`

if sys.platform == "linux":
    os.environ.setdefault("JOBLIB_START_METHOD", "fork")
for _variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_variable, "1")
