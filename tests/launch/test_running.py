"""`make run` for real: the whole portal on a port of its own, with a data folder of its own."""

import os
import shutil
import signal
import socket
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from npqh_portal.launch import places
from tests.launch.programs import Program, free_port

# What `make test` gave these tests must not reach the portal that they start.
GIVEN = {
    "DATABASE_URL",
    "REDIS_URL",
    "FILES_DIR",
    "MAIL_DIR",
    "DEBUG",
    "DEMO",
    "TEST_DATABASE_TEMPLATE",
    "DJANGO_SETTINGS_MODULE",
    "MAKEFLAGS",
    "MAKELEVEL",
}


@pytest.fixture
def var() -> Iterator[Path]:
    """An empty data folder, but for what collectstatic has already made. What set-up made is the checkout's."""
    folder = Path(tempfile.mkdtemp(prefix="npqh-var-"))
    shutil.copytree(places.VAR / "static", folder / "static")
    (folder / "stamps").mkdir()
    shutil.copy(places.VAR / "stamps" / "collected", folder / "stamps")
    yield folder
    shutil.rmtree(folder)


def run(var: Path, port: int, **settings: str) -> Program:
    env = {name: value for name, value in os.environ.items() if name not in GIVEN}
    return Program(
        ["make", f"PYTHON={sys.executable}", f"PORT={port}", "run"], env={**env, "VAR_DIR": str(var), **settings}
    )


def first_page(port: int, host: str) -> int:
    with urllib.request.urlopen(f"http://{host}:{port}/", timeout=10) as answer:
        assert answer.url == f"http://{host}:{port}/"
        return int(answer.status)


def test_the_portal_starts_serves_and_leaves_nothing_behind_on_ctrl_c(var: Path) -> None:
    port = free_port()
    with run(var, port) as program:
        program.wait_for(f"http://localhost:{port}/account/login/", seconds=90)
        assert (first_page(port, "localhost"), first_page(port, "127.0.0.1")) == (200, 200)
        assert [bool(program.named(words)) for words in ("gunicorn", "worker", "beat", "redis-server", "postgres")] == [
            True
        ] * 5
        program.send_to_group(signal.SIGINT)
        program.end()
        assert "nothing was left running" in program.said
        assert program.offspring() == []
        assert list((var / "sockets").iterdir()) == []


def test_the_crash_of_one_program_stops_all_and_shows_its_log(var: Path) -> None:
    port = free_port()
    with run(var, port, DEMO="0") as program:
        program.wait_for("Ctrl-C stops it", seconds=90)
        os.kill(min(program.named("celery --app npqh_portal.celery --quiet worker")), signal.SIGKILL)
        assert program.end() != 0
        assert "✗ worker ended by itself, so everything was stopped" in program.said
        assert program.offspring() == []


def test_a_port_in_use_is_said_at_once(var: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with run(var, port) as program:
            assert program.end(seconds=10) != 0
            assert program.said.splitlines()[0].startswith(f"✗ Port {port} is in use by another program: stop that")


@pytest.mark.parametrize("port", ["web", "0", "65536", "-1"])
def test_a_port_that_is_none_is_refused(var: Path, port: str) -> None:
    command = [sys.executable, "-m", "npqh_portal.launch", "run"]
    with Program(command, env={**os.environ, "VAR_DIR": str(var), "PORT": port}) as program:
        assert program.end() == 1
        assert program.said == f"✗ PORT is {port!r}: set it to a number from 1 to 65535.\n"


@pytest.fixture
def bare_copy() -> Iterator[Path]:
    """A checkout of start-up alone, with spaces in its path, that everybody may read."""
    parent = Path(tempfile.mkdtemp(prefix="npqh copy "))
    parent.chmod(0o755)
    copy = parent / "the portal"
    shutil.copytree(places.ROOT / "npqh_portal" / "launch", copy / "npqh_portal" / "launch")
    shutil.copytree(places.ROOT / "requirements", copy / "requirements")
    for name in ("Makefile", ".env.example", "npqh_portal/__init__.py"):
        shutil.copy(places.ROOT / name, copy / name)
    yield copy
    shutil.rmtree(parent)


def test_a_folder_that_cannot_be_written_is_said_in_a_sentence(bare_copy: Path) -> None:
    bare_copy.chmod(0o555)
    nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] if os.getuid() == 0 else []
    python = shutil.which("python3", path="/usr/bin:/bin") or sys.executable
    command = [*nobody, python, "-m", "npqh_portal.launch", "setup"]
    with Program(command, cwd=bare_copy, env={"PATH": os.environ["PATH"], "PYTHONDONTWRITEBYTECODE": "1"}) as program:
        status = program.end()
    bare_copy.chmod(0o755)
    assert (
        program.said == f"✗ The folder {bare_copy} cannot be written: make it writable or copy the portal elsewhere.\n"
    )
    assert status == 1


def test_no_network_is_said_in_a_sentence(bare_copy: Path, tmp_path: Path) -> None:
    nowhere = "http://127.0.0.1:9/simple"
    env = {
        "PATH": os.environ["PATH"], "HOME": str(tmp_path), "PIP_CONFIG_FILE": os.devnull, "PIP_INDEX_URL": nowhere,
        "PIP_EXTRA_INDEX_URL": "", "PIP_FIND_LINKS": "", "PIP_NO_CACHE_DIR": "1",
    }  # fmt: skip
    with Program([sys.executable, "-m", "npqh_portal.launch", "setup"], cwd=bare_copy, env=env) as program:
        assert program.end(seconds=60) == 1
    assert (
        program.said.splitlines()[-1]
        == "✗ Packages could not be fetched: connect to the network, or name a package mirror, then try again."
    )
    assert (bare_copy / ".env").stat().st_mode & 0o777 == 0o600
    assert "SECRET_KEY=\n" not in (bare_copy / ".env").read_text()
