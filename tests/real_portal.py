"""The portal's own programs as `make run` starts them, for tests that want all of it to be real."""

import http.client
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from npqh_portal.launch import places
from npqh_portal.launch.processes import with_parent

Environment = dict[str, str]
PATIENCE = 30


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def web(env: Environment, *, log: Path) -> Iterator[None]:
    """Returns once the first page is served at the environment's PORT."""
    address = f"127.0.0.1:{env['PORT']}"
    command = ["gunicorn", "npqh_portal.wsgi", "--bind", address, "--worker-class", "gthread", "--threads", "4"]
    with program([*command, "--graceful-timeout", "1", "--log-level", "warning"], env, log):
        wait_for_first_page(address, log)
        yield


@contextmanager
def worker(env: Environment, *, log: Path) -> Iterator[None]:
    """With the clock inside, so that what no nudge has started is swept up all the same."""
    clock = ["--beat", "--schedule", f"{log}.schedule"]
    with program(["celery", "--app", "npqh_portal.celery", "worker", "--concurrency", "1", *clock], env, log):
        yield


@contextmanager
def program(command: list[str], env: Environment, log: Path) -> Iterator[None]:
    with log.open("w") as lines:
        process = subprocess.Popen(
            [*with_parent(), sys.executable, "-m", *command], cwd=places.ROOT, env=env, stdout=lines, stderr=lines
        )
        try:
            yield
        finally:
            process.terminate()
            process.wait(PATIENCE)


def wait_for_first_page(address: str, log: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        connection = http.client.HTTPConnection(address, timeout=10)
        try:
            connection.request("GET", "/", headers={"Host": "localhost"})
            if connection.getresponse().status == http.client.OK:
                return
        except OSError:
            pass
        finally:
            connection.close()
        time.sleep(0.1)
    raise AssertionError(f"The first page did not come:\n{log.read_text()[-3000:]}")
