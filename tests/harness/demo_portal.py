"""The demonstration as a portal of its own: its own database, loaded once for all, and a real web server."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import psycopg2
import pytest
from psycopg2 import sql

from npqh_portal.launch import places
from tests.real_portal import free_port, web

ONE_AT_A_TIME = 20261122  # the lock that test processes take turns with

PREPARE = """
from django.core.management import call_command
call_command("migrate", verbosity=0)
call_command("createcachetable", verbosity=0)
call_command("load_demo")
"""


@pytest.fixture(scope="session")
def demo_portal(testrun_uid: str) -> Iterator[str]:
    """The address of its first page. Whoever comes first loads the data; the last to leave takes it away."""
    name = f"demo_{testrun_uid[:16]}"
    files = Path(tempfile.gettempdir()) / name
    port = free_port()
    server = os.environ.get("DATABASE_URL") or places.database_url()
    env = os.environ | {
        "DATABASE_URL": f"{server.rpartition('/')[0]}/{name}",
        "DEMO": "1",
        "FILES_DIR": str(files / "files"),
        "MAIL_DIR": str(files / "mail"),
        "LOG_LEVEL": "WARNING",
        "PORT": str(port),
        "SITE_URL": f"http://localhost:{port}",
    }
    with administration(server) as database:
        database.execute("SELECT pg_advisory_lock(%s)", [ONE_AT_A_TIME])
        database.execute("SELECT count(*) FROM pg_database WHERE datname = %s", [name])
        if database.fetchone() == (0,):
            load(database, name, env)
    files.mkdir(exist_ok=True)
    with web(env, log=files / f"web-{port}.log"):
        yield env["SITE_URL"]
    with administration(server) as database, suppress(psycopg2.errors.ObjectInUse):
        database.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name)))
        shutil.rmtree(files, ignore_errors=True)


@contextmanager
def administration(server: str) -> Iterator["psycopg2.extensions.cursor"]:
    with closing(psycopg2.connect(server)) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            yield cursor


def load(database: "psycopg2.extensions.cursor", name: str, env: dict[str, str]) -> None:
    """Under another name until it is whole, so that nobody takes half of it for all."""
    half = sql.Identifier(f"{name}_half")
    template = sql.Identifier(os.environ.get("TEST_DATABASE_TEMPLATE") or "template1")
    database.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(half))
    database.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(half, template))
    done = subprocess.run(
        [sys.executable, "manage.py", "shell", "--no-imports", "--verbosity", "0", "--command", PREPARE],
        cwd=places.ROOT,
        env=env | {"DATABASE_URL": f"{env['DATABASE_URL']}_half"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"The demonstration could not be loaded:\n{done.stderr[-3000:]}"
    database.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(half, sql.Identifier(name)))
