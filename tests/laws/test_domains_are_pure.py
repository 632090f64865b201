"""Domain folders read and write no file: import-linter holds their imports, this their calls."""

import ast

import pytest
from helpers.imports import SOURCE

PACKAGE = SOURCE / "one_click"
DOMAINS = (
    "customers", "study", "risk", "reasons", "segments", "offers", "outcomes", "words", "pictures",
    "report", "new_month", "databases", "settings", "folds.py", "statistics.py", "columns.py",
)  # fmt: skip
DOORS = {  # what reads all the same, and why
    "customers/reading.py": "the four raw tables come in here",
    "customers/header.py": "the same, their first lines",
    "customers/staging.py": "the same, by DuckDB",
    "offers/history.py": "the offers of earlier waves come in here",
    "offers/kept_wave.py": "a wave that was kept comes in here",
    "databases/postgresql.py": "PostgreSQL is entered here",
    "databases/others.py": "other databases are entered here",
    "words/speaker.py": "its own catalogues",
    "report/page.py": "its own layout and style",
    "report/content.py": "its own script",
    "offers/knapsack.py": "the solver's print goes to the null device",
}
CALLS = {
    "open", "read_bytes", "read_text", "write_bytes", "write_text", "read_csv", "read_parquet",
    "to_parquet", "unlink", "mkdir", "ParquetWriter", "connect",
}  # fmt: skip
MODULES = sorted(
    path.relative_to(PACKAGE).as_posix()
    for name in DOMAINS
    for path in ([PACKAGE / name] if name.endswith(".py") else (PACKAGE / name).rglob("*.py"))
)


def calls(source: str) -> set[str]:
    """Names of the functions and methods that a module calls, of files alone."""
    functions = [node.func for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    names = {getattr(function, "attr", getattr(function, "id", "")) for function in functions}
    return names & CALLS


@pytest.mark.parametrize("module", MODULES)
def test_a_domain_opens_no_file(module):
    touched = calls((PACKAGE / module).read_text(encoding="utf-8"))
    assert bool(touched) == (module in DOORS), f"{module} calls {touched}"


def test_a_call_of_a_file_is_seen():
    assert calls("pandas.read_csv(path)") == {"read_csv"}
    assert calls("frame.to_csv(index=False)") == set()
