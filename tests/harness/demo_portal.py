"""The demonstration as a portal of its own: its own database, loaded once for all test processes, and a real web server."""

import http.client
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import psycopg2
import pytest
from psycopg2 import sql

from npqh_portal.launch import places
from npqh_portal.launch.processes import with_parent

PATIENCE = 30
ONE_AT_A_TIME = 20261122  # the lock that test processes take turns with

PREPARE = """
from django.core.management import call_command
call_command("migrate", verbosity=0)
call_command("createcachetable", verbosity=0)
call_command("load_programmes")
call_command("load_demo")
"""


@pytest.fixture(scope="session")
def demo_portal(testrun_uid: str) -> Iterator[str]:
    """The address of its first page. Whoever comes first loads the data; the last to leave takes it away."""
    name = f"demo_{testrun_uid[:16]}"
    files = Path(tempfile.gettempdir()) / name
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
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
    with (files / f"web-{port}.log").open("w+") as log:
        web = subprocess.Popen(
            [
                *with_parent(), sys.executable, "-m", "gunicorn", "npqh_portal.wsgi", "--bind", f"127.0.0.1:{port}",
                "--worker-class", "gthread", "--threads", "4", "--log-level", "warning",
            ],
            cwd=places.ROOT, env=env, stdout=log, stderr=log,
        )  # fmt: skip
        try:
            wait_for_first_page(port, Path(log.name))
            yield env["SITE_URL"]
        finally:
            web.terminate()
            web.wait(PATIENCE)
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


def wait_for_first_page(port: int, log: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        try:
            connection.request("GET", "/", headers={"Host": "localhost"})
            if connection.getresponse().status == http.client.OK:
                return
        except OSError:
            pass
        finally:
            connection.close()
        time.sleep(0.1)
    raise AssertionError(f"The demonstration's first page did not come:\n{log.read_text()[-3000:]}")
