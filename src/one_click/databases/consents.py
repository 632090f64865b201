"""Who allows messages, as the database of customers says at this moment; and whose offers go."""

import csv
import unicodedata
from collections.abc import Iterable

import pandas as pd

from one_click.columns import CONSENT as GIVEN
from one_click.columns import ID, RAW_ID
from one_click.customers.checking import convert
from one_click.databases.queries import CONSENT, consent_query
from one_click.databases.snapshots import snapshot_of
from one_click.offers.kept_wave import CAMPAIGN, OFFERS, KeptWave
from one_click.running.errors import InputError
from one_click.running.lock import digest
from one_click.settings.databases import Source
from one_click.settings.offers import ON_SITE

NEEDED = ("rank", "segment", "risk", "cost")


def consents_of(source: Source, place: str, ids: pd.Series) -> pd.Series:
    """Whether each of these customers allows messages, by id; who is not there is left out.

    Raises
    ------
    InputError
        Where the database refuses, or ids or consents are not what the column table allows;
        `place` names the file.
    """
    query = consent_query(source, place)
    with snapshot_of(source.database, place) as snapshot:
        rows = _rows_of(snapshot.lines(query), frozenset(ids))
    if not rows:
        return pd.Series(dtype=bool)
    cells = pd.DataFrame(rows.values(), index=list(rows), columns=list(query.headers), dtype="str")
    frame, _, _, faults = convert(query.name, cells, columns=[CONSENT])
    if faults:
        raise InputError("\n".join(f"{place}: {query.name}: {fault}" for fault in faults))
    return frame.set_index(RAW_ID)[CONSENT.raw].eq(GIVEN.code)


def _rows_of(lines: Iterable[tuple[int, bytes]], ids: frozenset[str]) -> dict[int, list[str]]:
    """Cells of the rows of some ids, by their place; of the others nothing is kept."""
    texts = (line for _, rows in lines for line in rows.decode().split("\n"))
    rows = {}
    for place, row in enumerate(filter(None, csv.reader(texts)), 1):
        cells = [" ".join(cell.split()) for cell in row]
        if unicodedata.normalize("NFC", cells[0]).removesuffix(".0") in ids:
            rows[place] = cells
    return rows


def signature_of(kept: KeptWave) -> str:
    """The same for the same plan by the same campaign."""
    return digest([kept.manifest["files"][name] for name in (OFFERS, CAMPAIGN)])


def offers_of(kept: KeptWave) -> pd.DataFrame:
    """The offers of a wave as rows of the table: those who get one, best first.

    `plan` is `signature_of` the wave.

    Raises
    ------
    InputError
        Where the plan makes an offer that its campaign does not have.
    """
    campaign = kept.campaign
    if missing := [name for name in NEEDED if name not in kept.plan]:
        raise InputError(
            f"wave {campaign.wave}: its plan has no {', '.join(missing)}: plan it anew"
        )
    plan = kept.plan[kept.plan["group"] == "treatment"].sort_values("rank")
    channels = {name: offer.channel for name, offer in campaign.offers.items()}
    if strange := sorted(set(plan["offer"].map(str)) - set(channels)):
        raise InputError(f"wave {campaign.wave}: no offer of its campaign: {', '.join(strange)}")
    dates = pd.to_datetime(pd.Series([campaign.wave_date, campaign.valid_until])).dt.date
    return plan[[ID, "offer", "segment", "rank", "risk", "cost"]].assign(
        wave=campaign.wave,
        wave_date=dates[0],
        valid_until=dates[1],
        channel=plan["offer"].map(channels),
        plan=signature_of(kept),
    )


def lacks_consent(offers: pd.DataFrame, consents: pd.Series) -> pd.Series:
    """Whether an offer is a message to somebody who does not allow any; a boolean a row.

    Who is not among the customers, or says nothing, does not allow.

    Parameters
    ----------
    consents
        As `consents_of` gives them.

    Raises
    ------
    InputError
        Where nobody of the wave is among them.
    """
    if len(offers) and not len(consents):
        raise InputError(
            f"none of the {len(offers)} customers of the wave's offers is in the source: is it the "
            "database of this store?"
        )
    agree = consents.index[consents]
    return (offers["channel"] != ON_SITE) & ~offers[ID].isin(agree)
