"""The page of drift in a real browser, on a desk and on a phone: nothing cut, nothing asked for."""

import pytest
from helpers.browser import chromium, console, opened, requests
from helpers.drift import RULES, compared, halves

from one_click.new_month.drift_page import FLAGS, Counts, drift_page
from one_click.running import writing

CUT = """
return [...document.querySelectorAll('details[open] svg')].flatMap(svg => {
  const frame = svg.getBoundingClientRect();
  return [...svg.querySelectorAll('text')].filter(text => {
    const box = text.getBoundingClientRect();
    return box.left < frame.left - 1 || box.right > frame.right + 1
      || box.bottom > frame.bottom + 1;
  }).map(text => text.textContent);
});
"""
OVERLAPPING = """
return [...document.querySelectorAll('details[open] svg')].flatMap(svg => {
  const texts = [...svg.querySelectorAll('text')];
  const boxes = texts.map(text => [text.textContent, text.getBoundingClientRect()]);
  return boxes.flatMap(([one, a], i) => boxes.slice(i + 1).filter(([, b]) =>
    a.left < b.right && b.left < a.right && a.top + 3 < b.bottom && b.top + 3 < a.bottom
  ).map(([other]) => one + ' / ' + other));
});
"""


@pytest.mark.parametrize("width", [1280, 390], ids=["desk", "phone"])
@pytest.mark.parametrize("language", ["ru", "en"])
def test_every_picture_is_read_whole(customers, tmp_path, width, language):
    known, new = halves(customers)
    month = new.assign(
        revenue_this_month=new["revenue_this_month"].where(new.index % 9 > 0) * 1000,
        favourite_category=new["favourite_category"].where(new.index % 3 > 0),
    )
    counts = Counts(300, 0, 2, "revenue_every_month", dict.fromkeys(FLAGS, 3))
    figures = compared(known, month, {"favourite_category": 50}, RULES)
    path = tmp_path / "drift.html"
    writing.write_text(path, drift_page(figures, counts, RULES, language))
    with chromium(width) as driver:
        driver.execute_cdp_cmd(
            "Emulation.setDeviceMetricsOverride",
            {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 500},
        )
        opened(driver, path)
        assert driver.execute_script("return document.documentElement.scrollWidth") <= width
        driver.execute_script("document.querySelectorAll('details').forEach(d => d.open = true)")
        assert len(driver.find_elements("css selector", "details[open] svg")) == 17
        assert driver.execute_script(CUT) == []
        assert driver.execute_script(OVERLAPPING) == []
        assert console(driver) == []
        assert requests(driver) == [path.as_uri()]
