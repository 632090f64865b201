"""Measure what waves of offers brought, and propose the campaign of the next one.

Enters: waves as they were kept, the outcome of each three months later, and the CRM's log where
there is one. Leaves in the output folder, all together or none: `measure.json`, `measure.html` and
`effects.xlsx` of it, the campaign's file that the waves teach in `campaign/`, unless a failed check
spoils the effects; and a `.gitignore`.
"""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from one_click.offers.kept_wave import KeptWave, read_kept_wave
from one_click.outcomes.campaign_file import campaign_text, proposal_name
from one_click.outcomes.measured import Measured
from one_click.outcomes.reading import read_log, read_outcome
from one_click.outcomes.summary import measured_figures
from one_click.outcomes.verdict import verdict_lines
from one_click.report.measured import measured_page, measured_workbook
from one_click.running import writing
from one_click.running.arguments import IGNORED, check_output, command_parser, given_path
from one_click.running.errors import InputError
from one_click.running.lock import at, load

DIGITS = 6
LEAST_CONFIDENCE, MOST_CONFIDENCE = 0.5, 0.999


@dataclass
class Settings:
    """In which words the page is written."""

    language: str = at("report.language")


class OfWave(argparse.Action):
    """An option that belongs to the `--wave` before it; each wave has one of a kind."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: Any,
        option_string: str | None = None,
    ) -> None:
        """Put the value beside those of its wave."""
        waves = list(namespace.waves or [])
        if self.dest == "wave":
            waves.append({})
        if not waves:
            parser.error(f"{option_string}: name its wave first: --wave FOLDER {option_string} ...")
        if self.dest in waves[-1]:
            parser.error(f"{option_string}: given twice for wave {waves[-1]['wave']}")
        waves[-1] = waves[-1] | {self.dest: values}
        namespace.waves = waves


def confidence(text: str) -> float:
    """A confidence that an interval can have."""
    if not LEAST_CONFIDENCE <= float(text) <= MOST_CONFIDENCE:
        raise ValueError
    return float(text)


def day(text: str) -> date:
    """A day as ISO 8601 writes it."""
    return date.fromisoformat(text)


def command_arguments(words: Sequence[str] | None = None) -> argparse.Namespace:
    """What the command is asked for: `waves` has a mapping a wave."""
    example = "--wave data/wave --outcome simulated/outcome.csv --output measured"
    parser = command_parser("measure", __doc__, example)
    parser.set_defaults(waves=[])
    parser.add_argument(
        "--wave", type=given_path, action=OfWave, required=True, default=argparse.SUPPRESS,
        help="folder of a wave that was kept; again for each further wave",
    )  # fmt: skip
    for name, kind, text in (
        ("outcome", given_path, "of this wave: a CSV (id, target; profit), or the four raw tables"),
        ("sent", given_path, "of this wave: the CRM's log, a CSV (id, status; offer, date)"),
        ("outcome-date", day, "of this wave: day of its outcome, as 2027-03-01"),
    ):
        parser.add_argument(
            f"--{name}", type=kind, action=OfWave, default=argparse.SUPPRESS, help=text
        )
    parser.add_argument("--output", type=given_path, required=True, help="folder to write to")
    parser.add_argument(
        "--campaign-name", help="of the proposal; learned_ and the last wave's name"
    )
    parser.add_argument(
        "--confidence", type=confidence, default=0.95, help="of all intervals, 0.5 to 0.999; 0.95"
    )
    arguments = parser.parse_args(words)
    for wave in arguments.waves:
        if "outcome" not in wave:
            parser.error(f"--wave {wave['wave']}: no --outcome after it")
    return arguments


def measured(given: dict[str, Any]) -> Measured:
    """Read a wave and what became of it; warnings go to the error stream."""
    kept = read_kept_wave(given["wave"])
    _check_time(given, kept)
    outcome = read_outcome(given["outcome"], kept)
    log = None
    if "sent" in given:
        log, warnings = read_log(given["sent"], kept)
        for line in warnings:
            print(line, file=sys.stderr)
    return Measured(kept.campaign, kept.plan, outcome, log, kept.promised)


def _check_time(given: dict[str, Any], kept: KeptWave) -> None:
    of_outcome = given.get("outcome_date")
    if of_outcome and of_outcome.isoformat() <= kept.campaign.wave_date:
        raise InputError(
            f"--outcome-date: {of_outcome} is no day after the wave, {kept.campaign.wave_date}: "
            f"give the outcome of the months after it, not {given['outcome']}"
        )


def check_free(path: Path, text: str) -> None:
    """Check that no proposal is overwritten: a person may have edited it.

    Raises
    ------
    InputError
        Where another file stands there.
    """
    if path.exists() and path.read_bytes() != text.encode():
        raise InputError(f"{path}: there already; take it away or give another --campaign-name")


def main() -> None:
    arguments, settings = command_arguments(), load(Settings)
    for given in arguments.waves:
        check_output(arguments.output, given["wave"], "the folder of a wave")
        check_output(arguments.output, given["outcome"], "the folder of an outcome")
    waves = [measured(given) for given in arguments.waves]
    waves.sort(key=lambda wave: (wave.campaign.wave_date, wave.campaign.wave))
    campaign = waves[-1].campaign
    name = proposal_name(arguments.campaign_name, campaign.wave)
    exact = measured_figures(waves, arguments.confidence)
    exact["campaign"] = {key: getattr(campaign, key) for key in ("ru", "en", "unit")} | {
        "offers": {name: {"ru": o.ru, "en": o.en} for name, o in campaign.offers.items()}
    }
    files = {Path(IGNORED): b"*\n"}
    proposal = Path("campaign") / f"{name}.yaml"
    if exact["learned"]:
        text = campaign_text(campaign, exact["learned"], exact["judged"], name)
        check_free(arguments.output / proposal, text)
        files[proposal] = text.encode()
    figures = writing.significant(exact, DIGITS)
    files[Path("measure.html")] = measured_page(figures, settings.language).encode()
    files[Path("effects.xlsx")] = measured_workbook(figures, settings.language)
    with writing.replacing_together(arguments.output) as folder:
        writing.write_json(folder / "measure.json", figures, digits=None)
        for path, content in files.items():
            writing.write_bytes(folder / path, content)
    for line in verdict_lines(figures):
        print(line)
    print(f"all in {arguments.output}" + (f"; next: {proposal}" if proposal in files else ""))
