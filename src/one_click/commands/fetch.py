"""Take a snapshot of the four raw tables out of a database, as CSV.

Enters: a file of conf/source/, and the database that it names, as it is at one moment. Leaves in
the output folder, all together or none: the four tables, and `fetched.json` with their queries, row
counts and hashes. The same rows give the same bytes.
"""

import argparse
import hashlib
from pathlib import Path

from one_click import artefacts
from one_click.columns import BY_NAME, TABLES, TARGET
from one_click.databases.files import read_source
from one_click.databases.queries import TableQuery, table_queries
from one_click.databases.snapshots import Snapshot, snapshot_of
from one_click.running import writing
from one_click.running.arguments import IGNORED, check_output, command_parser, given_path
from one_click.running.progress import bar

FETCHED = "fetched.json"


def command_arguments() -> argparse.Namespace:
    """What the command is asked for."""
    parser = command_parser("fetch", __doc__, "conf/source/shop.yaml --output data/raw/2026-12-01")
    parser.add_argument("source", type=given_path, help="file of conf/source/")
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("--output", type=given_path, help="folder to write to, in data/raw/")
    where.add_argument(
        "--dry-run", action="store_true", help="show queries and row counts, write nothing"
    )
    return parser.parse_args()


def is_raw(folder: Path) -> bool:
    """Whether it lies in the folder of snapshots, which git sees no row of."""
    return artefacts.RAW.resolve() in folder.resolve().parents


def copied(snapshot: Snapshot, query: TableQuery, path: Path) -> dict:
    """Write a table; what `fetched.json` says of it."""
    digest, count = hashlib.sha256(), 0
    with path.open("wb") as file, bar(path.name, unit="row") as progress:
        for rows, lines in snapshot.lines(query):
            file.write(lines)
            digest.update(lines)
            progress.update(rows)
            count += rows
    return {"rows": count, "sha256": digest.hexdigest(), "query": query.ordered}


def fetched(snapshot: Snapshot, queries: list[TableQuery], output: Path) -> dict:
    """Write the four tables, all or none, and what each is; the same is returned."""
    with writing.replacing_together(output) as folder:
        tables = {}
        for query in queries:
            file = TABLES[query.name].file
            tables[file] = copied(snapshot, query, folder / file)
        writing.write_json(folder / FETCHED, tables)
        if not is_raw(output):
            writing.write_text(folder / IGNORED, "*\n")
    return tables


def main() -> None:
    arguments = command_arguments()
    place, source = str(arguments.source), read_source(arguments.source)
    queries = table_queries(source, place)
    if arguments.output and not is_raw(arguments.output):
        check_output(arguments.output, arguments.source, "the file of the source")
    with snapshot_of(source.database, place) as snapshot:
        if arguments.dry_run:
            for query in queries:
                file = TABLES[query.name].file
                print(f"{file}: {snapshot.count(query)} rows\n  {query.ordered}")
            return
        tables = fetched(snapshot, queries, arguments.output)
    print(", ".join(f"{file}: {table['rows']} rows" for file, table in tables.items()))
    target = BY_NAME[TARGET]
    if not any(target.raw in query.headers for query in queries):
        print(f"no column «{target.raw}»: tables to score, not to learn from")
    print(f"all in {arguments.output}")
