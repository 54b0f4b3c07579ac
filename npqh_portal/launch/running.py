"""`make run`: the whole portal in one terminal, until somebody stops it or one of its programs ends."""

import errno
import http.client
import socket
import time

from npqh_portal.launch import places
from npqh_portal.launch.environment import Environment, port
from npqh_portal.launch.problems import Problem
from npqh_portal.launch.processes import Part, Supervisor, run, with_parent
from npqh_portal.launch.say import say, step
from npqh_portal.launch.services import start_kept, the_only_one
from npqh_portal.launch.setup import set_up
from npqh_portal.launch.static import collect

PATIENCE = 60
# One process for all: each start of Django costs a second or two.
PREPARE = """
from django.core.management import call_command
call_command("check")
call_command("migrate", verbosity=0)
from django.conf import settings
if settings.DEMO:
    call_command("load_demo")
call_command("load_programmes")
"""


def run_portal(env: Environment) -> None:
    env = {"DEMO": "1", "DEBUG": "0", **env}
    number, host = port(env), env.get("LISTEN_ON") or "127.0.0.1"
    see_that_port_is_free(host, number)
    started = time.monotonic()
    set_up(env, for_tests=False)
    collect(env)
    with the_only_one(), Supervisor() as supervisor:
        env = start_kept(supervisor, env)
        with step("Database and programmes"):
            run(
                [places.PYTHON, "manage.py", "shell", "--no-imports", "--verbosity", "0", "--command", PREPARE],
                env,
                otherwise="The database could not be brought up to date: mend what the lines above name.",
            )
        start_programs(supervisor, env, host, number)
        wait_for_first_page(supervisor, host, number)
        say()
        say(f"  The portal is at  http://localhost:{number}/  ({time.monotonic() - started:.1f} s)")
        if env["DEMO"] == "1":
            say(f"  Sign in as anybody in the demonstration:  http://localhost:{number}/account/login/")
        say("  Ctrl-C stops it. Its data stays in var/.")
        say()
        supervisor.watch()


def see_that_port_is_free(host: str, number: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, number))
        except OSError as error:
            reasons = {
                errno.EADDRINUSE: "is in use by another program",
                errno.EACCES: "needs more rights than you have",
            }
            reason = reasons.get(error.errno or 0, f"cannot be used ({error.strerror})")
            raise Problem(
                f"Port {number} {reason}: stop that program or choose another, as in  make run PORT={number + 1}"
            ) from error


def start_programs(supervisor: Supervisor, env: Environment, host: str, number: int) -> None:
    """Web last: programs are stopped in the reverse order, so nothing new comes in while work is finished."""
    beat_files = places.VAR / "beat"
    beat_files.mkdir(exist_ok=True)
    # Celery warns of root, which is nobody's choice in a container and harmless to a demonstration.
    quietly = ["-W", "ignore:You're running the worker with superuser privileges"]
    python: list[Part] = [*with_parent(), places.PYTHON, *quietly, "-m"]
    celery = [*python, "celery", "--app", "npqh_portal.celery", "--quiet"]
    supervisor.start("worker", [*celery, "worker", "--loglevel", "INFO", "--concurrency", "2", "--without-mingle"], env)
    supervisor.start(
        "beat", [*celery, "beat", "--loglevel", "WARNING", "--schedule", beat_files / "schedule", "--pidfile="], env
    )
    supervisor.start(
        "web",
        [
            *python, "gunicorn", "npqh_portal.wsgi", "--bind", f"{host}:{number}", "--worker-class", "gthread",
            "--workers", "2", "--threads", "4", "--graceful-timeout", "10", "--log-level", "warning",
            "--access-logfile", "-", "--access-logformat", "%(m)s %(U)s %(s)s %(L)s s",
        ],
        env,
    )  # fmt: skip


def wait_for_first_page(supervisor: Supervisor, host: str, number: int) -> None:
    """Returns once `/` is answered, so that the address is printed when it works and not before."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        supervisor.pause(0.1)
        connection = http.client.HTTPConnection("127.0.0.1" if host == "0.0.0.0" else host, number, timeout=10)  # noqa: S104
        try:
            connection.request("GET", "/", headers={"Host": "localhost"})
            connection.getresponse()
            return
        except OSError:
            continue
        finally:
            connection.close()
    raise Problem(f"The portal's first page did not come within {PATIENCE} s: see the web lines above.")
