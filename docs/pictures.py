"""The pictures of README.md: `PYTHONPATH=tests python docs/pictures.py`, after a repro and a sweep.

Takes the first screen of `reports/report.html`, by a headless Chromium with its chromedriver, and
`reports/sweep.png`. Leaves `docs/pictures/report.png` and `docs/pictures/leaderboard.png`, in few
colours.
"""

import io
import sys
from pathlib import Path

from helpers.browser import chromium, opened
from PIL import Image

from one_click import artefacts
from one_click.running import writing

PICTURES = Path("docs/pictures")
COLOURS = 24
MOST_BYTES = 60_000
WIDTH, HEIGHT = 1280, 720  # of the page, the frame of the browser left out


def first_screen(width: int = WIDTH, height: int = HEIGHT) -> bytes:
    """What a reader sees of the report before scrolling."""
    with chromium(width, height) as driver:
        frame = driver.execute_script("return [outerWidth - innerWidth, outerHeight - innerHeight]")
        driver.set_window_size(width + frame[0], height + frame[1])
        opened(driver, artefacts.REPORT)
        return driver.get_screenshot_as_png()


def small(content: bytes) -> bytes:
    """A picture in few colours; refused where it is still large."""
    image = Image.open(io.BytesIO(content)).convert("RGB").quantize(COLOURS)
    written = io.BytesIO()
    image.save(written, "PNG", optimize=True)
    if len(written.getvalue()) > MOST_BYTES:
        sys.exit(f"error: {len(written.getvalue())} bytes, more than {MOST_BYTES}")
    return written.getvalue()


def main() -> None:
    """Draw both."""
    for source, mend in ((artefacts.REPORT, "dvc repro"), (artefacts.SWEEP_PLOT, "a sweep")):
        if not source.exists():
            sys.exit(f"error: {source}: not found; {mend} makes it")
    for name, content in {
        "report.png": first_screen(),
        "leaderboard.png": artefacts.SWEEP_PLOT.read_bytes(),
    }.items():
        writing.write_bytes(PICTURES / name, small(content))
        print(PICTURES / name)


if __name__ == "__main__":
    main()
