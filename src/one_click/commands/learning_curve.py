"""Show what fewer rows cost: ROC-AUC, log-loss, seconds by rows learned from.

Enters: what the last `dvc repro` left: training rows and the chosen pipeline. Leaves in the output
folder, all together or none, `learning_curve.csv` (a row a size), `folds.csv` (a row a size and
fold of `choose`) and `learning_curve.png`. Test rows are not met: `learn.rows` is a choice.
"""

from dataclasses import dataclass

import pandas as pd

from one_click import artefacts
from one_click.customers.parts import training_rows
from one_click.experiments.recorded import check_recorded
from one_click.pictures.learning_curve import draw_learning_curve
from one_click.pictures.style import png
from one_click.risk.learning_curve import LEAST, curve_by_fold, learning_curve, sample_sizes
from one_click.risk.model.model_files import model_of
from one_click.running import saved, writing
from one_click.running.arguments import check_output, command_parser, given_path
from one_click.running.errors import InputError
from one_click.running.lock import at, load
from one_click.settings.risk import Choice, Folds
from one_click.words.speaker import speaker

READ = (artefacts.CUSTOMERS, artefacts.CHOSEN, artefacts.CHOICE)


@dataclass
class Settings:
    """Folds of the comparison, how risks are calibrated, the words of the picture."""

    folds: Folds
    choice: Choice
    language: str = at("report.language")


def sizes_of(asked: list[int] | None, most: int) -> list[int]:
    """Rows of each sample: halves, or those that are asked for, and all there are in a fold.

    Raises
    ------
    InputError
        Where a size is too small, or more than a fold has.
    """
    if asked is None:
        return sample_sizes(most)
    for size in asked:
        if not LEAST <= size <= most:
            raise InputError(f"--rows {size}: {LEAST} to {most}, the training rows of a fold")
    return sorted({*asked, most})


def told(curve: pd.DataFrame) -> str:
    """What the largest sample of half the rows or fewer costs, in a line."""
    rows = curve["rows"]
    fewer = curve[rows <= rows.max() / 2 + 1]
    if fewer.empty:
        return "no sample of half the rows: name one with --rows"
    half, whole = fewer.iloc[-1], curve.iloc[-1]
    parts = [
        f"{words} worse by {half[f'{key}_worse']:.4f} "
        f"({half[f'{key}_worse_low']:.4f} to {half[f'{key}_worse_high']:.4f})"
        for key, words in (("roc_auc", "ROC-AUC"), ("log_loss", "log-loss"))
    ]
    return (
        f"{half['rows']:.0f} rows in place of {whole['rows']:.0f}: {', '.join(parts)}; a fit takes "
        f"{half['fit_seconds']:.2f} s of one core in place of {whole['fit_seconds']:.2f}"
    )


def main() -> None:
    parser = command_parser("learning-curve", __doc__, "--output curve")
    parser.add_argument("--output", type=given_path, required=True, help="folder to write to")
    parser.add_argument(
        "--rows", type=int, nargs="+", help="sizes of the samples; else halves of the rows"
    )
    arguments, settings = parser.parse_args(), load(Settings)
    check_output(arguments.output, artefacts.CUSTOMERS.parent, "the folder of the customers")
    check_recorded(READ)
    rows = training_rows(saved.table(artefacts.CUSTOMERS))
    pipeline = model_of(artefacts.CHOSEN, saved.content(artefacts.CHOSEN))
    calibration = saved.figures(artefacts.CHOICE)["calibration"]
    in_fold = len(rows[1]) - -(-len(rows[1]) // settings.folds.splits)  # the smallest fold's
    sizes = sizes_of(arguments.rows, in_fold)
    by_fold = curve_by_fold(pipeline, rows, settings.folds, calibration, sizes)
    curve = learning_curve(by_fold, settings.folds, settings.choice)
    words = speaker("pictures", settings.language)
    picture = png(draw_learning_curve(curve, settings.choice.confidence, words))
    with writing.replacing_together(arguments.output) as folder:
        writing.write_csv(folder / "learning_curve.csv", curve)
        writing.write_csv(folder / "folds.csv", by_fold)
        writing.write_bytes(folder / "learning_curve.png", picture)
    shown = ["rows", "roc_auc", "roc_auc_low", "roc_auc_high", "log_loss", "fit_seconds"]
    print(curve[shown].to_string(index=False, float_format="%.4f"))
    print(told(curve))
