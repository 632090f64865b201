"""A PostgreSQL to test with: one that this starts on loopback, or that of ONE_CLICK_POSTGRES."""

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo

ADDRESS = "ONE_CLICK_POSTGRES"  # as libpq writes it, of somebody who may make roles and databases
PLACES = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql*/bin")
DATABASE = f"one_click_{os.getpid()}"


def programs() -> Path | None:
    """The folder of the newest server's programs that there is."""
    found = [path for place in PLACES for path in Path("/").glob(place[1:])]
    found += [Path(path).parent for path in [shutil.which("initdb")] if path]
    found = [path for path in found if (path / "initdb").exists()]
    return max(found, key=lambda path: [int(n) for n in path.parts if n.isdigit()], default=None)


@contextmanager
def postgresql() -> Iterator[dict]:
    """Where a database for this process alone is: host, port, user, dbname.

    A test that asks for it is skipped where there is neither an address nor a server's programs.
    """
    if ADDRESS in os.environ:
        with own_database(conninfo_to_dict(os.environ[ADDRESS])) as place:
            yield place
        return
    folder = programs()
    if folder is None:
        pytest.skip(f"no PostgreSQL: install it, or name one by {ADDRESS}")
    with started(folder) as server, own_database(server) as place:
        yield place


@contextmanager
def own_database(server: dict) -> Iterator[dict]:
    """A new database of a server, which goes when it is no longer needed."""
    with psycopg.connect(make_conninfo(**server), autocommit=True) as connection:
        connection.execute(f"create database {DATABASE} encoding 'UTF8' template template0")
        try:
            yield server | {"dbname": DATABASE}
        finally:
            connection.execute(f"drop database {DATABASE} with (force)")


@contextmanager
def started(folder: Path) -> Iterator[dict]:
    """A server of its own on loopback, by a user without privileges: a server refuses root."""
    user = {"user": "postgres", "group": "postgres", "extra_groups": []}
    user = user if os.geteuid() == 0 else {}
    with tempfile.TemporaryDirectory(prefix="one_click_") as place, socket.socket() as port:
        if user:
            shutil.chown(place, "postgres")
        port.bind(("127.0.0.1", 0))
        number = port.getsockname()[1]
        initdb = [
            folder / "initdb", "-D", f"{place}/data", "-U", "owner", "-A", "trust", "-E", "UTF8",
            "--locale=C", "--no-sync",
        ]  # fmt: skip
        subprocess.run(initdb, cwd=place, check=True, capture_output=True, **user)
        (Path(place) / "data/pg_hba.conf").write_text(
            "host all owner 127.0.0.1/32 trust\nhost all all 127.0.0.1/32 scram-sha-256\n"
        )
        port.close()
        settings = {
            "listen_addresses": "127.0.0.1", "port": number, "unix_socket_directories": "",
            "fsync": "off", "max_connections": 20,
        }  # fmt: skip
        words = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        with open(f"{place}/log", "wb") as log:
            server = subprocess.Popen(
                [folder / "postgres", "-D", f"{place}/data", *words],
                cwd=place, stdout=log, stderr=log, **user,
            )  # fmt: skip
        try:
            address = {"host": "127.0.0.1", "port": number, "user": "owner", "dbname": "postgres"}
            wait_for(address, server)
            yield address
        finally:
            server.terminate()
            server.wait(20)


def wait_for(address: dict, server: subprocess.Popen) -> None:
    """Wait until it answers."""
    for _ in range(300):
        assert server.poll() is None, "the server ended"
        try:
            psycopg.connect(**address).close()
        except psycopg.OperationalError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("the server does not answer")
