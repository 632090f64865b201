"""Put all plots in one page that needs no network.

Enters: what `dvc plots` shows, of the work tree or of revisions beside each other. Leaves:
`reports/plots.html`: DVC's page with Vega and the pictures inside it.
"""

import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

from one_click import artefacts
from one_click.experiments.plots_page import VEGA_LITE, self_contained
from one_click.experiments.repository import check_place
from one_click.experiments.revisions import revision
from one_click.running import writing
from one_click.running.arguments import command_parser
from one_click.running.errors import InputError


def vega() -> str:
    """JavaScript that defines `vegaEmbed`.

    Raises
    ------
    InputError
        Where the package that holds it is not installed: the study needs none.
    """
    try:
        import vl_convert
    except ModuleNotFoundError:
        raise InputError("vl-convert-python is not installed: `make all` installs it") from None
    # Without a snippet it defines vegaEmbed, whatever its types say.
    return vl_convert.javascript_bundle(vl_version=VEGA_LITE)  # type: ignore[call-arg]


def main() -> None:
    parser = command_parser("plots", __doc__, "--revisions main robust")
    parser.add_argument("--revisions", nargs="*", default=[], help="branches beside each other")
    revisions = parser.parse_args().revisions
    check_place()
    for name in revisions:
        if name != "workspace":
            revision(name)  # which says where there is none
    bundle = vega()
    subcommand = ["diff", *revisions] if revisions else ["show"]
    with TemporaryDirectory() as folder:
        words = ["dvc", "plots", *subcommand, "--out", folder]
        print("drawing the plots", flush=True)
        process = subprocess.run(words, capture_output=True, text=True, check=False)
        index = Path(folder) / "index.html"
        if process.returncode or not index.exists():
            problem = " ".join((process.stderr or process.stdout).split())
            raise InputError(f"dvc plots: {problem or 'no plots: run `dvc repro` first'}")
        page = self_contained(index.read_text(encoding="utf-8"), Path(folder), bundle)
    writing.write_text(artefacts.PLOTS_PAGE, page)
    print(artefacts.PLOTS_PAGE)
