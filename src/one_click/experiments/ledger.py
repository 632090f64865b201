"""Outer folds that are done: kept in a file, so that an interrupted run goes on."""

from pathlib import Path

import pandas as pd

from one_click.columns import ID
from one_click.running import writing
from one_click.running.errors import InputError

RESULT = [ID, "repeat", "fold", "declined", "score", "risk", "risk_low", "risk_high"]


class Ledger:
    """Folds that are done, in the output file and a file of seconds beside it.

    Parameters
    ----------
    output
        The output file; `<output>.seconds.csv` beside it says what each fold took and chose.
    stamp
        Hash of all that the result depends on.
    """

    def __init__(self, output: Path, stamp: str):
        self.output, self.stamp = output, stamp
        self.seconds_path = output.with_name(output.name + ".seconds.csv")
        self.results = pd.DataFrame(columns=RESULT)
        self.seconds = pd.DataFrame(columns=["repeat", "fold", "seconds", "chosen", "stamp"])
        if output.exists() and self.seconds_path.exists():
            try:
                self.seconds = pd.read_csv(self.seconds_path, dtype={"stamp": str})
                self.results = pd.read_csv(output, dtype={ID: "str"})
            except ValueError as error:
                raise InputError(f"{output}: {error}: delete it or name another file") from None
            if set(self.seconds["stamp"]) - {stamp}:
                raise InputError(
                    f"{output}: made from other tables, folds, choices or code; "
                    "delete it or name another file"
                )
            keys = zip(self.results["repeat"], self.results["fold"], strict=True)
            folds = self.done()
            self.results = self.results[[key in folds for key in keys]]  # it was killed in between
        elif output.exists():
            raise InputError(f"{output}: not made by this command; name another file")
        else:
            self._write_seconds()

    def done(self) -> set[tuple[int, int]]:
        """Repeat and fold of what is done."""
        return set(zip(self.seconds["repeat"], self.seconds["fold"], strict=True))

    def add(self, rows: pd.DataFrame, repeat: int, fold: int, seconds: float, chosen: str) -> None:
        """Take a fold in and write both files; the seconds last, so that they promise rows."""
        self.results = pd.concat([self.results, rows]) if len(self.results) else rows
        order = ["repeat", "fold", ID]
        text = self.results.sort_values(order).to_csv(index=False, lineterminator="\n")
        writing.write_text(self.output, text)
        row = [repeat, fold, round(seconds, 2), chosen, self.stamp]
        self.seconds.loc[len(self.seconds)] = row
        self._write_seconds()

    def _write_seconds(self) -> None:
        try:
            writing.keep_from_git(self.output)
            text = self.seconds.to_csv(index=False, lineterminator="\n")
            writing.write_text(self.seconds_path, text)
        except OSError as error:
            raise InputError(f"{self.output}: {error.strerror}; name another file") from None
