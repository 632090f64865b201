"""What the pages share: the layout engine, the style sheet, the words of a language."""

import base64
import hashlib
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from one_click.words.speaker import Speaker

HERE = Path(__file__).parent
STYLE = HERE / "page.css"


def hash_of(text: str) -> str:
    """What a page's Content-Security-Policy names its style sheet and its script by."""
    digest = hashlib.sha256(str(text).encode()).digest()
    return "sha256-" + base64.b64encode(digest).decode("ascii")


@pass_context
def heading(context: Context, name: str) -> str:
    """Heading of a column, in the language of the page: the filter `label`."""
    return context["label"](name)


@cache
def layouts(folder: Path) -> Environment:
    """The layouts of a folder and those shared, each compiled once."""
    environment = Environment(
        loader=FileSystemLoader([folder, HERE]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["label"] = heading
    return environment


def page(template: Path, speaker: Speaker, **values: object) -> str:
    """A page of one file: every value escaped, every name that the layout asks for given."""
    return (
        layouts(template.parent)
        .get_template(template.name)
        .render(
            **{
                name: getattr(speaker, name)
                for name in ("say", "number", "share", "money", "label")
            },
            language=speaker.language,
            css=Markup(STYLE.read_text(encoding="utf-8")),
            hash_of=hash_of,
            **values,
        )
    )


def embedded(svg: bytes) -> str:
    """An SVG as a data URI."""
    return "data:image/svg+xml;base64," + base64.b64encode(svg).decode("ascii")
