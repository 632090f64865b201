"""Write the offers of a kept wave into a table of a database, once.

Enters: a wave as it was kept, a file of conf/target/, and consents as the database of customers has
them at this moment. Leaves: a row an offer in the table, all or none; a second delivery changes
nothing. Messages to those who do not allow them stay out.
"""

import argparse
import sys
from pathlib import Path

import pandas as pd

from one_click.columns import ID
from one_click.customers.rows import a_few
from one_click.databases.consents import consents_of, lacks_consent, offers_of, signature_of
from one_click.databases.faults import extra
from one_click.databases.files import read_source, read_target
from one_click.offers.kept_wave import read_kept_wave
from one_click.running.arguments import command_parser, given_path


def command_arguments() -> argparse.Namespace:
    """What the command is asked for."""
    parser = command_parser("deliver", __doc__, "--wave data/wave --target conf/target/shop.yaml")
    parser.add_argument(
        "--wave", type=given_path, required=True, help="folder of a wave that was kept"
    )
    parser.add_argument("--target", type=given_path, required=True, help="file of conf/target/")
    parser.add_argument(
        "--dry-run", action="store_true", help="show what would be written, write nothing"
    )
    return parser.parse_args()


def counts_of(offers: pd.DataFrame) -> str:
    """How many offers, by channel."""
    by_channel = offers["channel"].value_counts().sort_index()
    channels = ", ".join(f"{channel} {count}" for channel, count in by_channel.items())
    return f"{len(offers)} offers" + (f" ({channels})" if channels else "")


def tell(offers: pd.DataFrame, refused: pd.Series, delivered: pd.Index, where: str) -> None:
    """Say what is written, or that it was before, and who refuses messages."""
    withdrawn = refused & offers[ID].isin(delivered)
    if withdrawn.any():
        print(
            f"warning: {where}: {withdrawn.sum()} customers have withdrawn their consent since: "
            f"take their messages out before they are sent ({a_few(offers.loc[withdrawn, ID])})",
            file=sys.stderr,
        )
    if len(delivered):
        print(f"{where}: {len(delivered)} offers stand there already, nothing is written")
        return
    if refused.any():
        print(f"{refused.sum()} messages to customers who do not allow any now: left out")
    print(f"{where}: {counts_of(offers[~refused])}")


def main() -> None:
    arguments = command_arguments()
    place, target = str(arguments.target), read_target(arguments.target)
    source, kept = read_source(Path(target.source)), read_kept_wave(arguments.wave)
    with extra():
        from one_click.databases import delivery
    offers, table = offers_of(kept), delivery.offers_table(target)
    with delivery.target_connection(target.database, place) as connection:
        refused = lacks_consent(offers, consents_of(source, target.source, offers[ID]))
        if not arguments.dry_run:
            delivery.lock_table(connection, table)
        delivered = delivery.delivered_ids(
            connection, table, kept.campaign.wave, signature_of(kept)
        )
        if arguments.dry_run:
            print(delivery.statement(connection, table))
        elif not len(delivered):
            delivery.write_offers(connection, table, offers[~refused])
    where = f"{table.fullname}, wave {kept.campaign.wave}"
    tell(offers, refused, delivered, f"{where} (dry run)" if arguments.dry_run else where)
