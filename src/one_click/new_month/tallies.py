"""Tallies of new customers' values, which add up over chunks: what drift is told from.

Where the known customers have few enough values, a cell is a value or the gap between two, so that
the largest distance of the distribution functions is exact. Pictures are of a sample: the
customers of the smallest hashes of their ids, the same ones however they come in chunks.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from one_click.columns import CATEGORIES, FEATURES, ID, category_codes
from one_click.customers.codes import coded

SCORE = "score"
COMPARED = (*FEATURES, SCORE)
BINS = 10
MOST_EDGES = 2_000  # of a column's cells: a distance is short by one in so many at most
SAMPLE = 10_000  # customers of a picture: a share is off by half a point
HASH = "hash"


@dataclass(frozen=True)
class Grid:
    """Cells of a column, from its known values.

    values
        Codes of a category; of a number the edges, shape (k,): cell 2i + 1 holds the value i, an
        even cell what lies before it, the last one what lies above all.
    bins
        First cells of the deciles, see `shares`.
    """

    name: str
    values: np.ndarray
    bins: np.ndarray

    @classmethod
    def of(cls, known: pd.Series) -> "Grid":
        """The grid of a column's known values.

        A value that fills a decile and more is a bin of its own, so that a column of few values, or
        of many zeros, hides no shift within a bin. A category's bins are its values.
        """
        name = str(known.name)
        if name in CATEGORIES:
            codes = np.array(category_codes(name), dtype=object)
            return cls(name, codes, np.arange(len(codes)))
        numbers = np.sort(known.dropna().to_numpy(float))
        deciles = pd.Series(numbers).quantile(np.arange(1, BINS) / BINS).dropna().to_numpy()
        inner, repeats = np.unique(deciles, return_counts=True)
        values = np.unique(numbers)
        if len(values) > MOST_EDGES:
            values = numbers[np.linspace(0, len(numbers) - 1, MOST_EDGES).astype(int)]
        edges = np.union1d(values, inner)
        at = 2 * np.searchsorted(edges, inner) + 1
        return cls(name, edges, np.unique(np.concatenate([[0], at, at[repeats > 1] + 1])))

    def count(self, values: pd.Series) -> np.ndarray:
        """How many of the values each cell holds; missing ones are in none."""
        present = values.dropna()
        if self.name in CATEGORIES:
            counts = coded(present).value_counts().reindex(self.values, fill_value=0)
            return counts.to_numpy(dtype=np.int64)
        numbers = present.to_numpy(float)
        cell = sum(np.searchsorted(self.values, numbers, side) for side in ("left", "right"))
        return np.bincount(cell, minlength=2 * len(self.values) + 1)

    def shares(self, cells: np.ndarray) -> np.ndarray:
        """Shares of those who have a value, by bin."""
        return np.add.reduceat(cells, self.bins) / max(cells.sum(), 1)


@dataclass(frozen=True)
class Tally:
    """Of some customers: how many, by column the cells and who has no value; and some of them.

    `unknown` counts, by column, values that are in no list; they stand as missing, or as refusals.
    """

    rows: int
    cells: dict[str, np.ndarray]
    missing: dict[str, int]
    unknown: dict[str, int]
    sample: pd.DataFrame

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(
            self.rows + other.rows,
            {name: cells + other.cells[name] for name, cells in self.cells.items()},
            {name: count + other.missing[name] for name, count in self.missing.items()},
            {
                name: self.unknown.get(name, 0) + other.unknown.get(name, 0)
                for name in self.unknown | other.unknown
            },
            _sample(pd.concat([self.sample, other.sample], ignore_index=True)),
        )

    def absent(self, name: str) -> int:
        """How many values of a column are missing, or in no list."""
        return max(self.missing[name], self.unknown.get(name, 0))


@dataclass(frozen=True)
class Reference:
    """The known customers: what new ones are counted by and compared with."""

    customers: pd.DataFrame
    grids: dict[str, Grid]

    @classmethod
    def of(cls, customers: pd.DataFrame) -> "Reference":
        """The reference of customers with features and `score`, a row a customer."""
        return cls(customers, {name: Grid.of(customers[name]) for name in COMPARED})

    def tally(self, customers: pd.DataFrame, unknown: dict[str, int]) -> Tally:
        """The tally of some customers; that of all is the sum over chunks."""
        rows = customers[[ID, *COMPARED]]
        hashes = pd.util.hash_pandas_object(rows[ID], index=False).to_numpy()
        return Tally(
            len(rows),
            {name: grid.count(rows[name]) for name, grid in self.grids.items()},
            {name: int(rows[name].isna().sum()) for name in COMPARED},
            unknown,
            _sample(rows.assign(**{HASH: hashes})),
        )


def _sample(rows: pd.DataFrame) -> pd.DataFrame:
    if len(rows) <= SAMPLE:
        return rows
    return rows.sort_values([HASH, ID], ignore_index=True).head(SAMPLE)
