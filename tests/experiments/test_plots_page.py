"""The page of plots: whole in a browser without a network."""

import base64
import sys
from pathlib import Path

import pytest
import vl_convert
from helpers.browser import chromium, console, opened, requests
from selenium.webdriver.support.ui import WebDriverWait

from one_click.commands import plots
from one_click.experiments.plots_page import VEGA_LITE, self_contained
from one_click.running.errors import InputError

SVG = "http://www.w3.org/2000/svg"
DOT = f'<svg xmlns="{SVG}" width="1" height="1"><rect width="1" height="1"/></svg>'.encode()
OF_DVC = """<!DOCTYPE html><html><head>
    <title>DVC Plot</title>
    <script src="https://cdn.jsdelivr.net/npm/vega@5.20.2"></script>
    <script src="https://cdn.jsdelivr.net/npm/vega-embed@6.18.2"></script>
</head><body>
<div id = "ROC"><script type = "text/javascript">
  var spec = {"$schema": "https://vega.github.io/schema/vega-lite/v5.json", "title": "a curve",
    "data": {"values": [{"x": 0, "y": 1}, {"x": 1, "y": 3}]}, "mark": "line",
    "encoding": {"x": {"field": "x", "type": "quantitative"},
                 "y": {"field": "y", "type": "quantitative"}}};
  vegaEmbed('#ROC', spec);
</script></div>
<div><img src="static/picture.svg"></div>
</body></html>
"""


def page(folder: Path) -> str:
    (folder / "static").mkdir()
    (folder / "static/picture.svg").write_bytes(DOT)
    return self_contained(OF_DVC, folder, vl_convert.javascript_bundle(vl_version=VEGA_LITE))


def test_scripts_and_pictures_are_inside(tmp_path):
    made = page(tmp_path)
    assert "cdn.jsdelivr" not in made
    assert f'src="data:image/svg+xml;base64,{base64.b64encode(DOT).decode()}"' in made
    assert "default-src 'none'" in made


def test_a_page_that_would_load_something_is_refused(tmp_path):
    with pytest.raises(InputError, match=r"dvc plots: src=.* is not of a known kind"):
        self_contained('<head></head><iframe src="https://example.org/x"></iframe>', tmp_path, "")


def test_a_browser_draws_it_and_asks_for_nothing_else(tmp_path):
    path = tmp_path / "plots.html"
    path.write_text(page(tmp_path), encoding="utf-8")
    with chromium() as driver:
        opened(driver, path)
        WebDriverWait(driver, 30).until(lambda d: d.find_elements("css selector", "#ROC .marks"))
        assert driver.execute_script("return document.images[0].naturalWidth") == 1
        assert requests(driver) == [path.resolve().as_uri()]
        assert console(driver) == []


def test_a_revision_that_is_not_there_is_named(monkeypatch):
    """Nothing that `dvc repro` could mend."""
    monkeypatch.setattr(sys, "argv", ["one-click plots", "--revisions", "HEAD", "nonesuch"])
    with pytest.raises(InputError, match=r"^nonesuch: no such branch, tag, commit or experiment$"):
        plots.main()


def test_without_its_extra_the_page_is_refused_in_one_line(monkeypatch):
    """The study's environment has no Vega."""
    monkeypatch.setitem(sys.modules, "vl_convert", None)
    monkeypatch.setattr(sys, "argv", ["one-click plots"])
    with pytest.raises(InputError, match=r"^vl-convert-python is not installed: `make all`"):
        plots.main()
