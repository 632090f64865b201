"""Promises of the report in a real browser: it moves, sorts, finds, and asks for nothing."""

import pytest
from helpers.browser import chromium, console, opened, requests
from helpers.report_inputs import offers_of, page_of

from one_click import artefacts
from one_click.report.page import HERE
from one_click.running import writing

LANGUAGES = ("ru", "en")
PHONE = 390


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """The page in each language: forty customers have an offer, the later the lower their risk."""
    paths = {
        language: tmp_path_factory.mktemp(language) / artefacts.REPORT.name
        for language in LANGUAGES
    }
    for language, path in paths.items():
        writing.write_text(path, page_of(language, offers_of(40)))
    return paths


@pytest.fixture(scope="module")
def driver():
    with chromium() as opened_driver:
        yield opened_driver


@pytest.fixture(params=LANGUAGES)
def page(request, pages, driver):
    """The page in a language, just opened."""
    opened(driver, pages[request.param])
    return driver


def texts(driver, selector: str) -> list[str]:
    return [found.text for found in driver.find_elements("css selector", selector)]


def text(driver, selector: str) -> str:
    (found,) = texts(driver, selector)
    return found


def ids(driver) -> list[str]:
    return texts(driver, "#offers-rows th, table[aria-labelledby=offers-table] tbody th")


def moved(driver, step: int) -> None:
    driver.execute_script(
        "const s = document.getElementById('budget'); s.value = arguments[0];"
        "s.dispatchEvent(new Event('input', { bubbles: true }));",
        step,
    )


def test_nothing_is_asked_of_the_network_and_the_console_is_silent(page):
    moved(page, 1)
    assert [address.partition(":")[0] for address in requests(page)] == ["file"]
    assert console(page) == []
    assert page.execute_script("return document.images.length") > 5
    broken = "return [...document.images].filter((i) => !i.complete).length"
    assert page.execute_script(broken) == 0


def test_the_slider_moves_the_figures_and_the_table(page):
    assert text(page, "#budget-offers") == "40"
    moved(page, 2)
    assert text(page, "#budget-offers") == "4"
    assert text(page, "#budget-value").replace(",", ".") == "2.0"
    assert text(page, "#budget-cost").replace(",", ".") == "2.0"
    assert text(page, "#budget-gain").replace(",", ".") == "1.0"
    assert "".join(text(page, "#budget-break-even").split()) == "67%"
    assert ids(page) == [f"id{rank:04d}" for rank in range(4)]
    moved(page, 0)
    assert ids(page) == []
    assert text(page, "#budget-offers") == "0"


def test_the_button_brings_the_campaigns_budget_back(page):
    button = page.find_element("id", "budget-back")
    assert not button.is_displayed()
    moved(page, 1)
    assert button.is_displayed()
    button.click()
    assert text(page, "#budget-offers") == "40"
    assert not button.is_displayed()


def test_the_table_sorts_by_a_column_and_back(page):
    heading = page.find_element("css selector", "th[data-key=risk]")
    button = heading.find_element("tag name", "button")
    page.execute_script("arguments[0].scrollIntoView({ block: 'center' })", button)
    button.click()
    assert heading.get_attribute("aria-sort") == "descending"
    assert ids(page)[0] == "id0000"
    button.click()
    assert heading.get_attribute("aria-sort") == "ascending"
    assert ids(page)[0] == "id0039"
    assert len(page.find_elements("css selector", "th[aria-sort]")) == 1


def test_the_table_finds_what_is_typed(page):
    page.find_element("id", "search").send_keys("ID0012")
    assert ids(page) == ["id0012"]
    assert "40" in text(page, "#found")
    page.find_element("id", "search").send_keys("x")
    assert ids(page) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_phone_scrolls_down_alone(pages, language):
    with chromium(width=PHONE, height=800) as phone:
        size = {"width": PHONE, "height": 800, "deviceScaleFactor": 2, "mobile": True}
        phone.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        opened(phone, pages[language])
        assert phone.execute_script("return document.documentElement.scrollWidth") <= PHONE


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_its_script_the_page_still_shows_the_plan(pages, driver, language, tmp_path):
    """And what the script writes over it is the same, sign by sign."""
    opened(driver, pages[language])
    by_script = texts(driver, "table[aria-labelledby=offers-table] tbody td")
    script = (HERE / "report.js").read_text(encoding="utf-8")
    still = tmp_path / "still.html"
    still.write_text(pages[language].read_text(encoding="utf-8").replace(script, ""), "utf-8")
    opened(driver, still)
    assert texts(driver, "table[aria-labelledby=offers-table] tbody td") == by_script
    assert len(by_script) == 40 * 8
    assert not driver.find_element("id", "plan-controls").is_displayed()
