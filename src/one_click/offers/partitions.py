"""Customers by partitions: prices go out, what the plan at them brings and takes comes back.

A partition is a run of whole blocks of customers in the order of their ids. A block's boundaries do
not hang on how many partitions there are, its sums are made within it, and sums of blocks are exact
(`math.fsum`): so one plan comes of one partition and of a hundred, wherever each is held.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

BLOCK = 16_384  # customers whose numbers stay in a processor's cache


@dataclass(frozen=True)
class Prices:
    """What an offer costs beside its cost, shape (offers,), and by how much that rises a customer.

    Customers for whom two offers are worth the same are told apart by the rise: the first ids take
    what rises most.
    """

    price: np.ndarray
    rise: np.ndarray


@dataclass(frozen=True)
class Facts:
    """Of a partition: customers, whom an offer fits; gains, by blocks; each offer's best gain."""

    size: int
    eligible: int
    gains: list[float]
    finite: int
    best: np.ndarray


@dataclass(frozen=True)
class Doubtful:
    """Customers in the order of their lead, then of their place: who would change offers first.

    customer, offer, lead
        The place, the offer at the prices or -1, and its lead over the next best; shape (rows,).
    gain
        Shape (offers, rows), -inf where an offer is not to be made.
    """

    customer: np.ndarray
    offer: np.ndarray
    lead: np.ndarray
    gain: np.ndarray

    def first(self, rows: int) -> "Doubtful":
        """The rows of the least leads; of a tie the first customers."""
        order = np.lexsort((self.customer, self.lead))[:rows]
        return Doubtful(
            self.customer[order], self.offer[order], self.lead[order], self.gain[:, order]
        )


class Partition:
    """Some customers' net gains: 8 bytes an offer, and 8, of each whom any offer fits.

    Parameters
    ----------
    start
        The place of the first of these customers among all; a multiple of `BLOCK`.
    net_gain
        Shape (customers, offers), in the order of the ids; above 0 where an offer may be made.
    eligible
        Where it may, of the same shape; else where the net gain is no NaN.
    """

    def __init__(
        self, start: int, net_gain: np.ndarray, eligible: np.ndarray | None = None
    ) -> None:
        self.start, self.size, self.offers = start, len(net_gain), net_gain.shape[1]
        self.blocks: list[tuple[np.ndarray, np.ndarray]] = []
        for first in range(0, self.size, BLOCK):
            rows = slice(first, first + BLOCK)
            gain = net_gain[rows]
            fits = ~np.isnan(gain) if eligible is None else eligible[rows]
            places = np.flatnonzero(fits.any(axis=1))
            gain = np.where(fits[places], gain[places], -np.inf)
            self.blocks.append((places + (start + first), np.ascontiguousarray(gain.T)))

    def facts(self) -> Facts:
        """What the prices are looked for with."""
        best, gains, finite = np.zeros(self.offers), [], 0
        for _, gain in self.blocks:
            fits = np.isfinite(gain)
            gains.append(float(gain[fits].sum()))
            finite += int(fits.sum())
            best = np.maximum(best, gain.max(axis=1, initial=0))
        eligible = sum(len(places) for places, _ in self.blocks)
        return Facts(self.size, eligible, gains, finite, best)

    def relaxed(self, prices: Prices) -> tuple[list[float], np.ndarray]:
        """Each block's gain less prices, at the best offers, and how many get each; (offers,)."""
        values, counts = [], np.zeros(self.offers, dtype=np.int64)
        for places, gain in self.blocks:
            offer, best = chosen(gain, prices, places)
            values.append(float(best.sum()))
            counts += np.bincount(offer + 1, minlength=self.offers + 1)[1:]
        return values, counts

    def doubtful(self, prices: Prices, rows: int) -> Doubtful:
        """The customers of the least leads, `rows` of them or all."""
        parts = []
        for places, gain in self.blocks:
            offer, best = chosen(gain, prices, places)
            lead = best - second(gain, prices, places, offer)
            near = np.arange(len(lead))
            if len(lead) > rows:
                near = np.flatnonzero(lead <= np.partition(lead, rows - 1)[rows - 1])
            parts.append(Doubtful(places[near], offer[near], lead[near], gain[:, near]))
            if sum(len(part.lead) for part in parts) > 4 * max(rows, BLOCK):
                parts = [together(parts, rows)]
        return together(parts, rows)

    def offered(self, prices: Prices) -> tuple[np.ndarray, list[float]]:
        """Each customer's offer at the prices, or -1; what it brings, by blocks."""
        offers, gains = np.full(self.size, -1, dtype=np.int16), []
        for places, gain in self.blocks:
            offer, _ = chosen(gain, prices, places)
            offers[places - self.start] = offer
            made = np.flatnonzero(offer >= 0)
            gains.append(float(gain[offer[made], made].sum()))
        return offers, gains

    def alike(self, gain: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Places of customers with the gains of a column, and which; gain of (offers, columns)."""
        keys = _keys(gain)
        order = np.argsort(keys)
        places, columns = [], []
        for block, gains in self.blocks:
            key = _keys(gains)
            column = order[np.searchsorted(keys[order], key).clip(max=len(keys) - 1)]
            rows = np.flatnonzero(keys[column] == key)
            rows = rows[(gains[:, rows] == gain[:, column[rows]]).all(axis=0)]
            places.append(block[rows])
            columns.append(column[rows])
        return np.concatenate(places), np.concatenate(columns)


Each = Callable[..., list[Any]]


def in_turn(method: Callable[..., Any], partitions: Iterable[Any], *arguments: Any) -> list[Any]:
    """What a method of each partition returns, in their order: here, one after another.

    What runs partitions elsewhere is of the same form: handles of them instead, of Dask say, and
    `client.gather(client.map(method, handles, ...))`.
    """
    return [method(partition, *arguments) for partition in partitions]


def partitions_of(
    net_gain: np.ndarray, eligible: np.ndarray | None = None, number: int = 1
) -> list[Partition]:
    """Customers in `number` partitions, or in as many as there are blocks; in one at least."""
    blocks = max(1, -(-len(net_gain) // BLOCK))
    edges = np.unique(np.linspace(0, blocks, number + 1).astype(int)) * BLOCK
    return [
        Partition(
            int(start), net_gain[start:end], None if eligible is None else eligible[start:end]
        )
        for start, end in pairwise(edges)
    ]


def together(parts: Sequence[Doubtful], rows: int) -> Doubtful:
    """Those of the least leads in any of the parts."""
    fields = ("customer", "offer", "lead", "gain")
    joined = [np.concatenate([getattr(part, name) for part in parts], axis=-1) for name in fields]
    return Doubtful(*joined).first(rows)


def chosen(gain: np.ndarray, prices: Prices, places: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Each customer's offer of the largest gain less price, or -1, and that difference.

    The first of offers that tie, and no offer where the best difference is 0.
    """
    best, offer = np.zeros(gain.shape[1]), np.full(gain.shape[1], -1, dtype=np.int16)
    for number, net in enumerate(_nets(gain, prices, places)):
        offer = np.where(net > best, np.int16(number), offer)
        np.maximum(best, net, out=best)
    return offer, best


def second(gain: np.ndarray, prices: Prices, places: np.ndarray, offer: np.ndarray) -> np.ndarray:
    """The next best difference of each customer after that of `offer`, no offer (0) being one."""
    best = np.where(offer >= 0, 0.0, -np.inf)
    for number, net in enumerate(_nets(gain, prices, places)):
        net[offer == number] = -np.inf
        np.maximum(best, net, out=best)
    return best


def _nets(gain: np.ndarray, prices: Prices, places: np.ndarray) -> Iterator[np.ndarray]:
    position = places.astype(float)
    for row, price, rise in zip(gain, prices.price, prices.rise, strict=True):
        net = position * -rise
        net -= price
        net += row
        yield net


def _keys(gain: np.ndarray) -> np.ndarray:
    """A number of each column: the same for the same gains, and hardly for others."""
    weights = np.sqrt(np.arange(2, 2 + len(gain)))
    key = np.zeros(gain.shape[1])
    for weight, row in zip(weights, gain, strict=True):
        key += weight * np.maximum(row, -1.0)
    return key
