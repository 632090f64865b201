"""DVC's page of plots with Vega and the pictures inside it."""

import base64
import re
from pathlib import Path

from one_click.running.errors import InputError

SCRIPT = re.compile(r'\s*<script src="https?://[^"]*"></script>')
PICTURE = re.compile(r'src="(static/[^"]+\.svg)"')
SCHEMA = re.compile(r'"\$schema": "[^"]*", ')  # of version 5, which the bundle also reads
VEGA_LITE = "6.4"  # compiles to the version of Vega that is bundled with it
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

    def inlined(match: re.Match) -> str:
        content = base64.b64encode((folder / match[1]).read_bytes()).decode()
        return f'src="data:image/svg+xml;base64,{content}"'

    page = PICTURE.sub(inlined, SCHEMA.sub("", SCRIPT.sub("", page)))
    if link := re.search(r'(?:src|href)\s*=\s*"(?!data:)[^"]*"', page):
        raise InputError(
            f"dvc plots: {link[0]} is not of a known kind: see experiments/plots_page.py"
        )
    script = bundle.replace("</script", "<\\/script")
    head = f"<head>{POLICY}{STYLE}<script>{script}</script>"
    return page.replace("<head>", head, 1)
