"""Put all plots in one page that needs no network.

Enters: what `dvc plots` shows, of the work tree or of revisions beside each other. Leaves:
`reports/plots.html`: DVC's page with Vega and the pictures inside it.
"""

import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

import vl_convert

from one_click import artefacts
from one_click.experiments.plots_page import VEGA_LITE, self_contained
from one_click.running import writing
from one_click.running.arguments import command_parser
from one_click.running.errors import InputError


def main() -> None:
    parser = command_parser("plots", __doc__, "--revisions main robust")
    parser.add_argument("--revisions", nargs="*", default=[], help="branches beside each other")
    named = parser.parse_args().revisions
    with TemporaryDirectory() as folder:
        words = ["dvc", "plots", *(["diff", *named] if named else ["show"]), "--out", folder]
        print("drawing the plots", flush=True)
        done = subprocess.run(words, capture_output=True, text=True, check=False)
        index = Path(folder) / "index.html"
        if done.returncode or not index.exists():
            problem = " ".join((done.stderr or done.stdout).split())
            raise InputError(f"dvc plots: {problem or 'no plots'}: run `dvc repro` first")
        bundle = vl_convert.javascript_bundle(vl_version=VEGA_LITE)
        page = self_contained(index.read_text(encoding="utf-8"), Path(folder), bundle)
    writing.write_text(artefacts.PLOTS_PAGE, page)
    print(artefacts.PLOTS_PAGE)
