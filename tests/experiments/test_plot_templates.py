"""The plots of dvc.yaml: each drawn by a template of .dvc/plots, without a complaint."""

import json
from pathlib import Path

import pytest
import vl_convert
from dvc_render.vega import VegaRenderer
from helpers.browser import chromium, console, opened
from helpers.imports import SOURCE
from helpers.pipeline import PIPELINE
from selenium.webdriver.support.ui import WebDriverWait

from one_click.experiments.plots_page import VEGA_LITE, self_contained

FOLDER = SOURCE.parent / ".dvc/plots"
PLOTS = {k: v for plot in PIPELINE["plots"] if isinstance(plot, dict) for k, v in plot.items()}
TEMPLATES = sorted(path.stem for path in FOLDER.glob("*.json"))
ROWS = [
    {"x": 0.1 * n, "x_low": 0.1 * n - 0.05, "x_high": 0.1 * n + 0.05, "y": 0.2 * n,
     "cut": ("risk", "profit")[n % 2]}
    for n in range(5)
]  # fmt: skip
CELLS = [{"x": predicted, "y": actual} for predicted, actual, count in
         (("declined", "declined", 7), ("stayed", "declined", 3), ("stayed", "stayed", 41))
         for _ in range(count)]  # fmt: skip


def spec(template: str, revisions: tuple[str, ...]) -> dict:
    rows = CELLS if template == "counts" else ROWS
    return VegaRenderer(
        [{**row, "rev": name} for name in revisions for row in rows], template,
        template=template, template_dir=str(FOLDER), x="x", y="y", title="a title",
    ).get_filled_template()  # fmt: skip


def test_every_plot_has_a_title_and_a_template_and_every_template_a_plot():
    assert all(plot["title"] for plot in PLOTS.values())
    assert {plot["template"] for plot in PLOTS.values()} == set(TEMPLATES)
    stages = PIPELINE["stages"].values()
    assert not [stage for stage in stages if "plots" in stage.get("do", stage)], "one place"


@pytest.mark.parametrize("revisions", [("workspace",), ("main", "site")], ids=len)
def test_a_browser_draws_them_without_a_warning_and_with_the_counts(tmp_path: Path, revisions):
    """As `one-click plots` does."""
    drawn = "".join(
        f"<div id='{name}'><script>vegaEmbed('#{name}', {json.dumps(spec(name, revisions))})"
        "</script></div>"
        for name in TEMPLATES
    )
    bundle = vl_convert.javascript_bundle(vl_version=VEGA_LITE)
    text = f"<html><head></head><body>{drawn}</body></html>"
    path = tmp_path / "plots.html"
    path.write_text(self_contained(text, tmp_path, bundle), encoding="utf-8")
    with chromium() as driver:
        opened(driver, path)
        WebDriverWait(driver, 30).until(
            lambda d: all(d.find_elements("css selector", f"#{name} svg") for name in TEMPLATES)
        )
        assert console(driver) == []
        cells = driver.find_elements("css selector", "#counts svg .mark-text text")
        told = [cell.text for cell in cells]
        assert all(told.count(count) == len(revisions) for count in ("7", "3", "41"))
