"""Simulate the outcome of a wave of the generated store by effects that are known.

Enters: a wave as it was kept, and the true probability of a decline of each customer. Leaves in the
output folder `outcome.csv` and `sent.csv`, as a store and a CRM would give them to `measure`, and a
`.gitignore`.
"""

import argparse
from pathlib import Path

import numpy as np
import pandas as pd

from one_click import artefacts
from one_click.columns import BY_NAME, ID, RAW_ID, TARGET
from one_click.offers.kept_wave import KeptWave, read_kept_wave
from one_click.outcomes.reading import FAILED, SENT
from one_click.outcomes.simulation import drawn_outcome
from one_click.running import writing
from one_click.running.arguments import IGNORED, check_output, command_parser, given_path
from one_click.running.errors import InputError

PROBABILITY = "probability"


def share(text: str) -> float:
    """A share from 0 to 1."""
    if not 0 <= float(text) <= 1:
        raise ValueError
    return float(text)


def seed(text: str) -> int:
    """A seed: 0 or more."""
    if int(text) < 0:
        raise ValueError
    return int(text)


def removed_share(text: str) -> tuple[str, float]:
    """An offer and the share of the risk that it removes: OFFER=SHARE."""
    name, _, value = text.rpartition("=")
    return name, share(value)


def command_arguments() -> argparse.Namespace:
    """What the command is asked for."""
    example = "--wave data/wave --truth data/sample_truth.parquet --output simulated"
    parser = command_parser("simulate", __doc__, example)
    parser.add_argument(
        "--wave", type=given_path, required=True, help="folder of a wave that was kept"
    )
    parser.add_argument(
        "--truth", type=given_path, required=True,
        help="true probability by customer, of the generated store",
    )  # fmt: skip
    parser.add_argument(
        "--removed", type=removed_share, action="append", default=[], metavar="OFFER=SHARE",
        help="true effect of an offer; what the campaign expects if left out",
    )  # fmt: skip
    parser.add_argument("--seed", type=seed, default=1, help="of all draws; 1")
    parser.add_argument(
        "--not-sent", type=share, default=0.0, metavar="SHARE", help="of the offers, fail; 0"
    )
    parser.add_argument("--output", type=given_path, required=True, help="folder to write to")
    return parser.parse_args()


def read_truth(path: Path, ids: pd.Series) -> pd.Series:
    """The true probability by id, of everybody in the wave.

    Raises
    ------
    InputError
        Where it is no such table, or has not all of the wave's customers.
    """
    advice = f"give {artefacts.SAMPLE_TRUTH} of the store that the wave was planned for"
    try:
        table = pd.read_parquet(path, columns=[ID, PROBABILITY])
    except (OSError, ValueError, KeyError) as error:
        problem = " ".join(str(error).split())[:100]
        raise InputError(
            f"{path}: no table of {ID} and {PROBABILITY} ({problem}): {advice}"
        ) from None
    truth = table.set_index(ID)[PROBABILITY]
    if absent := int((~ids.isin(truth.index)).sum()):
        raise InputError(f"{path}: column {ID}: {absent} customers of the wave lack: {advice}")
    return truth


def true_effects(wave: KeptWave, given: list[tuple[str, float]], folder: Path) -> dict[str, float]:
    """The share of the risk that each offer removes: what the campaign expects, or what is given.

    Raises
    ------
    InputError
        Where an offer is not of the campaign.
    """
    removed = {name: offer.effect.expected for name, offer in wave.campaign.offers.items()}
    if unknown := sorted({name for name, _ in given} - set(removed)):
        raise InputError(
            f"--removed: {', '.join(unknown)}: no offer of {folder}; choose of {', '.join(removed)}"
        )
    return removed | dict(given)


def main() -> None:
    arguments = command_arguments()
    check_output(arguments.output, arguments.wave, "the folder of the wave")
    wave = read_kept_wave(arguments.wave)
    plan, removed = wave.plan, true_effects(wave, arguments.removed, arguments.wave)
    truth = read_truth(arguments.truth, plan[ID])
    offered = (plan["group"] == "treatment").to_numpy()
    draws = np.random.default_rng([arguments.seed, len(plan)]).random(len(plan))
    failed = offered & (draws < arguments.not_sent)
    reached = plan.assign(group=plan["group"].where(~failed, "none"))  # what fails does nothing
    outcome = drawn_outcome(reached, truth, removed, arguments.seed)
    target = BY_NAME[TARGET]
    rows = pd.DataFrame({
        RAW_ID: outcome[ID],
        target.raw: [target.values[declined].raw for declined in outcome[TARGET]],
    })  # fmt: skip
    log = pd.DataFrame({
        RAW_ID: plan.loc[offered, ID],
        "offer": plan.loc[offered, "offer"],
        "status": np.where(failed, FAILED, SENT)[offered],
        "date": wave.campaign.wave_date,
    })  # fmt: skip
    with writing.replacing_together(arguments.output) as folder:
        writing.write_csv(folder / "outcome.csv", rows.sort_values(RAW_ID))
        writing.write_csv(folder / "sent.csv", log.sort_values(RAW_ID))
        writing.write_text(folder / IGNORED, "*\n")
    effects = ", ".join(f"{name} {value:g}" for name, value in removed.items())
    print(
        f"{int(outcome[TARGET].sum())} of {len(plan)} customers decline, {int(failed.sum())} of "
        f"{int(offered.sum())} offers failed; true effects: {effects}; all in {arguments.output}"
    )
