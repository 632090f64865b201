"""A headless Chromium for tests of pages; they skip, with a reason, where there is none."""

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
OPTIONS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--disable-dev-shm-usage",
)  # fmt: skip


@contextmanager
def chromium(width: int = 1280, height: int = 900) -> Iterator:
    """A driver of a new browser, which notes its console and its requests."""
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    driver = shutil.which("chromedriver")
    if not browser or not driver:
        pytest.skip("no Chromium with its chromedriver on the PATH")
    from selenium import webdriver

    options = webdriver.ChromeOptions()
    options.binary_location = browser
    for option in (*OPTIONS, f"--window-size={width},{height}"):
        options.add_argument(option)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    service = webdriver.ChromeService(executable_path=driver)
    opened = webdriver.Chrome(options=options, service=service)
    try:
        yield opened
    finally:
        opened.quit()


def opened(driver, page: Path) -> None:
    """Open a page of this machine, with nothing noted before it."""
    for log in ("browser", "performance"):
        driver.get_log(log)
    driver.get(page.resolve().as_uri())


def console(driver) -> list[str]:
    """What the console says, complaints about the page's own policy included."""
    return [entry["message"] for entry in driver.get_log("browser")]


def requests(driver) -> list[str]:
    """Addresses that were asked for, without the data that the page carries itself."""
    noted = (json.loads(entry["message"])["message"] for entry in driver.get_log("performance"))
    asked = (
        note["params"]["request"]["url"]
        for note in noted
        if note["method"] == "Network.requestWillBeSent"
    )
    return [address for address in asked if not address.startswith("data:")]
