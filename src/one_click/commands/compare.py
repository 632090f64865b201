"""Compare two branches, customer by customer.

Enters: two commits (branches, tags, experiments), from git and DVC's cache, no checkout. Leaves:
markdown, fit for a pull request, on the terminal or in `--output`. Differences are of the second
branch from the first; each has an interval, as one figure beside another says nothing of noise.
"""

from one_click.experiments.comparison import compared
from one_click.experiments.repository import check_place
from one_click.experiments.revisions import revision
from one_click.running import writing
from one_click.running.arguments import command_parser, given_path


def main() -> None:
    parser = command_parser("compare", __doc__, "main robust")
    parser.add_argument("one", help="branch, tag, commit or experiment: what there was")
    parser.add_argument("other", nargs="?", default="HEAD", help="what is new; HEAD by default")
    parser.add_argument("--output", type=given_path, help="write the markdown here")
    arguments = parser.parse_args()
    check_place()
    text = compared(revision(arguments.one), revision(arguments.other))
    if arguments.output:
        writing.write_text(arguments.output, text)
    else:
        print(text)
