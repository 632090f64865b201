"""Start a worker of a Dask cluster whose figures have the bytes of this machine's.

Enters: the address of a scheduler, and what `dask worker` takes. The kernels are fixed before NumPy
is imported, which a bare `dask worker` does not do: `one-click score` refuses its results.
"""

import argparse
import os
import sys

from one_click.running.arguments import command_parser
from one_click.running.errors import InputError


def main() -> None:
    parser = command_parser("worker", __doc__, "tcp://127.0.0.1:8786 --nworkers 2 --nthreads 1")
    parser.add_argument("scheduler", help="its address")
    parser.add_argument(
        "arguments", nargs=argparse.REMAINDER, help="of `dask worker`, such as --nworkers 2"
    )
    arguments = parser.parse_args()
    try:
        import distributed.cli.dask_worker as command
    except ModuleNotFoundError as error:
        raise InputError(
            f"worker: {error.name} is not installed: install the extra `cluster`"
        ) from None
    # The environment that this process has fixed goes along.
    words = [sys.executable, "-m", command.__name__, arguments.scheduler, *arguments.arguments]
    os.execv(sys.executable, words)
