"""What a database or its driver says, as one line that says what to do."""

from collections.abc import Iterator
from contextlib import contextmanager

from one_click.running.errors import InputError

PASSWORD = (
    "see to host, database and user there, and to the password: PGPASSWORD, ~/.pgpass or a "
    "service file, the driver's own way of another database"
)
LOST = "the connection was lost: run this again"
QUERY = "correct the query there"
HELD = "another one holds it: run this again later, or raise lock_seconds there"
TWICE = "another one wrote at the same time: run this again, nothing is written twice"
ADVICE = {  # by the beginning of what SQL calls the state, and of SQLite's names
    "08": LOST,
    "28": PASSWORD,
    "3D": PASSWORD,
    "42": QUERY,
    "42501": "ask the database's owner for this right",
    "55P03": HELD,
    "57014": "it took too long: run this again later, or raise seconds there",
    "57P": "the database ended the connection: run this again",
    "53": "the database is short of something: run this again later",
    "23": TWICE,
    "SQLITE_BUSY": HELD,
    "SQLITE_CANTOPEN": "name a file that is there",
    "SQLITE_CONSTRAINT": TWICE,
    "SQLITE_ERROR": QUERY,
}
OTHER = "see to the database and to the file, then run this again"


def fault(place: str, error: BaseException, advice: str = "") -> InputError:
    """The line for what a driver raised.

    Parameters
    ----------
    place
        The file that names the database, and what was being asked for.
    advice
        What to do where the state says nothing.
    """
    state = getattr(error, "sqlstate", None) or getattr(error, "sqlite_errorname", None) or ""
    said = getattr(getattr(error, "diag", None), "message_primary", None) or str(error)
    known = [key for key in ADVICE if state.startswith(key)]
    what_to_do = ADVICE[max(known, key=len)] if known else advice or OTHER
    return InputError(f"{place}: {' '.join(said.split())}: {what_to_do}")


@contextmanager
def extra() -> Iterator[None]:
    """Say what to install where a library of the extra `database`, or a driver, is missing."""
    try:
        yield
    except ImportError as error:
        raise InputError(
            f"{error.name} is not installed: `make all`, or `uv pip install -e '.[database]'`; a "
            "driver of neither PostgreSQL nor SQLite is installed by its own name"
        ) from None
