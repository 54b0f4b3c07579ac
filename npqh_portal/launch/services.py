"""The database and Redis that a command works with: the ones named in the environment, else embedded ones."""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from npqh_portal.launch import places, postgres, redis
from npqh_portal.launch.environment import Environment
from npqh_portal.launch.problems import Problem
from npqh_portal.launch.processes import Supervisor, run
from npqh_portal.launch.say import say, step
from npqh_portal.launch.stamps import digest

TEMPLATE = "portal_template"
PACKAGES = ("npqh_portal", "applications", "cohorts", "assessments")


def start_kept(supervisor: Supervisor, env: Environment) -> Environment:
    """The services whose data is kept in `var/`, with the addresses that the portal should use."""
    sockets = places.open_private(places.socket_dir())
    added = {}
    if not env.get("DATABASE_URL"):
        data = places.VAR / "postgres"
        first_time = not (data / "PG_VERSION").exists()
        with step("PostgreSQL"):
            if first_time:
                shutil.rmtree(data, ignore_errors=True)
                postgres.make_data(data, env)
            postgres.start(supervisor, data, sockets, env, careless=False)
            if not postgres.has_database(sockets, "portal", env):
                postgres.create_database(sockets, "portal", env)
        added["DATABASE_URL"] = places.database_url(sockets)
    if not env.get("REDIS_URL"):
        with step("Redis"):
            redis.start(supervisor, places.VAR / "redis", sockets, env, careless=False)
        added["REDIS_URL"] = places.redis_url(sockets)
    return env | added


@contextmanager
def the_only_one() -> Iterator[None]:
    """Holds the folder's embedded services: one command at a time may run them."""
    with (places.VAR / "running.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            lock.seek(0)
            raise AlreadyRunning(lock.read().strip()) from error
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


class AlreadyRunning(Problem):
    def __init__(self, process: str) -> None:
        super().__init__(f"The portal is already running from this folder (process {process}): stop it first.")


@contextmanager
def kept(env: Environment) -> Iterator[Environment]:
    """For one command: uses the services of a running `make run`, else starts them for as long as the command takes."""
    if env.get("DATABASE_URL") and env.get("REDIS_URL"):
        yield env
        return
    places.open_private(places.VAR)
    try:
        with the_only_one(), Supervisor() as supervisor:
            yield start_kept(supervisor, env)
    except AlreadyRunning:
        yield env


@contextmanager
def thrown_away(env: Environment, *, careless: bool = True) -> Iterator[Environment]:
    """For tests and checks: a database and a Redis of their own that vanish afterwards, with the migrated template.

    Not `careless`, they write to disk as in production: a figure would mean nothing otherwise. Only addresses set in
    the environment itself are used instead: `.env` may name data that matters.
    """
    home = places.short_temporary_dir()
    try:
        with Supervisor() as supervisor:
            yield start_thrown_away(supervisor, home, env, careless=careless)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def start_thrown_away(supervisor: Supervisor, home: Path, env: Environment, *, careless: bool = True) -> Environment:
    added = {"MAIL_DIR": str(home / "mail"), "FILES_DIR": str(home / "files")}
    if not os.environ.get("DATABASE_URL"):
        template = prepared_cluster(env)
        copy(template, home / "postgres", env)
        server = postgres.start(supervisor, home / "postgres", home, env, careless=careless)
        server.loud = False  # its news would stand between results
        added |= {"DATABASE_URL": places.database_url(home), "TEST_DATABASE_TEMPLATE": TEMPLATE}
    if not os.environ.get("REDIS_URL"):
        redis.start(supervisor, home / "redis", home, env, careless=careless)
        added["REDIS_URL"] = places.redis_url(home)
    return env | added


def prepared_cluster(env: Environment) -> Path:
    """A stopped cluster with an empty database and a migrated template, made once for each set of migrations."""
    migrations = [path for package in PACKAGES for path in (places.ROOT / package).rglob("migrations/*.py")]
    name = digest([*migrations, places.ROOT / "requirements" / "dev.txt"])
    folder = places.VAR / "templates" / name
    if folder.exists():
        return folder
    shutil.rmtree(folder.parent, ignore_errors=True)  # those of earlier migrations
    home = places.short_temporary_dir()
    try:
        with step("A migrated database for the tests to copy"), Supervisor() as supervisor:
            postgres.make_data(home / "postgres", env)
            postgres.start(supervisor, home / "postgres", home, env, careless=True)
            for database in ("portal", TEMPLATE):
                postgres.create_database(home, database, env)
            run(
                [places.PYTHON, "manage.py", "migrate", "--skip-checks", "--verbosity", "0"],
                env | {"DATABASE_URL": places.database_url(home, TEMPLATE)},
                otherwise="The migrations failed on an empty database: mend what the lines above name.",
            )
        folder.parent.mkdir(parents=True, exist_ok=True)
        ours = folder.with_suffix(f".{os.getpid()}")
        copy(home / "postgres", ours, env)
        with suppress(OSError):  # another command was quicker, with the same result
            ours.rename(folder)
    finally:
        shutil.rmtree(home, ignore_errors=True)
    return folder


def copy(cluster: Path, target: Path, env: Environment) -> None:
    """With its owner, of whom PostgreSQL is particular."""
    run(["cp", "-a", cluster, target], env, otherwise=f"{target} could not be written: make room, then try again.")


def reset() -> None:
    """Forgets the data, keeps what set-up made."""
    with the_only_one():
        for name in ("postgres", "redis", "files", "mail", "beat", "templates"):
            shutil.rmtree(places.VAR / name, ignore_errors=True)
    say("· The portal's own data is gone; the next `make run` starts afresh.")
