"""How a command for people takes its arguments: a sentence, its options, an example to paste."""

import argparse


def command_parser(name: str, doc: str | None, example: str) -> argparse.ArgumentParser:
    """A parser whose `--help` says what the command does.

    Parameters
    ----------
    name
        After `one-click`.
    doc
        Of the command's module; its first line is the sentence.
    example
        Arguments that work as they stand.
    """
    return argparse.ArgumentParser(
        prog=f"one-click {name}",
        description=(doc or "").splitlines()[0],
        epilog=f"example: one-click {name} {example}".rstrip(),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
