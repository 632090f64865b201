"""All plots in one page that needs no network: `make plots`, or `--revisions main other`.

Enters: what `dvc plots` shows, of the work tree or of revisions beside each other. Leaves:
`reports/plots.html`: DVC's page with Vega and the pictures inside it.
"""

import argparse
import base64
import re
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

import vl_convert

from one_click import files
from one_click.stage import InputError, run

SCRIPT = re.compile(r'\s*<script src="https?://[^"]*"></script>')
PICTURE = re.compile(r'src="(static/[^"]+\.png)"')
VEGA_LITE = "5.21"  # DVC's specs are of version 5
POLICY = (
    '<meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="'
    "default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval'; "  # Vega makes functions
    "style-src 'unsafe-inline'; img-src data: blob:\">"
)
STYLE = "<style>body { font: 14px sans-serif; margin: 2em } img { max-width: 100% }</style>"


def self_contained(page: str, folder: Path, bundle: str) -> str:
    """DVC's page with its scripts and pictures inside, allowed to load nothing else.

    Parameters
    ----------
    page
        HTML of `dvc plots show`.
    folder
        Where its pictures are.
    bundle
        JavaScript that defines `vegaEmbed`.

    Raises
    ------
    InputError
        Where the page would load something from elsewhere all the same.
    """

    def inlined(found: re.Match) -> str:
        content = base64.b64encode((folder / found[1]).read_bytes()).decode()
        return f'src="data:image/png;base64,{content}"'

    page = PICTURE.sub(inlined, SCRIPT.sub("", page))
    if left := re.search(r'(?:src|href)\s*=\s*"(?!data:)[^"]*"', page):
        raise InputError(f"dvc plots: {left[0]} is not of a known kind: see one_click.plots_page")
    script = bundle.replace("</script", "<\\/script")
    head = f"<head>{POLICY}{STYLE}<script>{script}</script>"
    return page.replace("<head>", head, 1)


def main() -> None:
    parser = argparse.ArgumentParser(prog="one_click.plots_page")
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
    files.write_text(files.PLOTS_PAGE, page)
    print(files.PLOTS_PAGE)


if __name__ == "__main__":
    run(main)
