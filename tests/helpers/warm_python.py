"""A `python` for stages that DVC starts, forked from a process that has imported libraries.

Imports are most of a stage on a small sample, and of a sweep's job. The server has imported nothing
of this project, so that a module of it runs from the project's own copy; whatever else `python` is
asked for is run by the real one.
"""

import atexit
import importlib
import json
import os
import runpy
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import traceback
from functools import cache
from pathlib import Path

LIBRARIES = (
    "duckdb", "dvc.cli", "dvc.commands.experiments.run", "dvc.repo.experiments.executor.local",
    "dvc.repo.experiments.queue.celery", "hydra", "imblearn.over_sampling", "imblearn.pipeline",
    "jinja2", "joblib",
    "matplotlib.figure", "matplotlib.backends.backend_svg", "pandas", "pandera.pandas",
    "phik.phik", "phik.significance", "pyarrow.parquet", "scipy.stats", "shap",
    "sklearn.compose", "sklearn.ensemble", "sklearn.inspection", "sklearn.linear_model",
    "sklearn.model_selection", "sklearn.pipeline", "sklearn.svm", "skops.io",
    "statsmodels.stats.proportion", "tqdm", "venn_abers", "xlsxwriter",
)  # fmt: skip
CLIENT = """#!{python} -SE
import json, os, socket, sys
if sys.argv[1:2] != ["-m"] or sys.argv[2].partition(".")[0] != "one_click":
    os.execv("{python}", ["{python}", *sys.argv[1:]])
request = json.dumps([sys.argv[2:], os.getcwd(), dict(os.environ)]).encode()
with socket.socket(socket.AF_UNIX) as server:
    server.connect("{address}")
    socket.send_fds(server, [b"f"], [0, 1, 2])
    server.sendall(request)
    server.shutdown(socket.SHUT_WR)
    sys.exit(int(server.recv(8) or b"1"))
"""


@cache
def folder() -> Path:
    """A folder for the beginning of PATH; its server ends with this process."""
    place = Path(tempfile.mkdtemp(prefix="python"))
    address = place / "socket"
    server = subprocess.Popen([sys.executable, __file__, str(address)], stdout=subprocess.PIPE)
    assert server.stdout is not None
    assert server.stdout.readline() == b"ready\n"
    atexit.register(shutil.rmtree, place)
    atexit.register(server.kill)
    client = place / "python"
    client.write_text(CLIENT.format(python=sys.executable, address=address))
    client.chmod(0o755)
    return place


def serve(address: str) -> None:
    """Fork a process for each module that is asked for."""
    for name in LIBRARIES:
        importlib.import_module(name)
    assert "one_click" not in sys.modules
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(address)
        listener.listen()
        print("ready", flush=True)
        while True:
            connection, _ = listener.accept()
            if os.fork() == 0:
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                connection.sendall(str(_run(connection)).encode())
                os._exit(0)
            connection.close()


def _run(connection: socket.socket) -> int:
    """Run a module in this process; its exit code."""
    _, outputs, _, _ = socket.recv_fds(connection, 1, 3)
    with connection.makefile("rb") as stream:
        words, place, environment = json.loads(stream.read())
    for number, output in enumerate(outputs):
        os.dup2(output, number)
    sys.stdout, sys.stderr = os.fdopen(1, "w"), os.fdopen(2, "w")
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(place)
    paths = environment.get("PYTHONPATH", "").split(os.pathsep)
    sys.path[:1] = [place, *(os.path.abspath(path) for path in paths if path)]
    sys.argv = list(words)
    code = 0
    try:
        runpy.run_module(words[0], run_name="__main__", alter_sys=True)
    except SystemExit as leaving:
        code = leaving.code if isinstance(leaving.code, int) else int(leaving.code is not None)
        if isinstance(leaving.code, str):
            print(leaving.code, file=sys.stderr)
    except BaseException:
        traceback.print_exc()
        code = 1
    sys.stdout.flush()
    sys.stderr.flush()
    return code


if __name__ == "__main__":
    serve(sys.argv[1])
