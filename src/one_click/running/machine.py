"""The same arithmetic on every machine, set in the environment before NumPy is imported.

OpenBLAS and NumPy choose their code by the processor; sums in another order differ in their last
bits, and so do the hashes of outputs. On Linux and an x86-64 processor with AVX2 (2013 on) every
process therefore takes code that all of those have, whatever the environment says.
`ONE_CLICK_KERNELS=machine` leaves it to the machine and its environment.

glibc's mathematical functions choose too, by FMA and AVX2: all of these processors take the same.
"""

import os
import sys
import time
from collections.abc import MutableMapping

STARTED = time.perf_counter()  # before anything heavy is imported: see running.stage
# One BLAS and OpenMP thread a process: sums over several threads differ in their last bits.
# Parallel work is done over folds instead.
THREADS = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
KERNELS = {
    "OPENBLAS_CORETYPE": "Haswell",
    # What is enabled: a list of what is disabled would miss the processors to come.
    "NPY_ENABLE_CPU_FEATURES": "X86_V3",
}
# NumPy refuses both lists at once; sizes change the sums of some of OpenBLAS's kernels, or hang it.
UNSET = ("NPY_DISABLE_CPU_FEATURES", "OPENBLAS_L2_SIZE", "OPENBLAS_BLOCK_FACTOR")
# NumPy's X86_V3 as /proc/cpuinfo names it: a virtual machine may hide any of them.
FLAGS = frozenset({"avx", "avx2", "fma", "f16c", "bmi1", "bmi2", "abm", "movbe"})


def fix(environment: MutableMapping[str, str]) -> None:
    """Fix threads and kernels in an environment, and how joblib starts processes."""
    if sys.platform == "linux":
        # By fork, whatever Python's default: see running.parallel.
        environment.setdefault("JOBLIB_START_METHOD", "fork")
    if environment.get("ONE_CLICK_KERNELS") == "machine":
        for name, value in THREADS.items():  # forks are safe on one thread alone
            environment.setdefault(name, value)
        return
    environment.update(THREADS)
    if has_kernels():
        environment.update(KERNELS)
        for name in UNSET:
            environment.pop(name, None)


def has_kernels() -> bool:
    """Whether this is Linux on an x86-64 processor with AVX2 and its company."""
    if sys.platform != "linux" or os.uname().machine != "x86_64":
        return False
    try:
        with open("/proc/cpuinfo", encoding="ascii", errors="replace") as lines:
            flags = next((line for line in lines if line.startswith("flags")), "")
    except OSError:
        return False
    return set(flags.split()) >= FLAGS


_before = {name: os.environ.get(name) for name in (*THREADS, *KERNELS)}
_is_late = "numpy" in sys.modules  # it has read the environment
fix(os.environ)
IN_FORCE = not _is_late or _before == {name: os.environ.get(name) for name in _before}
